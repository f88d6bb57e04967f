//! What PyTorch finds for a batch of pairs, with padding and masks: the same, without either.
//! Its numbers are made by `encoder_decoder_reference.py`, beside this file.

use approx::assert_relative_eq;
use attention::Texts;
use backprop::Dropout;
use neuron::Parameters;
use neuron::init::seeded;
use transformer::{EncoderDecoder, EncoderDecoderConfig, Pairs};

/// How many words the sentences and translations have.
const LENGTHS: [[usize; 2]; 4] = [[5, 3], [1, 6], [7, 1], [3, 7]];

/// The weights that the script gives its model: number `n` of all looks random, and a gain is 1 more.
fn model() -> EncoderDecoder<f64> {
    let config = EncoderDecoderConfig { hidden: 12, ..EncoderDecoderConfig::paper(11, 8, 8, 2, 2) };
    let mut model = EncoderDecoder::random(config, &mut seeded(1));
    let mut n = 0_u64;
    for (name, mut array) in model.parameters_mut() {
        for number in &mut array {
            let noise = (n * 2_654_435_761 % (1 << 32)) as f64 / 2.0_f64.powi(32);
            *number = noise * 0.8 - 0.4 + if name.ends_with("gain") { 1.0 } else { 0.0 };
            n += 1;
        }
    }
    model
}

fn pairs(config: &EncoderDecoderConfig) -> Pairs {
    let text = |pair: usize, side: usize| -> Vec<u32> {
        let places = 0..LENGTHS[pair][side];
        places.map(|t| 3 + ((pair * 5 + t * 3 + side * 7 + t * t) % 8) as u32).collect()
    };
    let texts: Vec<_> = (0..LENGTHS.len()).map(|pair| (text(pair, 0), text(pair, 1))).collect();
    Pairs::new(
        config,
        texts.iter().map(|(sentence, translation)| (&sentence[..], &translation[..])),
    )
}

#[test]
fn without_padding_the_numbers_are_those_of_pytorch_with_padding_and_masks() {
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("encoder_decoder_reference.json")).unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let model = model();
    let pairs = pairs(&model.config);

    let (source, _) = model.encode(&pairs.source, pairs.source_words(), Dropout::OFF);
    let source = Texts::new(&source, pairs.source_words());
    let (logits, _) = model.decode(&pairs.input, pairs.words(), source, Dropout::OFF);
    let rows: Vec<_> = logits.rows().into_iter().collect();
    let theirs = expected["logits"].as_array().unwrap();
    assert_eq!(rows.len(), theirs.len());
    for (row, theirs) in rows.iter().zip(theirs) {
        let theirs: Vec<_> = theirs.as_array().unwrap().iter().map(number).collect();
        assert_relative_eq!(row.to_vec()[..], theirs[..], epsilon = 1e-9, max_relative = 1e-9);
    }

    let mut grad = model.zeros_like();
    let loss = model.learn(&pairs, 0.1, Dropout::OFF, &mut grad);
    assert_relative_eq!(loss.sum, number(&expected["loss"]), max_relative = 1e-10);
    assert_eq!(loss.count, theirs.len());
    let slopes = grad.parameters();
    assert_eq!(slopes.len(), expected["norms"].as_object().unwrap().len());
    for (name, slope) in slopes {
        let (norm, theirs) =
            (slope.mapv(|x| x * x).sum().sqrt(), number(&expected["norms"][&name]));
        assert!((norm - theirs).abs() < 1e-9 * (1.0 + theirs), "{name}: {norm}, PyTorch {theirs}");
    }
}
