//! The article's two ways to translate, side by side: one network that goes on with "sentence, separator,
//! translation", and an encoder that reads the sentence for a decoder. Both learn from as many tokens, with
//! about as many numbers. And the three faults that the article finds in the first way, measured.
//!
//! The two languages are made up: digits, and letters in the opposite order ("3 1 4" is "e b d").

use std::ops::ControlFlow;

use backprop::{AdamW, Dropout, Loss, Recipe, Schedule, train, windows};
use ndarray::Array1;
use neuron::Parameters;
use neuron::init::seeded;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use softmax::cross_entropy;
use transformer::{EncoderDecoder, EncoderDecoderConfig, Gpt, GptConfig, Pairs};

const SEPARATOR: u32 = 20;
const END: u32 = 21;
const VOCABULARY: usize = 22; // 0..10 are the digits, 10..20 the letters
const WINDOW: usize = 8;
const LONGEST: usize = 5;
const STEPS: usize = 400;
const PAIRS: usize = 24; // a step

type Pair = (Vec<u32>, Vec<u32>);

fn main() -> Result<(), backprop::NotFinite> {
    let rng = &mut seeded(1);
    let all = (0..5000).map(|_| pair(rng));
    let (held_out, learned): (Vec<Pair>, Vec<Pair>) = all.partition(is_held_out);
    let held_out = &held_out[..300];

    let one = one_sequence(&learned)?;
    let two = encoder_and_decoder(&learned)?;
    let (numbers, others): (usize, usize) = (one.count(), two.count());
    row("", "one sequence", "encoder, decoder");
    row("numbers to learn", &numbers.to_string(), &others.to_string());

    anstream::println!("\n1. The source falls out of a fixed window, here of {WINDOW} words.\n");
    let seen = format!("{:.0} %", 100.0 * in_view(&learned));
    row("   words of translations whose sentence is seen", &seen, "100 %");
    let mut right = Vec::new();
    for words in 2..=LONGEST {
        let those: Vec<&Pair> = held_out.iter().filter(|pair| pair.0.len() == words).collect();
        let share = |translate: &dyn Fn(&[u32]) -> Vec<u32>| {
            let right = those.iter().filter(|pair| translate(&pair.0) == pair.1).count();
            100.0 * right as f64 / those.len() as f64
        };
        let (first, second) = (share(&|ids| go_on(&one, ids)), share(&|ids| translate(&two, ids)));
        let shares = [first, second].map(|share| format!("{share:.0} %"));
        row(&format!("   translated rightly, of {words} words"), &shares[0], &shares[1]);
        right.push((first, second));
    }

    anstream::println!("\n2. One network must learn two languages and the separator.\n");
    let (sentence, translation) = surprise(&one, held_out);
    let loss = two.loss(&pairs(&two.config, held_out)).mean();
    row("   loss on the words of the sentence", &format!("{sentence:.2}"), "nothing to say");
    let losses = [translation, loss].map(|loss| format!("{loss:.2}"));
    row("   loss on the words of the translation", &losses[0], &losses[1]);

    anstream::println!(
        "\n3. The sentence is read again at every step. Rows that are worked out:\n"
    );
    for words in [4, 10, 40] {
        let n = words + 1; // with the separator, or the end
        let again: usize = (0..n).map(|said| n + said).sum();
        let once: usize = n + (0..n).map(|said| said + 1).sum::<usize>();
        row(&format!("   {words} words"), &again.to_string(), &once.to_string());
    }
    row("   40 words, with keys and values kept", &(41 + 40).to_string(), &(41 + 41).to_string());

    for (first, second) in right {
        assert!(second >= 90.0, "the encoder and its decoder translate all lengths");
        assert!(first <= 20.0, "what is not seen cannot be translated");
    }
    assert!(loss < translation && translation < sentence);
    Ok(())
}

fn row(name: &str, one: &str, two: &str) {
    anstream::println!("{name:48}{one:>14}{two:>20}");
}

/// Of the words of translations in windows from anywhere, the share whose whole sentence is in the window.
fn in_view(learned: &[Pair]) -> f64 {
    let (mut seen, mut all) = (0.0, 0.0);
    for (sentence, translation) in learned {
        for word in 0..=translation.len() {
            let before = sentence.len() + 1 + word; // from the start of the sentence
            seen += (WINDOW + 1).saturating_sub(before) as f64 / WINDOW as f64;
            all += 1.0;
        }
    }
    seen / all
}

/// A sentence of 2 to 6 digits, and its translation.
fn pair(rng: &mut ChaCha8Rng) -> Pair {
    let words = rng.random_range(2..=LONGEST);
    let sentence: Vec<u32> = (0..words).map(|_| rng.random_range(0..10)).collect();
    let translation = sentence.iter().rev().map(|digit| digit + 10).collect();
    (sentence, translation)
}

/// A fifth of all sentences.
fn is_held_out((sentence, _): &Pair) -> bool {
    sentence.iter().fold(1, |hash, digit| 3 * hash + digit) % 5 == 0
}

fn recipe() -> Recipe {
    let schedule = Schedule { peak: 1e-2, least: 1e-3, warmup: 20, steps: STEPS };
    Recipe { steps: STEPS, shares: 2, schedule, clip: 1.0 }
}

/// A GPT that reads all pairs one after another, in windows from anywhere.
fn one_sequence(learned: &[Pair]) -> Result<Gpt<f64>, backprop::NotFinite> {
    let each =
        |(sentence, translation): &Pair| [sentence, &[SEPARATOR][..], translation, &[END]].concat();
    let text: Vec<u32> = learned.iter().flat_map(each).collect();
    let config = GptConfig::gpt2(VOCABULARY, WINDOW, 32, 2, 4);
    let mut gpt: Gpt<f64> = Gpt::random(config, &mut seeded(1));
    let mut optimizer = AdamW::new(&gpt);
    let draw = |step| windows::at_random(&text, WINDOW, PAIRS, 1, step as u64);
    let learn = |gpt: &Gpt<f64>, share: &[windows::Window<'_>], _, grad: &mut Gpt<f64>| {
        let ids: Vec<u32> = share.iter().flat_map(|window| window.input).copied().collect();
        let targets: Vec<u32> = share.iter().flat_map(|window| window.target).copied().collect();
        gpt.learn(&ids, &targets, WINDOW, Dropout::OFF, grad)
    };
    train(
        &mut gpt,
        &mut optimizer,
        &recipe(),
        0,
        draw,
        learn,
        |_, _, _| ControlFlow::Continue(()),
    )?;
    Ok(gpt)
}

fn encoder_and_decoder(learned: &[Pair]) -> Result<EncoderDecoder<f64>, backprop::NotFinite> {
    let config = EncoderDecoderConfig {
        start: SEPARATOR,
        end: END,
        ..EncoderDecoderConfig::paper(VOCABULARY, WINDOW, 32, 1, 4)
    };
    let mut network: EncoderDecoder<f64> = EncoderDecoder::random(config, &mut seeded(1));
    let mut optimizer = AdamW::new(&network);
    let draw =
        |step: usize| (0..PAIRS).map(|i| &learned[(step * PAIRS + i) % learned.len()]).collect();
    let learn =
        |network: &EncoderDecoder<f64>, share: &[&Pair], _, grad: &mut EncoderDecoder<f64>| {
            network.learn(&pairs(&network.config, share.iter().copied()), 0.0, Dropout::OFF, grad)
        };
    train(&mut network, &mut optimizer, &recipe(), 0, draw, learn, |_, _, _| {
        ControlFlow::Continue(())
    })?;
    Ok(network)
}

fn pairs<'p>(config: &EncoderDecoderConfig, some: impl IntoIterator<Item = &'p Pair>) -> Pairs {
    Pairs::new(
        config,
        some.into_iter().map(|(sentence, translation)| (&sentence[..], &translation[..])),
    )
}

/// The mean loss of the GPT on the words of sentences, and on those of their translations, where the
/// window holds all.
fn surprise(gpt: &Gpt<f64>, pairs: &[Pair]) -> (f64, f64) {
    let (mut on_sentences, mut on_translations) = (Loss::default(), Loss::default());
    for (sentence, translation) in pairs.iter().filter(|pair| 2 * pair.0.len() + 2 <= WINDOW) {
        let text = [&[END][..], sentence, &[SEPARATOR], translation, &[END]].concat();
        let logits = gpt.logits(&text[..text.len() - 1], text.len() - 1);
        let words = sentence.len() + 1;
        let (asked, said) = logits.view().split_at(ndarray::Axis(0), words);
        let loss = |logits: ndarray::ArrayView2<'_, f64>, targets: &[u32]| Loss {
            sum: cross_entropy(logits.to_owned(), targets).0,
            count: targets.len(),
        };
        on_sentences = on_sentences + loss(asked, &text[1..=words]);
        on_translations = on_translations + loss(said, &text[words + 1..]);
    }
    (on_sentences.mean(), on_translations.mean())
}

/// What the GPT says after a sentence and a separator: it sees as much of both as its window holds.
fn go_on(gpt: &Gpt<f64>, sentence: &[u32]) -> Vec<u32> {
    let mut text = [sentence, &[SEPARATOR]].concat();
    let start = text.len();
    while text.len() < start + LONGEST + 1 {
        let seen = &text[text.len().saturating_sub(WINDOW)..];
        let logits = gpt.logits(seen, seen.len());
        match likeliest(&logits.row(seen.len() - 1).to_owned()) {
            END => break,
            id => text.push(id),
        }
    }
    text.split_off(start)
}

fn translate(network: &EncoderDecoder<f64>, sentence: &[u32]) -> Vec<u32> {
    let (sentence, mut draft) = (network.read(sentence), network.draft());
    let (mut id, mut said) = (SEPARATOR, Vec::new());
    for _ in 0..=LONGEST {
        id = likeliest(&network.extend(id, &sentence, &mut draft));
        if id == END {
            break;
        }
        said.push(id);
    }
    said
}

fn likeliest(scores: &Array1<f64>) -> u32 {
    let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    best.unwrap_or(0) as u32
}
