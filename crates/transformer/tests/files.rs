//! Files that are not what they should be: each is named, and none is a panic.

use neuron::init::seeded;
use transformer::files::{config_from_json, config_to_json, read, write};
use transformer::{FileError, Gpt, GptConfig};

fn model() -> Gpt {
    Gpt::random(GptConfig::gpt2(5, 3, 4, 1, 2), &mut seeded(1))
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let (model, bytes) = (model(), write(&model()).unwrap());
    for len in 0..bytes.len() {
        assert!(read(&model.config, &bytes[..len]).is_err(), "{len} of {} bytes", bytes.len());
    }
}

#[test]
fn what_does_not_fit_the_configuration_is_named() {
    let bytes = write(&model()).unwrap();
    let config = model().config;
    let error = |config| read(&config, &bytes).unwrap_err().to_string();
    assert_eq!(
        error(GptConfig { layers: 2, ..config.clone() }),
        "model.safetensors lacks the tensor transformer.h.1.attn.c_attn.weight, which config.json calls for"
    );
    assert_eq!(
        error(GptConfig { vocabulary: 6, ..config.clone() }),
        "the tensor transformer.wte.weight has the shape [5, 4], and config.json calls for [6, 4]"
    );
    let two = GptConfig { layers: 2, ..config.clone() };
    let larger = write(&Gpt::random(two, &mut seeded(1))).unwrap();
    let error = read(&config, &larger).unwrap_err();
    assert!(matches!(&error, FileError::Extra(name) if name == "transformer.h.1.attn.c_attn.bias"));
}

#[test]
fn a_configuration_of_another_kind_is_named() {
    let error = |json: &str| config_from_json(json.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error(r#"{"model_type": "llama", "hidden_size": 64}"#),
        r#"config.json: model_type is "llama", and only "gpt2" can be read"#
    );
    assert!(error("{").starts_with("config.json is not valid JSON"));
    assert!(error(r#"{"model_type": "gpt2"}"#).contains("missing field `vocab_size`"));

    let mut json = config_to_json(&model().config, 0.0);
    json["scale_attn_by_inverse_layer_idx"] = true.into();
    assert_eq!(
        error(&json.to_string()),
        "config.json: scale_attn_by_inverse_layer_idx is true, and only false can be read"
    );
    json = config_to_json(&model().config, 0.0);
    json["n_head"] = 3.into();
    assert!(error(&json.to_string()).contains("4 channels cannot be shared by 3 heads"));
}

mod translation {
    use neuron::Parameters;
    use neuron::init::seeded;
    use safetensors::SafeTensors;
    use transformer::files::marian::{config_from_json, config_to_json, read, write};
    use transformer::{EncoderDecoder, EncoderDecoderConfig};

    fn model() -> EncoderDecoder {
        EncoderDecoder::random(EncoderDecoderConfig::paper(5, 3, 4, 2, 2), &mut seeded(1))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let model = model();
        let config = config_from_json(config_to_json(&model.config, 0.1).to_string().as_bytes());
        assert_eq!(read(&config.unwrap(), &write(&model).unwrap()).unwrap(), model);
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
            "the tensor model.shared.weight has the shape [5, 4], and config.json calls for [6, 4]"
        );
        assert!(
            error(EncoderDecoderConfig { layers: 3, ..config.clone() })
                .contains("lacks the tensor model.encoder.layers.2.self_attn.q_proj.weight")
        );
        assert!(
            error(EncoderDecoderConfig { layers: 1, ..config.clone() })
                .contains("has a tensor model.decoder.layers.1.encoder_attn.k_proj.bias")
        );
        let huge = EncoderDecoderConfig { layers: 1 << 20, hidden: 1 << 20, ..config.clone() };
        assert!(error(huge).contains("and config.json calls for"), "nothing is allocated");

        let mut json = config_to_json(&config, 0.0);
        json["normalize_before"] = true.into();
        let error = config_from_json(json.to_string().as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "config.json: normalize_before is true, and only false can be read");
        json = config_to_json(&config, 0.0);
        json["eos_token_id"] = 5.into();
        let error = config_from_json(json.to_string().as_bytes()).unwrap_err().to_string();
        assert!(
            error.contains("the end is the token 5, and the vocabulary has 5 entries"),
            "{error}"
        );
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
}
