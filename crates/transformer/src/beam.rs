//! Beam search: follow several texts at once, since the best text need not start with the best word.
//!
//! ```text
//! texts     = the start
//! again:      each text goes on with every token: chance of the longer text = chance · chance(token)
//!             keep the `width` likeliest; those that have ended step aside
//! score     = ln chance / lengthᵅ        a longer text has had more occasions to lose chance
//! ```
//!
//! With a width of 1 it is the greedy way: always the likeliest token. With α = 0 short texts win, with
//! α = 1 the chance counts that a token has on average.
//!
//! Source: Sutskever et al. 2014, <https://arxiv.org/abs/1409.3215>, section 3.2; Wu et al. 2016,
//! <https://arxiv.org/abs/1609.08144>, section 7, for the length.

use std::cmp::Reverse;

use softmax::log_chances;

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beams {
    /// How many texts to follow.
    pub width: usize,
    /// How many tokens a text has, at most, with its end.
    pub length: usize,
    /// The token that ends a text, if there is one.
    pub end: Option<u32>,
    /// α: how much the length counts.
    pub length_penalty: f64,
}

/// A text that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Beam {
    /// Its tokens; the last is the end, if it has ended.
    pub ids: Vec<u32>,
    /// The logarithm of the chance of all of them together.
    pub log_chance: f64,
}

impl Beam {
    /// What texts of different lengths are compared by.
    pub fn score(&self, length_penalty: f64) -> f64 {
        self.log_chance / (self.ids.len().max(1) as f64).powf(length_penalty)
    }
}

/// A text on its way: what the model remembers of it, and its scores for the next token, (V).
struct Live<C> {
    beam: Beam,
    cache: C,
    logits: Vec<f32>,
}

/// The best texts that are found, the best first: at least one, at most `width`. `cache` is what the
/// model remembers of what comes before, `logits` are its scores after that, (V), and `extend` reads
/// one more token.
///
/// # Panics
/// If the width or the length is 0.
pub fn search<C: Clone>(
    cache: C,
    logits: Vec<f32>,
    beams: Beams,
    mut extend: impl FnMut(u32, &mut C) -> Vec<f32>,
) -> Vec<Beam> {
    let Beams { width, length, end, length_penalty } = beams;
    assert!(width > 0 && length > 0, "{width} beams of {length} tokens: at least 1 of each");
    let start = Beam { ids: Vec::new(), log_chance: 0.0 };
    let mut live = vec![Live { beam: start, cache, logits }];
    let mut done: Vec<Beam> = Vec::new();
    let by_score = |beam: &Beam| Reverse(Order(beam.score(length_penalty)));
    for words in 1..=length {
        let mut next = Vec::new(); // which text, and with which token it goes on
        for (parent, id, log_chance) in likeliest(&live, width) {
            match end == Some(id) {
                true => done.push(longer(&live[parent].beam, id, log_chance)),
                false => next.push((parent, id, log_chance)),
            }
        }
        if words == length {
            done.extend(next.iter().map(|&(at, id, chance)| longer(&live[at].beam, id, chance)));
            break;
        }
        done.sort_by_key(by_score);
        done.truncate(width);
        // Chances only shrink, and no text grows longer than `length`: can one still come in?
        let most = |chance: f64| chance / (length as f64).powf(length_penalty.max(0.0));
        let best = next.iter().map(|next| most(next.2)).fold(f64::NEG_INFINITY, f64::max);
        let is_full = done.len() == width;
        if next.is_empty() || is_full && done[width - 1].score(length_penalty) >= best {
            break;
        }
        live = go_on(live, next, &mut extend);
    }
    done.sort_by_key(by_score);
    done.truncate(width);
    done
}

/// The likeliest ways to go on, over all texts: which text, with which token, and its chance then.
fn likeliest<C>(live: &[Live<C>], count: usize) -> Vec<(usize, u32, f64)> {
    let mut all = Vec::new();
    for (at, text) in live.iter().enumerate() {
        let chances = log_chances(&text.logits);
        let ways = (0..).zip(chances).map(|(id, chance)| {
            let log_chance = text.beam.log_chance + f64::from(chance);
            (at, id, log_chance)
        });
        all.extend(ways);
    }
    let key = |way: &(usize, u32, f64)| (Reverse(Order(way.2)), way.0, way.1);
    if all.len() > count {
        all.select_nth_unstable_by_key(count, key);
        all.truncate(count);
    }
    all.sort_by_key(key);
    all
}

fn longer(beam: &Beam, id: u32, log_chance: f64) -> Beam {
    let ids = beam.ids.iter().copied().chain([id]).collect();
    Beam { ids, log_chance }
}

/// Reads the token that each text goes on with. What a text remembers is copied only if it goes on in
/// more than one way.
fn go_on<C: Clone>(
    live: Vec<Live<C>>,
    next: Vec<(usize, u32, f64)>,
    extend: &mut impl FnMut(u32, &mut C) -> Vec<f32>,
) -> Vec<Live<C>> {
    let mut children = vec![0; live.len()];
    next.iter().for_each(|way| children[way.0] += 1);
    let (beams, mut caches): (Vec<_>, Vec<_>) =
        live.into_iter().map(|text| (text.beam, Some(text.cache))).unzip();
    let ways = next.into_iter().map(|(parent, id, log_chance)| {
        children[parent] -= 1;
        let kept = &mut caches[parent];
        let cache = if children[parent] == 0 { kept.take() } else { kept.clone() };
        let Some(mut cache) = cache else { unreachable!("it is taken by the last way alone") };
        let logits = extend(id, &mut cache);
        Live { beam: longer(&beams[parent], id, log_chance), cache, logits }
    });
    ways.collect()
}

/// Numbers in their order.
#[derive(PartialEq)]
struct Order(f64);

impl Eq for Order {}

impl PartialOrd for Order {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Order {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
