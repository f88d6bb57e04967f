//! Trains one head of attention to say whose it will be: the word that decides is far back, now here,
//! now there, and others stand between. Then shows whom the last word listens to, in sentences that
//! the head has never seen.

use std::ops::ControlFlow;

use attention::MultiHead;
use backprop::{AdamW, Dropout, Loss, NotFinite, Recipe, Schedule, Share, train};
use embedding::Embedding;
use ndarray::{Array2, ArrayView1, ArrayView2, s};
use neuron::init::{normal, seeded};
use neuron::{Linear, parameters};
use pictures::{heat_map, save, svg};
use rand::{Rng, RngExt};
use softmax::cross_entropy;

const ANSWERS: [&str; 3] = ["her", "him", "them"];
const PEOPLE: [[&str; 4]; 3] = [
    ["girl", "queen", "woman", "aunt"],
    ["boy", "king", "man", "uncle"],
    ["twins", "elves", "children", "parents"],
];
const BEFORE: [&str; 4] = ["", "long ago", "one cold night", "far from home"];
const DEEDS: [&str; 4] = ["took", "found", "won", "bought"];
const THINGS: [&str; 4] = ["orb", "crown", "lamp", "old book"];
const AFTER: [&str; 5] = ["", "by the sea", "in the dark wood", "beside the", "with the"];

/// While it learns, the head is never told of anyone who takes an orb or finds a crown.
fn is_new(deed: &str, thing: &str) -> bool {
    [("took", "orb"), ("found", "crown")].contains(&(deed, thing))
}

struct Sentence {
    words: Vec<&'static str>,
    owner: usize, // the place of the word that decides
    answer: u32,
}

impl Sentence {
    fn any(new: bool, rng: &mut impl Rng) -> Self {
        let mut below = |n| rng.random_range(0..n);
        let (answer, before) = (below(3), BEFORE[below(4)]);
        let (owner, other) = (PEOPLE[answer][below(4)], PEOPLE[below(3)][below(4)]);
        let (deed, thing) = loop {
            let (deed, thing) = (DEEDS[below(4)], THINGS[below(4)]);
            if is_new(deed, thing) == new {
                break (deed, thing);
            }
        };
        Self::of([before, owner, deed, thing, AFTER[below(5)], other], answer)
    }

    fn of([before, owner, deed, thing, after, other]: [&'static str; 6], answer: usize) -> Self {
        let other = if after.ends_with(" the") { other } else { "" };
        let words = [before, "the", owner, deed, "the", thing, after, other];
        let words = words.into_iter().chain([". it will belong to"]);
        let words = words.flat_map(str::split_whitespace).collect();
        let owner = before.split_whitespace().count() + 1;
        Sentence { words, owner, answer: answer as u32 }
    }

    /// The number of each word, and its place: (T), (T).
    fn ids(&self) -> (Vec<u32>, Vec<u32>) {
        let words = vocabulary();
        let id = |word| words.iter().position(|other| *other == word).map_or(0, |id| id as u32);
        let ids = self.words.iter().copied().map(id).collect();
        (ids, (0..self.words.len() as u32).collect())
    }
}

/// Every word that a sentence may have.
fn vocabulary() -> Vec<&'static str> {
    let all =
        [&BEFORE[..], PEOPLE.as_flattened(), &DEEDS, &THINGS, &AFTER, &["it will belong to ."]];
    all.concat().into_iter().flat_map(str::split_whitespace).collect()
}

/// What each word is and where it stands, one head that listens, and a score for each answer.
#[derive(Clone, Debug)]
struct Model<F> {
    word: Embedding<F>,
    place: Embedding<F>,
    attention: MultiHead<F>,
    output: Linear<F>,
}

parameters!(Model { word, place, attention, output });

impl Model<f64> {
    fn random() -> Self {
        let rng = &mut seeded(1);
        Model {
            word: Embedding { weight: normal((vocabulary().len(), 16), 0.5, rng) },
            place: Embedding { weight: normal((20, 16), 0.5, rng) },
            attention: MultiHead::random(16, 1, true, rng),
            output: Linear::random(16, 3, rng),
        }
    }

    /// The answer, and how much the last word listens to each word.
    fn read(&self, sentence: &Sentence) -> (u32, Vec<f64>) {
        let (ids, places) = sentence.ids();
        let x = self.word.forward(&ids) + self.place.forward(&places); // (T, C)
        let (heard, saved) = self.attention.forward(&x, ids.len(), Dropout::OFF); // (T, C)
        let scores = self.output.forward(&last(&heard)); // (1, 3)
        let answer = (0..3).max_by(|&a, &b| scores[[0, a]].total_cmp(&scores[[0, b]]));
        (answer.unwrap_or(0) as u32, last(&saved.chances[0]).iter().copied().collect())
    }

    /// How wrong the answer is; the slopes are added to `grad`.
    fn learn(&self, sentence: &Sentence, grad: &mut Self) -> Loss {
        let (ids, places) = sentence.ids();
        let x = self.word.forward(&ids) + self.place.forward(&places); // (T, C)
        let (heard, saved) = self.attention.forward(&x, ids.len(), Dropout::OFF); // (T, C)
        let scores = self.output.forward(&last(&heard)); // (1, 3)
        let (sum, dscores) = cross_entropy(scores, &[sentence.answer]);

        let mut dheard = Array2::zeros(heard.raw_dim()); // all but the last word are not asked
        let dlast = self.output.backward(&last(&heard), &dscores, &mut grad.output);
        dheard.slice_mut(s![-1.., ..]).assign(&dlast);
        let listening = &mut grad.attention;
        let dx = self.attention.backward(&x, ids.len(), Dropout::OFF, saved, &dheard, listening);
        self.word.backward(&ids, &dx, &mut grad.word);
        self.place.backward(&places, &dx, &mut grad.place);
        Loss { sum, count: 1 }
    }
}

/// The last row: (T, n) -> (1, n).
fn last(rows: &Array2<f64>) -> ArrayView2<'_, f64> {
    rows.slice(s![-1.., ..])
}

fn main() -> Result<(), NotFinite> {
    let mut model = Model::random();
    let mut optimizer = AdamW::new(&model);
    let schedule = Schedule { peak: 0.02, least: 0.002, warmup: 10, steps: 60 };
    let recipe = Recipe { steps: 60, shares: 2, schedule, clip: 1.0 };
    let draw = |step| {
        let rng = &mut seeded(step as u64);
        (0..32).map(|_| Sentence::any(false, rng)).collect()
    };
    let learn = |model: &Model<f64>, share: &[Sentence], _: Share, grad: &mut Model<f64>| {
        share.iter().map(|sentence| model.learn(sentence, grad)).sum()
    };
    train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, _, _| {
        if told.step % 10 == 0 || told.step == 1 {
            anstream::println!("step {:3}   loss {:.2}", told.step, told.loss);
        }
        ControlFlow::Continue(())
    })?;

    let new: Vec<Sentence> = (0..300).map(|seed| Sentence::any(true, &mut seeded(seed))).collect();
    let (mut right, mut listened) = (0, 0);
    for sentence in &new {
        let (answer, chances) = model.read(sentence);
        right += usize::from(answer == sentence.answer);
        let most = chances.iter().copied().fold(0.0, f64::max);
        listened += usize::from(chances[sentence.owner] == most);
    }
    anstream::println!("\n{} sentences that it has never seen:", new.len());
    anstream::println!("  {right} right answers: her, him or them");
    anstream::println!("  {listened} where \"to\" listens most to the one who took or found it\n");
    assert!(right * 100 >= 95 * new.len());
    assert!(listened * 100 >= 90 * new.len());
    show(&model);
    Ok(())
}

/// The same sentence of three people, one beside the other.
fn show(model: &Model<f64>) {
    let sentence = |who, answer| {
        Sentence::of(["one cold night", who, "took", "orb", "beside the", "king"], answer)
    };
    let three = [sentence("girl", 0), sentence("boy", 1), sentence("elves", 2)];
    let mut words = three[0].words.clone();
    words[three[0].owner] = "girl/boy/elves";
    let mut shares = Array2::zeros((words.len(), 3)); // (T, 3)
    for (sentence, mut shares) in three.iter().zip(shares.columns_mut()) {
        let (answer, chances) = model.read(sentence);
        assert_eq!(answer, sentence.answer);
        assert!(chances[sentence.owner] > 0.5, "\"to\" listens to the one who took it");
        shares.assign(&ArrayView1::from(&chances));
    }
    anstream::println!(
        "Whom \"to\" listens to, before it says …\n{}",
        heat_map(&words, &ANSWERS, &shares)
    );
    words[three[0].owner] = "(who)";
    let title = "“… it will belong to” her, him or them? Whom “to” listens to";
    let rows = ["girl … her", "boy … him", "elves … them"];
    save(&svg::heat_map(title, &rows, &words, &shares.reversed_axes()));
}
