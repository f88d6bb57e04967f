//! GGUF files, made by hand and by ourselves.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use bytes::Bytes;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use tokenizer::{Tokenizer, gguf_vocabulary::TokenKind};
use transformer::files::gguf::{Gguf, Value, metadata, parts, vocabulary_keys, write};
use transformer::files::{Config, Kind, Tensor, Tensors, gpt2, llama as llama_files};
use transformer::{Gpt, GptConfig, Llama, LlamaConfig};

/// A file as its parts are written one after the other.
#[derive(Clone)]
struct File {
    version: u32,
    keys: Vec<(String, Vec<u8>)>, // type and value
    tensors: Vec<Vec<u8>>,
    numbers: usize,
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

fn typed(kind: u32, value: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], value].concat()
}

fn list(kind: u32, count: u64, values: &[u8]) -> Vec<u8> {
    typed(9, &[&kind.to_le_bytes()[..], &count.to_le_bytes()[..], values].concat())
}

fn number(number: u32) -> Vec<u8> {
    typed(4, &number.to_le_bytes())
}

fn tensor(name: &str, axes: &[u64], kind: u32, offset: u64) -> Vec<u8> {
    let mut info = text(name);
    info.extend((axes.len() as u32).to_le_bytes());
    axes.iter().for_each(|axis| info.extend(axis.to_le_bytes()));
    info.extend(kind.to_le_bytes());
    info.extend(offset.to_le_bytes());
    info
}

impl File {
    fn new() -> Self {
        File { version: 3, keys: Vec::new(), tensors: Vec::new(), numbers: 0 }
    }

    fn key(mut self, name: &str, value: Vec<u8>) -> Self {
        self.keys.push((name.to_owned(), value));
        self
    }

    fn tensor(mut self, name: &str, axes: &[u64], kind: u32, offset: u64) -> Self {
        self.tensors.push(tensor(name, axes, kind, offset));
        self
    }

    fn numbers(self, numbers: usize) -> Self {
        File { numbers, ..self }
    }

    /// The bytes of it, those of the numbers counting up.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.keys.len() as u64).to_le_bytes());
        for (name, value) in &self.keys {
            bytes.extend(text(name));
            bytes.extend(value);
        }
        bytes.extend(self.tensors.concat());
        bytes.resize(bytes.len().next_multiple_of(32), 0);
        bytes.extend((0..self.numbers).map(|at| at as u8));
        bytes
    }

    fn read(&self) -> Gguf {
        Gguf::read(self.bytes().into()).unwrap()
    }

    fn error(&self) -> String {
        error(self.bytes())
    }
}

fn error(bytes: Vec<u8>) -> String {
    let error = Gguf::read(bytes.into()).unwrap_err().to_string();
    assert!(!error.contains('\n'), "{error}");
    error
}

/// A file that has something of all.
fn sample() -> File {
    let texts = [text("a"), text(""), text("né")].concat();
    let inner = [&5_u32.to_le_bytes()[..], &1_u64.to_le_bytes(), &7_i32.to_le_bytes()].concat();
    File::new()
        .key("general.architecture", typed(8, &text("llama")))
        .key("texts", list(8, 3, &texts))
        .key("lists", list(9, 1, &inner))
        .key("numbers", list(6, 2, &[1_f32.to_le_bytes(), 2_f32.to_le_bytes()].concat()))
        .key("llama.block_count", number(1))
        .tensor("token_embd.weight", &[4, 3], 0, 0)
        .tensor("blk.0.attn_q.weight", &[32, 2], 8, 64)
        .tensor("blk.0.attn_norm.weight", &[4], 0, 160)
        .numbers(176)
}

#[test]
fn every_type_is_read() {
    let all = [
        ("u8", typed(0, &[200]), Value::U8(200)),
        ("i8", typed(1, &[200]), Value::I8(-56)),
        ("u16", typed(2, &[1, 2]), Value::U16(513)),
        ("i16", typed(3, &[255, 255]), Value::I16(-1)),
        ("u32", number(7), Value::U32(7)),
        ("i32", typed(5, &(-7_i32).to_le_bytes()), Value::I32(-7)),
        ("f32", typed(6, &0.1_f32.to_le_bytes()), Value::F32(0.1)),
        ("bool", typed(7, &[1]), Value::Bool(true)),
        ("text", typed(8, &text("né")), Value::from("né")),
        ("list", list(8, 1, &text("a")), Value::from(&["a".to_owned()][..])),
        ("u64", typed(10, &u64::MAX.to_le_bytes()), Value::U64(u64::MAX)),
        ("i64", typed(11, &(-1_i64).to_le_bytes()), Value::I64(-1)),
        ("f64", typed(12, &0.1_f64.to_le_bytes()), Value::F64(0.1)),
    ];
    let keys = all.iter().fold(File::new(), |file, (key, bytes, _)| file.key(key, bytes.clone()));
    for version in [2, 3] {
        let gguf = File { version, ..keys.clone() }.read();
        for (key, _, value) in &all {
            assert_eq!(gguf.get(key), Some(value));
        }
    }
    // What is written is the same bytes again, but for the version.
    let mut written = Vec::new();
    write(&mut written, &keys.read().metadata, &[]).unwrap();
    assert_eq!(written, keys.bytes());
    assert_eq!(Value::F32(1e-5).number(), Some(1e-5));
    assert_eq!(Value::U64(u64::MAX).integer(), None);
    assert_eq!(
        sample().read().get("numbers").unwrap().list().unwrap().floats(),
        Some(vec![1.0, 2.0])
    );
    let texts: Vec<_> = sample()
        .read()
        .get("texts")
        .unwrap()
        .list()
        .unwrap()
        .texts()
        .unwrap()
        .map(<[u8]>::to_vec)
        .collect();
    assert_eq!(texts, ["a".as_bytes(), b"", "né".as_bytes()]);
}

#[test]
fn tensors_keep_their_place_in_the_file() {
    let bytes = Bytes::from(sample().bytes());
    let gguf = Gguf::read(bytes.clone()).unwrap();
    let tensors = gguf.tensors().unwrap();
    assert!(tensors.gguf() && tensors.side_by_side());
    let embedding = tensors.take("model.embed_tokens.weight", &[3, 4]).unwrap();
    let start = bytes.len() - 176;
    assert_eq!(embedding.bytes.as_ptr(), bytes[start..].as_ptr());
    assert_eq!(embedding.bytes, &bytes[start..start + 48]);
    let query = tensors.take("model.layers.0.self_attn.q_proj.weight", &[2, 32]).unwrap();
    assert_eq!((query.kind, &query.bytes[..]), (Kind::Q8_0, &bytes[start + 64..start + 132]));
    tensors.take("model.layers.0.input_layernorm.weight", &[4]).unwrap();
    tensors.all_used(|_| false).unwrap();
}

#[test]
fn what_is_no_gguf_is_named() {
    assert!(error(b"PK\x03\x04 and more of it".to_vec()).contains("it begins with \"PK"));
    assert!(error(Vec::new()).contains("cut or damaged"));
    let version = |version| File { version, ..sample() }.error();
    assert!(version(1).contains("GGUF version 1, and 2 and 3 can be read"));
    assert!(version(4).contains("GGUF version 4"));
    assert!(version(3_u32.swap_bytes()).contains("big-endian"));
}

#[test]
fn what_contradicts_itself_is_named() {
    let file = sample;
    let one = |axes: &[u64], kind, offset| File::new().tensor("x", axes, kind, offset).numbers(640);
    let deep = [&9_u32.to_le_bytes()[..], &1_u64.to_le_bytes()].concat().repeat(9);
    let all = [
        (file().key("texts", number(1)), "the key \"texts\" is there twice"),
        (file().key("", number(1)), "are no name"),
        (file().key("x", typed(13, &[0; 8])), "the key \"x\" is of the unknown type 13"),
        (file().key("x", typed(7, &[2])), "is no truth value"),
        (file().key("x", list(13, 1, &[0; 8])), "unknown type 13"),
        (file().key("x", list(4, u64::MAX / 2, &[])), "tells of 9223372036854775807 values"),
        (file().key("x", typed(8, &u64::MAX.to_le_bytes())), "wants 18446744073709551615 bytes"),
        (file().key("x", list(9, 1, &deep)), "lists in lists"),
        (file().key("general.alignment", number(0)), "general.alignment is 0"),
        (file().key("general.alignment", number(24)), "general.alignment is 24"),
        (file().tensor("token_embd.weight", &[1], 0, 32), "\"token_embd.weight\" is there twice"),
        (
            file().tensor("x", &[4], 0, 32),
            "the tensor \"x\" begins inside of \"token_embd.weight\"",
        ),
        (file().tensor("x", &[4], 0, 8), "offset 8, which 32 does not divide"),
        (one(&[4], 0, 640), "has 16 bytes from 704 on, and the file ends at 704"),
        (one(&[1 << 40, 1 << 40], 0, 0), "which F32 cannot have"),
        (one(&[4], 0, u64::MAX - 31), "the file ends at"),
        (one(&[0, 4], 0, 0), "which F32 cannot have"),
        (one(&[4, 0], 0, 0), "which F32 cannot have"),
        (one(&[33, 2], 8, 0), "which Q8_0 cannot have"),
        (one(&[1; 5], 0, 0), "has 5 axes, not 1 to 4"),
        (one(&[], 0, 0), "has 0 axes"),
        (one(&[256], 13, 0), "the tensor \"x\" is Q5_K, and F32, F16, BF16, Q8_0, Q4_0, Q4_1"),
        (one(&[256], 4, 0), "is of the kind number 4"),
    ];
    for (file, wanted) in all {
        let error = file.error();
        assert!(error.contains(wanted), "{error}\n{wanted}");
    }
    let mut many = sample().bytes();
    many[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(error(many).contains("tells of 18446744073709551615 tensors"));
}

/// That what opens has its tensors inside of the file, and no two in the same place.
fn is_whole(bytes: Vec<u8>) {
    let bytes = Bytes::from(bytes);
    let Ok(gguf) = Gguf::read(bytes.clone()) else { return };
    let all = bytes.as_ptr_range();
    let mut places: Vec<_> =
        gguf.tensors.iter().map(|tensor| tensor.bytes.as_ptr_range()).collect();
    places.sort_by_key(|place| place.start);
    for place in &places {
        assert!(all.start <= place.start && place.end <= all.end);
    }
    assert!(places.windows(2).all(|two| two[0].end <= two[1].start));
    let asked: usize = gguf.tensors.iter().map(|tensor| tensor.numbers().len()).sum();
    assert!(asked <= 2 * bytes.len()); // four bits are a number, at least
    let _ = (gguf.config(), gguf.tensors(), gguf.vocabulary());
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let bytes = sample().bytes();
    for end in 0..bytes.len() {
        error(bytes[..end].to_vec());
    }
}

proptest! {
    #[test]
    fn a_byte_that_is_another_does_no_harm(at in 0..400_usize, byte: u8) {
        let mut bytes = sample().bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        is_whole(bytes);
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), counts in 0..5_u8) {
        let head = [&b"GGUF\x03\0\0\0"[..], &[counts, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]];
        is_whole([&head.concat(), &bytes[..]].concat());
    }

    /// Any axes, kinds and offsets.
    #[test]
    fn any_tensors_do_no_harm(
        all in prop::collection::vec(
            (prop::collection::vec(prop_oneof![0..70_u64, any::<u64>()], 0..5), 0..32_u32, 0..9_u64),
            0..4,
        ),
    ) {
        let names = ["a", "b", "c", "d"];
        let add = |file: File, (name, (axes, kind, offset)): (&str, &(Vec<u64>, u32, u64))| {
            file.tensor(name, axes, *kind, offset * 32)
        };
        is_whole(names.into_iter().zip(&all).fold(File::new(), add).numbers(300).bytes());
    }
}

/// The keys of a model of this architecture.
fn sizes(architecture: &str) -> File {
    let named = |key: &str| format!("{architecture}.{key}");
    File::new()
        .key("general.architecture", typed(8, &text(architecture)))
        .key(&named("context_length"), number(512))
        .key(&named("embedding_length"), number(64))
        .key(&named("block_count"), number(2))
        .key(&named("feed_forward_length"), number(172))
        .key(&named("attention.head_count"), number(8))
        .tensor("token_embd.weight", &[4, 3], 0, 0)
        .numbers(320)
}

fn llama(file: File) -> LlamaConfig {
    match file.read().config().unwrap() {
        Config::Llama(config) => config,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_keys_say_the_sizes() {
    let plain = LlamaConfig { tied: true, ..LlamaConfig::llama(3, 512, 64, 2, 8, 8, 172) };
    assert_eq!(llama(sizes("llama")), plain);
    let float = |number: f32| typed(6, &number.to_le_bytes());
    let more = sizes("qwen2")
        .key("qwen2.attention.head_count_kv", list(5, 2, &[2, 0, 0, 0, 2, 0, 0, 0]))
        .key("qwen2.attention.layer_norm_rms_epsilon", float(1e-6))
        .key("qwen2.attention.key_length", number(16))
        .key("qwen2.attention.value_length", number(16))
        .key("qwen2.rope.freq_base", float(1e6))
        .key("qwen2.rope.scaling.factor", float(4.0))
        .key("qwen2.attention.sliding_window", number(100))
        .tensor("output.weight", &[4, 3], 0, 64)
        .tensor("blk.0.attn_q.bias", &[4], 0, 128);
    let wanted = LlamaConfig {
        context: 100,
        kv_heads: 2,
        head_size: 16,
        epsilon: 1e-6,
        tied: false,
        rotary_base: 1e6,
        stretch: Some(embedding::Stretch::Linear { factor: 4.0 }),
        query_bias: true,
        ..plain.clone()
    };
    assert_eq!(llama(more.clone()), wanted);
    assert!(!more.read().tensors().unwrap().side_by_side());
    assert!(llama(sizes("qwen3").tensor("blk.0.attn_q_norm.weight", &[8], 0, 64)).head_norm);
    let gpt = GptConfig { hidden: 172, ..GptConfig::gpt2(3, 512, 64, 2, 8) };
    assert_eq!(sizes("gpt2").read().config().unwrap(), Config::Gpt(gpt));
}

#[test]
fn what_divides_the_turns_is_a_stretch() {
    let file = sizes("llama").tensor("rope_freqs.weight", &[4], 0, 64);
    let mut bytes = file.bytes();
    let start = bytes.len() - 320 + 64;
    for (at, number) in [1.0_f32, 1.5, 2.0, 8.0].into_iter().enumerate() {
        bytes[start + 4 * at..][..4].copy_from_slice(&number.to_le_bytes());
    }
    let gguf = Gguf::read(bytes.clone().into()).unwrap();
    let Config::Llama(config) = gguf.config().unwrap() else { panic!("no llama") };
    assert_eq!(config.stretch, Some(embedding::Stretch::Factors(vec![1.0, 1.5, 2.0, 8.0])));
    assert!(!gguf.tensors().unwrap().has("rope_freqs.weight")); // it is no tensor elsewhere
    bytes[start + 3] = 0x80; // a number below 0
    assert!(Gguf::read(bytes.into()).unwrap().config().is_err());
    let short = sizes("llama").tensor("rope_freqs.weight", &[3], 0, 64).read().config();
    assert!(short.unwrap_err().to_string().contains("has the shape [3]"));
}

#[test]
fn what_cannot_be_read_is_named() {
    let refused = |file: File| file.read().config().unwrap_err().to_string();
    assert_eq!(
        refused(sizes("mamba")),
        "GGUF: general.architecture is mamba, and only gpt2, llama, qwen2 and qwen3 can be read"
    );
    let yarn = sizes("llama").key("llama.rope.scaling.type", typed(8, &text("yarn")));
    assert!(refused(yarn).contains("rope.scaling.type is \"yarn\", and only none and linear"));
    let experts = sizes("llama").key("llama.expert_count", number(8));
    assert!(refused(experts).contains("llama.expert_count is 8"));
    let part = sizes("llama").key("llama.rope.dimension_count", number(4));
    assert!(refused(part).contains("llama.rope.dimension_count is 4, and only the size of a head"));
    let varied =
        sizes("llama").key("llama.attention.head_count_kv", list(5, 2, &[1, 0, 0, 0, 2, 0, 0, 0]));
    assert!(refused(varied).contains("is a list of 2, and only one whole number"));
    assert!(refused(sample()).contains("lacks the key llama.embedding_length"));
    let unknown = sizes("llama").tensor("blk.0.attn_sinks.weight", &[4], 0, 64).read().tensors();
    assert!(unknown.unwrap_err().to_string().contains("\"blk.0.attn_sinks.weight\""));
    assert!(sizes("llama").tensor("blk.00.attn_q.weight", &[4], 0, 64).read().tensors().is_err());
}

/// What is written of these tensors, read again.
fn written(config: &Config, tensors: &Tensors, kind: Option<Kind>) -> Gguf {
    let mut keys = metadata(config, "a model", kind.unwrap_or(Kind::F32)).unwrap();
    keys.extend(vocabulary_keys(&Tokenizer::bytes().to_gguf().unwrap(), 256).unwrap());
    let mut file = Vec::new();
    write(&mut file, &keys, &parts(config, tensors, kind).unwrap()).unwrap();
    Gguf::read(file.into()).unwrap()
}

#[test]
fn a_gpt_that_is_written_is_read_again() {
    let config = GptConfig { tied: false, ..GptConfig::gpt2(40, 16, 32, 2, 4) };
    let gpt = Gpt::<f32>::random(config.clone(), &mut ChaCha8Rng::seed_from_u64(1));
    let file = gpt2::write(&gpt, Kind::F32).unwrap().to_bytes();
    let tensors =
        Tensors::from_safetensors(vec![("model.safetensors".into(), file.into())]).unwrap();
    let config = Config::Gpt(config);
    let gguf = written(&config, &tensors, Some(Kind::F32));
    assert_eq!(gguf.config().unwrap(), config);
    let Config::Gpt(again) = gguf.config().unwrap() else { panic!("no GPT") };
    assert_eq!(gpt2::read(&again, &gguf.tensors().unwrap()).unwrap(), gpt);
    // In eight bits, a matrix is, and what is none or is looked up by place is not.
    let gguf = written(&config, &tensors, Some(Kind::Q8_0));
    let kind = |name: &str| gguf.tensors.iter().find(|tensor| tensor.name == name).unwrap().kind;
    assert_eq!(kind("blk.1.attn_qkv.weight"), Kind::Q8_0);
    assert_eq!(kind("token_embd.weight"), Kind::Q8_0);
    assert_eq!(kind("position_embd.weight"), Kind::F32);
    assert_eq!(kind("blk.1.attn_norm.weight"), Kind::F32);
    // And from there into another kind: no matrix is turned twice.
    let again = written(&config, &gguf.tensors().unwrap(), None);
    assert_eq!(again.tensors, gguf.tensors);
}

#[test]
fn a_llama_that_is_written_is_read_again() {
    let plain = LlamaConfig { head_size: 4, ..LlamaConfig::llama(40, 16, 32, 2, 4, 2, 48) };
    let stretch = Some(embedding::Stretch::Linear { factor: 4.0 });
    let (query_bias, head_norm) = (true, true);
    let all = [
        LlamaConfig { tied: true, stretch, ..plain.clone() },
        LlamaConfig { output_bias: true, feed_forward_bias: true, query_bias, ..plain.clone() },
        LlamaConfig { query_bias, ..plain.clone() }, // Qwen2
        LlamaConfig { head_norm, ..plain },          // Qwen3
    ];
    for config in all {
        let model = Llama::<f32>::random(config.clone(), &mut ChaCha8Rng::seed_from_u64(2));
        let file = llama_files::write(&model, Kind::F32).unwrap().to_bytes();
        let tensors = vec![("model.safetensors".into(), file.into())];
        let tensors = Tensors::from_safetensors(tensors).unwrap();
        let gguf = written(&Config::Llama(config.clone()), &tensors, Some(Kind::F32));
        assert_eq!(gguf.config().unwrap(), Config::Llama(config.clone()));
        let again = llama_files::read(&config, &gguf.tensors().unwrap()).unwrap();
        assert_eq!(again, model);
    }
}

fn counted(name: &str, shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let bytes: Vec<u8> = (0..count).flat_map(|at| (at as f32).to_le_bytes()).collect();
    Tensor::new(name.into(), Kind::F32, shape.to_vec(), bytes.into()).unwrap()
}

#[test]
fn what_turns_together_stands_side_by_side_in_llama() {
    // Two heads of four: rows 0 2 | 1 3 become 0 1 | 2 3.
    let names =
        ["model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.v_proj.weight"];
    let halves = || {
        let tensors = names.map(|name| counted(name, &[8, 1])).to_vec();
        Tensors::from_gguf(tensors, false).unwrap()
    };
    let mut sizes = LlamaConfig::llama(9, 8, 8, 1, 2, 2, 8);
    let numbers = |config: &LlamaConfig, name: &str, tensors: &Tensors| {
        let gguf = written(&Config::Llama(config.clone()), tensors, Some(Kind::F32));
        gguf.tensors.iter().find(|tensor| tensor.name == name).unwrap().numbers()
    };
    let turned = [0.0, 2.0, 1.0, 3.0, 4.0, 6.0, 5.0, 7.0];
    let plain: Vec<f32> = (0..8).map(|at| at as f32).collect();
    assert_eq!(numbers(&sizes, "blk.0.attn_q.weight", &halves()), turned);
    assert_eq!(numbers(&sizes, "blk.0.attn_v.weight", &halves()), plain);
    let paired = Tensors::from_gguf(vec![counted(names[0], &[8, 1])], true).unwrap();
    assert_eq!(numbers(&sizes, "blk.0.attn_q.weight", &paired), plain);
    sizes.query_bias = true; // a Qwen2: halves there, too
    assert_eq!(numbers(&sizes, "blk.0.attn_q.weight", &halves()), plain);
}

#[test]
fn the_sizes_of_a_llama_come_back() {
    let mut config = LlamaConfig {
        kv_heads: 2,
        head_size: 16,
        epsilon: 1e-6,
        rotary_base: 5e5,
        stretch: Some(embedding::Stretch::Linear { factor: 2.0 }),
        ..LlamaConfig::llama(300, 64, 32, 1, 4, 4, 48)
    };
    let tensors = || {
        let names = ["model.embed_tokens.weight", "lm_head.weight"];
        Tensors::from_gguf(names.map(|name| counted(name, &[300, 32])).to_vec(), true).unwrap()
    };
    let back = |config: &LlamaConfig| match written(
        &Config::Llama(config.clone()),
        &tensors(),
        Some(Kind::F16),
    )
    .config()
    .unwrap()
    {
        Config::Llama(config) => config,
        other => panic!("{other:?}"),
    };
    assert_eq!(back(&config), config);
    // Llama 3's stretch becomes what each turn is divided by: the same turns.
    let llama3 = embedding::Stretch::Llama3 { factor: 8.0, low: 1.0, high: 4.0, context: 64 };
    config.stretch = Some(llama3.clone());
    let base: Vec<f64> = (0..8).map(|at| 5e5_f64.powf(-f64::from(at) / 8.0)).collect();
    let found = back(&config).stretch.unwrap().frequencies(&base);
    for (found, wanted) in found.iter().zip(llama3.frequencies(&base)) {
        approx::assert_relative_eq!(*found, wanted, max_relative = 1e-6);
    }
    let both = LlamaConfig { head_norm: true, query_bias: true, ..config };
    let error = metadata(&Config::Llama(both), "", Kind::F32).unwrap_err().to_string();
    assert!(error.contains("norms in its heads and biases"), "{error}");
}

#[test]
fn the_vocabulary_comes_back() {
    let mut vocabulary = Tokenizer::byte_pairs("the cat, the cats", 260).to_gguf().unwrap();
    vocabulary.chat_template = Some("{{ messages }}".into());
    vocabulary.eos = Some(3);
    let read = |keys: Vec<(String, Value)>| {
        let mut file = Vec::new();
        write(&mut file, &keys, &[]).unwrap();
        Gguf::read(file.into()).unwrap().vocabulary().unwrap()
    };
    // No token begins a text: llama.cpp would take some other, so it is given one that no text has.
    let never = vocabulary.never();
    assert_eq!(vocabulary.tokens[never.unwrap() as usize], "ÿ");
    let again = read(vocabulary_keys(&vocabulary, 260).unwrap());
    vocabulary.bos = never;
    assert_eq!(again, vocabulary);
    // The model has more rows than the vocabulary has tokens.
    let filled = read(vocabulary_keys(&vocabulary, 264).unwrap());
    assert_eq!((&*filled.tokens[263], filled.kinds[263]), ("[PAD263]", TokenKind::Unused));
    let error = vocabulary_keys(&vocabulary, 259).unwrap_err().to_string();
    assert!(error.contains("its vocabulary has 260 entries, and the model 259"), "{error}");
    let characters = Tokenizer::characters("ab\n").to_gguf().unwrap();
    assert_eq!(read(vocabulary_keys(&characters, 3).unwrap()).tokens, ["\\n", "a", "b"]);
    assert!(
        sample()
            .read()
            .vocabulary()
            .unwrap_err()
            .to_string()
            .contains("lacks the key tokenizer.ggml.model")
    );
}
