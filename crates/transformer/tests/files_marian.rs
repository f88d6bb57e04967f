//! An encoder and its decoder as files: what is not as it should be is named, and none is a panic.
#![allow(clippy::unwrap_used)] // helpers of tests

use neuron::Parameters;
use neuron::init::seeded;
use safetensors::SafeTensors;
use serde_json::Value;
use transformer::files::marian;
use transformer::files::{self, Config, Kind, Tensors, config_from_json};
use transformer::{EncoderDecoder, EncoderDecoderConfig, FileError};

fn read(config: &EncoderDecoderConfig, bytes: &[u8]) -> Result<EncoderDecoder, FileError> {
    let file = ("model.safetensors".to_owned(), bytes.to_vec().into());
    marian::read(config, &Tensors::from_safetensors(vec![file])?)
}

fn write(model: &EncoderDecoder) -> Result<Vec<u8>, FileError> {
    Ok(marian::write(model, Kind::F32)?.to_bytes())
}

fn config_to_json(config: &EncoderDecoderConfig) -> Value {
    files::config_to_json(&Config::EncoderDecoder(config.clone()), Kind::F32, 0.1).unwrap()
}

fn model() -> EncoderDecoder {
    EncoderDecoder::random(EncoderDecoderConfig::paper(5, 3, 4, 2, 2), &mut seeded(1))
}

#[test]
fn what_is_written_is_read_again() {
    let model = model();
    let config = config_from_json(config_to_json(&model.config).to_string().as_bytes()).unwrap();
    assert_eq!(config, Config::EncoderDecoder(model.config.clone()));
    assert_eq!(read(&model.config, &write(&model).unwrap()).unwrap(), model);
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let (model, bytes) = (model(), write(&model()).unwrap());
    for len in (0..bytes.len()).step_by(7) {
        assert!(read(&model.config, &bytes[..len]).is_err(), "{len} of {} bytes", bytes.len());
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let (config, bytes) = (model().config, write(&model()).unwrap());
    let error = |config| read(&config, &bytes).unwrap_err().to_string();
    assert_eq!(
        error(EncoderDecoderConfig { vocabulary: 6, ..config.clone() }),
        "the tensor model.shared.weight has the shape [5, 4], and the configuration calls for [6, 4]"
    );
    assert!(
        error(EncoderDecoderConfig { layers: 3, ..config.clone() })
            .contains("the tensor model.encoder.layers.2.self_attn.q_proj.weight is missing")
    );
    assert!(
        error(EncoderDecoderConfig { layers: 1, ..config.clone() })
            .contains("a tensor \"model.decoder.layers.1.encoder_attn.k_proj.bias\"")
    );
    let huge = EncoderDecoderConfig { layers: 1 << 20, hidden: 1 << 20, ..config.clone() };
    assert!(error(huge).contains("and its configuration calls for"), "nothing is allocated");

    let mut json = config_to_json(&config);
    json["normalize_before"] = true.into();
    let error = config_from_json(json.to_string().as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "config.json: normalize_before is true, and only false can be read");
    json = config_to_json(&config);
    json["eos_token_id"] = 5.into();
    let error = config_from_json(json.to_string().as_bytes()).unwrap_err().to_string();
    assert!(error.contains("the end is the token 5, and the vocabulary has 5 entries"), "{error}");
}

/// Marian's own order: all sines before all cosines. Whatever has a number for each channel follows.
#[test]
fn the_channels_stand_in_marians_order() {
    let config = EncoderDecoderConfig::paper(5, 3, 6, 1, 2);
    let mut model: EncoderDecoder = EncoderDecoder::random(config, &mut seeded(1));
    for (_, mut array) in model.parameters_mut() {
        // Every number tells its row and column; biases and gains have rows alone.
        let columns = array.shape().get(1).copied().unwrap_or(1);
        let numbers = (0..).map(|i| (10 * (i / columns) + i % columns) as f32);
        array.iter_mut().zip(numbers).for_each(|(number, told)| *number = told);
    }
    let bytes = write(&model).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let row = |name: &str, row: usize| -> Vec<f32> {
        let tensor = file.tensor(&format!("model.{name}")).unwrap();
        let columns = tensor.shape().get(1).copied().unwrap_or(1);
        let numbers = tensor.data().chunks_exact(4);
        let numbers = numbers.map(|four| f32::from_le_bytes(four.try_into().unwrap()));
        numbers.skip(row * columns).take(columns).collect()
    };
    let (even, odd) = ([0.0, 2.0, 4.0], [1.0, 3.0, 5.0]);
    let order = [even, odd].concat();
    let below = |row: usize| order.iter().map(|c| 10.0 * row as f32 + c).collect::<Vec<_>>();
    // What listens has the channels in its columns, and its rows are those of heads …
    for name in ["shared", "encoder.layers.0.self_attn.q_proj", "decoder.layers.0.fc1"] {
        assert_eq!(row(&format!("{name}.weight"), 1), below(1), "{name}");
    }
    // … what speaks has them in its rows.
    for name in ["encoder.layers.0.fc2", "decoder.layers.0.encoder_attn.out_proj"] {
        assert_eq!(row(&format!("{name}.weight"), 1)[..2], [20.0, 21.0], "{name}");
        assert_eq!(row(&format!("{name}.bias"), 1), [20.0], "{name}");
    }
    assert_eq!(row("decoder.layers.0.final_layer_norm.weight", 3), [10.0]);
    assert_eq!(row("decoder.layers.0.encoder_attn.k_proj.bias", 1), [10.0]);
    let angles = [1.0_f64, 1e4_f64.powf(-2.0 / 6.0), 1e4_f64.powf(-4.0 / 6.0)];
    let waves = angles.map(f64::sin).into_iter().chain(angles.map(f64::cos));
    for name in ["encoder.embed_positions.weight", "decoder.embed_positions.weight"] {
        assert_eq!(row(name, 1), waves.clone().map(|wave| wave as f32).collect::<Vec<_>>());
    }
    assert_eq!(read(&model.config, &bytes).unwrap(), model);
}

/// As the library writes it: it leaves the positions out, and works them out when it opens the file.
#[test]
fn positions_may_be_missing_but_not_be_others() {
    let (model, bytes) = (model(), write(&model()).unwrap());
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let rest = file.iter().filter(|(name, _)| !name.contains("embed_positions"));
    let rest = safetensors::serialize(rest, None).unwrap();
    assert_eq!(read(&model.config, &rest).unwrap(), model);
    let huge = EncoderDecoderConfig { context: 1 << 31, ..model.config.clone() };
    for bytes in [&rest, &bytes] {
        assert!(read(&huge, bytes).is_err(), "nothing is allocated");
    }

    let mut other = model.clone();
    other.position[[1, 1]] += 1e-3;
    let error = read(&model.config, &write(&other).unwrap()).unwrap_err().to_string();
    assert!(error.contains("model.encoder.embed_positions.weight holds other numbers"));
}
