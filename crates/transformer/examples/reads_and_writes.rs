//! Trains an encoder and a decoder on a few words of English and French, and lets them translate what
//! they have never seen. The order of the words is another: "a red cat" is "un chat rouge". Then shows
//! which English word each French one listens to.

use std::ops::ControlFlow;

use attention::Texts;
use backprop::{AdamW, Dropout, NotFinite, Recipe, Schedule, Share, train};
use ndarray::Array2;
use neuron::init::seeded;
use pictures::{heat_map, save, svg};
use rand::{Rng, RngExt};
use transformer::{EncoderDecoder, EncoderDecoderConfig, Pairs};

type Words = [(&'static str, &'static str)];

const MARKS: &Words = &[("start", "end")];
const ARTICLES: &Words = &[("the", "le"), ("a", "un"), ("my", "mon")];
const COLOURS: &Words = &[("red", "rouge"), ("green", "vert"), ("black", "noir"), ("grey", "gris")];
const BEASTS: &Words =
    &[("cat", "chat"), ("dog", "chien"), ("horse", "cheval"), ("wolf", "loup"), ("rat", "rat")];
const DEEDS: &Words = &[("sees", "voit"), ("follows", "suit"), ("finds", "trouve")];

/// While it learns, the model is never told of anything that is red and a cat, or grey and a wolf.
fn is_new(colour: &str, beast: &str) -> bool {
    [("red", "cat"), ("grey", "wolf")].contains(&(colour, beast))
}

/// A sentence and its translation, word by word.
struct Pair(Vec<&'static str>, Vec<&'static str>);

impl Pair {
    /// A beast does something to another; with new colours, or without.
    fn any(new: bool, rng: &mut impl Rng) -> Self {
        let mut pair = Pair(vec![], vec![]);
        pair.beast(new, rng);
        let deed = DEEDS[rng.random_range(0..DEEDS.len())];
        pair.say(&[deed], &[deed]);
        pair.beast(new, rng);
        pair
    }

    fn beast(&mut self, new: bool, rng: &mut impl Rng) {
        let mut any = |words: &'static Words| words[rng.random_range(0..words.len())];
        let (article, beast) = (any(ARTICLES), any(BEASTS));
        let colour = any(COLOURS);
        let plain = !new && any(COLOURS).0 == "grey"; // a quarter of them has no colour
        if plain {
            self.say(&[article, beast], &[article, beast]);
        } else if is_new(colour.0, beast.0) == new {
            self.say(&[article, colour, beast], &[article, beast, colour]);
        } else {
            self.beast(new, rng);
        }
    }

    fn say(&mut self, english: &Words, french: &Words) {
        self.0.extend(english.iter().map(|word| word.0));
        self.1.extend(french.iter().map(|word| word.1));
    }

    fn ids(&self) -> (Vec<u32>, Vec<u32>) {
        (self.0.iter().map(|word| id(word)).collect(), self.1.iter().map(|word| id(word)).collect())
    }
}

/// Every word of both languages. The first stands before a translation, the second ends it.
fn vocabulary() -> Vec<&'static str> {
    let all = [MARKS, ARTICLES, COLOURS, BEASTS, DEEDS].concat();
    all.into_iter().flat_map(|(english, french)| [english, french]).collect()
}

fn id(word: &str) -> u32 {
    vocabulary().iter().position(|other| *other == word).map_or(0, |id| id as u32)
}

fn text(ids: &[u32]) -> String {
    ids.iter().map(|&id| vocabulary()[id as usize]).collect::<Vec<_>>().join(" ")
}

/// The likeliest word, then the likeliest after it, until the end.
fn translate(model: &EncoderDecoder<f64>, sentence: &[u32]) -> Vec<u32> {
    let (sentence, mut draft) = (model.read(sentence), model.draft());
    let (mut said, mut last) = (vec![], model.config.start);
    while said.len() + 1 < model.config.context {
        let scores = model.extend(last, &sentence, &mut draft); // (V)
        last =
            (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0) as u32;
        if last == model.config.end {
            break;
        }
        said.push(last);
    }
    said
}

fn together(config: &EncoderDecoderConfig, pairs: &[Pair]) -> Pairs {
    let ids: Vec<_> = pairs.iter().map(Pair::ids).collect();
    Pairs::new(config, ids.iter().map(|(english, french)| (&english[..], &french[..])))
}

fn learned() -> Result<EncoderDecoder<f64>, NotFinite> {
    let config = EncoderDecoderConfig::paper(vocabulary().len(), 10, 16, 1, 1);
    let mut model = EncoderDecoder::random(config, &mut seeded(1));
    let mut optimizer = AdamW::new(&model);
    let schedule = Schedule { peak: 1e-2, least: 1e-3, warmup: 20, steps: 300 };
    let recipe = Recipe { steps: 300, shares: 2, schedule, clip: 1.0 };
    let draw = |step| {
        let rng = &mut seeded(step as u64);
        (0..32).map(|_| Pair::any(false, rng)).collect()
    };
    let learn =
        |model: &EncoderDecoder<f64>, share: &[Pair], _: Share, grad: &mut EncoderDecoder<f64>| {
            model.learn(&together(&model.config, share), 0.1, Dropout::OFF, grad)
        };
    train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, _, _| {
        if told.step % 50 == 0 || told.step == 1 {
            anstream::println!("step {:3}   loss {:.2}", told.step, told.loss);
        }
        ControlFlow::Continue(())
    })?;
    Ok(model)
}

fn main() -> Result<(), NotFinite> {
    let known = Pair::any(false, &mut seeded(1));
    let pairs = together(&EncoderDecoderConfig::paper(32, 10, 16, 1, 1), &[known]);
    anstream::println!("The encoder reads   {}", text(&pairs.source));
    anstream::println!("The decoder reads   {}", text(&pairs.input));
    anstream::println!("and is to say       {}\n", text(&pairs.target));

    let model = learned()?;
    let new: Vec<Pair> = (0..200).map(|seed| Pair::any(true, &mut seeded(seed))).collect();
    let is_right = |pair: &&Pair| translate(&model, &pair.ids().0) == pair.ids().1;
    let right = new.iter().filter(is_right).count();
    anstream::println!("\nOf {} sentences about what it never met, {right} are right:", new.len());
    for pair in &new[..4] {
        let said = text(&translate(&model, &pair.ids().0));
        anstream::println!("  {:32} → {said}", pair.0.join(" "));
    }
    assert!(right * 100 >= 95 * new.len());
    show(&model, &new[1]);
    Ok(())
}

/// Which word of the sentence each word of the translation listens to, just before it is said.
fn show(model: &EncoderDecoder<f64>, pair: &Pair) {
    let pairs = together(&model.config, &[Pair(pair.0.clone(), pair.1.clone())]);
    let (source, _) = model.encode(&pairs.source, pairs.source_words(), Dropout::OFF); // (m, C)
    let source = Texts::new(&source, pairs.source_words());
    let (_, decoded) = model.decode(&pairs.input, pairs.words(), source, Dropout::OFF);
    let chances: &Array2<f64> = &decoded.blocks[0].1.cross.chances[0]; // (n, m)

    let (rows, columns) = (text(&pairs.target), text(&pairs.source));
    let rows: Vec<_> = rows.split(' ').collect();
    let columns: Vec<_> = columns.split(' ').collect();
    anstream::println!("\nWhich word of the sentence each word of the translation listens to:");
    anstream::println!("{}", heat_map(&rows, &columns, chances));
    let all = [MARKS, ARTICLES, COLOURS, BEASTS, DEEDS].concat();
    for (word, chances) in rows.iter().zip(chances.rows()) {
        let most = (0..columns.len()).max_by(|&i, &j| chances[i].total_cmp(&chances[j]));
        let heard = most.map_or("", |place| columns[place]);
        assert!(all.contains(&(heard, word)) || heard == *word, "{word} listens to {heard}");
    }
    let title = "Which English word each French one listens to";
    save(&svg::heat_map(title, &rows, &columns, chances));
}
