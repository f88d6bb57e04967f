//! Any `config.json`: it is read or refused; what is read is written and read again.
#![no_main]

use std::sync::Arc;

use kernels::Team;
use libfuzzer_sys::fuzz_target;
use transformer::files::{
    Config, GenerationConfig, Index, Kind, Tensors, config_from_json, config_to_json, gpt2, llama,
    marian, sprint,
};
use transformer::run::{Model, Precision};

fuzz_target!(|file: &[u8]| {
    let _ = GenerationConfig::read(file, Some(file));
    let _ = Index::read(file);
    let Ok(config) = config_from_json(file) else { return };
    let json = config_to_json(&config, Kind::F32, 0.0).expect("what is published has a name");
    let read = config_from_json(json.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(read, config);
    // However large it is, nothing is allocated for a model that is not there.
    let nothing = Tensors::default();
    let team = Arc::new(Team::new(1));
    assert!(Model::open(&config, &nothing, Precision::F32, team).is_err());
    match config {
        Config::Gpt(config) => assert!(gpt2::read(&config, &nothing).is_err()),
        Config::Llama(config) => assert!(llama::read(&config, &nothing).is_err()),
        Config::EncoderDecoder(config) => assert!(marian::read(&config, &nothing).is_err()),
        Config::Sprint(config) => assert!(sprint::read(&config, &nothing).is_err()),
    }
});
