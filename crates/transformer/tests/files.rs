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
    use neuron::init::seeded;
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
}
