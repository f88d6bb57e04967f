//! Pick one, in proportion to its chance.
//!
//! After "humpty dump", `t` is likeliest, but a close second may be right as well. Whoever always
//! takes the likeliest writes the same text every time, and soon goes round in circles. So we draw,
//! and bend the chances first, in the order of Hugging Face's `generate`:
//!
//! 1. repeat penalty: what stands in the text already gets a lower score (Keskar and others, CTRL,
//!    2019): a positive one is divided by the penalty, a negative one multiplied
//! 2. temperature: scores are divided by it. Below 1 the likely gets likelier, above 1 less so;
//!    at 0 only the likeliest is left
//! 3. top-k: only the k likeliest stay
//! 4. top-p: the likeliest stay, until together they have a chance of p (Holtzman and others, 2019)
//! 5. min-p: what has less than this share of the largest chance goes
//!
//! The likeliest always stays. Of equals, the one with the smaller id comes first.
//!
//! A score of -∞, or one that is not a number, is never drawn.

use std::cmp::Ordering;

use rand::{Rng, RngExt};

/// How to pick the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// Divides the scores. 0 always takes the likeliest.
    pub temperature: f64,
    /// How many of the likeliest stay. 0 keeps all.
    pub top_k: usize,
    /// The likeliest stay, until their chances add up to this. 1 keeps all.
    pub top_p: f64,
    /// What has less than this share of the largest chance goes. 0 keeps all.
    pub min_p: f64,
    /// Above 1, what stands in the text already gets less likely. 1 changes nothing.
    pub repeat_penalty: f64,
}

impl Default for Sampler {
    fn default() -> Self {
        Sampler { temperature: 0.8, top_k: 40, top_p: 1.0, min_p: 0.0, repeat_penalty: 1.0 }
    }
}

/// One that may be drawn, and its score, later its share: its chance as a multiple of the largest.
type Candidate = (u32, f64);

impl Sampler {
    /// Always the likeliest.
    pub fn greedy() -> Self {
        Sampler { temperature: 0.0, ..Sampler::default() }
    }

    /// Draws one from `logits`, a score for each id; `before` are the ids already in the text.
    ///
    /// ```
    /// use neuron::init::seeded;
    /// use softmax::Sampler;
    ///
    /// let logits = [0.5, 2.0, 1.9];
    /// assert_eq!(Sampler::greedy().draw(&logits, &[], &mut seeded(1)), 1);
    /// let sampler = Sampler { repeat_penalty: 1.3, ..Sampler::greedy() };
    /// assert_eq!(sampler.draw(&logits, &[1], &mut seeded(1)), 2); // 1 was there already
    /// ```
    ///
    /// # Panics
    /// If nothing is left to draw, since every score is -∞ or not a number; and if the temperature
    /// is negative or the penalty not positive.
    pub fn draw(&self, logits: &[f32], before: &[u32], rng: &mut impl Rng) -> u32 {
        let Sampler { temperature, repeat_penalty, .. } = *self;
        assert!(temperature >= 0.0, "a temperature cannot be {temperature}");
        assert!(repeat_penalty > 0.0, "a repeat penalty cannot be {repeat_penalty}");
        let mut candidates = self.candidates(logits, before);
        let likeliest = candidates.iter().copied().min_by(likelier);
        let Some((likeliest, largest)) = likeliest else {
            panic!("nothing to draw: all {} scores are -∞ or not a number", logits.len());
        };
        if temperature == 0.0 {
            return likeliest;
        }
        self.keep_top_k(&mut candidates);
        for (_, score) in &mut candidates {
            // Two infinite scores have no difference.
            let below = if *score == largest { 0.0 } else { *score - largest };
            *score = (below / temperature).exp();
        }
        self.keep_top_p(&mut candidates);
        candidates.retain(|&(_, share)| share >= self.min_p.min(1.0));
        pick(&candidates, rng).unwrap_or(likeliest)
    }

    /// Every id that may be drawn, with its score after the penalty.
    fn candidates(&self, logits: &[f32], before: &[u32]) -> Vec<Candidate> {
        let mut scores: Vec<f64> = logits.iter().map(|&logit| f64::from(logit)).collect();
        if self.repeat_penalty != 1.0 {
            for &id in before {
                // From the logit, so that an id which stands there twice is punished once.
                if let Some(&logit) = logits.get(id as usize) {
                    let positive = logit > 0.0;
                    let logit = f64::from(logit);
                    let penalty = self.repeat_penalty;
                    scores[id as usize] = if positive { logit / penalty } else { logit * penalty };
                }
            }
        }
        (0..).zip(scores).filter(|&(_, score)| score > f64::NEG_INFINITY).collect()
    }

    /// Dividing all scores by the temperature keeps their order, so this may come before it.
    fn keep_top_k(&self, candidates: &mut Vec<Candidate>) {
        if (1..candidates.len()).contains(&self.top_k) {
            candidates.select_nth_unstable_by(self.top_k - 1, likelier);
            candidates.truncate(self.top_k);
            candidates.sort_unstable_by(likelier);
        }
    }

    /// Each stays if those before it have not reached `top_p` yet.
    fn keep_top_p(&self, candidates: &mut Vec<Candidate>) {
        if self.top_p >= 1.0 {
            return;
        }
        candidates.sort_unstable_by(likelier);
        let wanted = self.top_p * total(candidates);
        let mut reached = 0.0;
        candidates.retain(|&(_, share)| {
            let stays = reached == 0.0 || reached < wanted;
            reached += share;
            stays
        });
    }
}

/// Sorts the likelier before the less likely, and of equals the smaller id first.
fn likelier(a: &Candidate, b: &Candidate) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

fn total(candidates: &[Candidate]) -> f64 {
    candidates.iter().map(|&(_, share)| share).sum()
}

/// Walks along the shares, laid end to end, up to a random point.
fn pick(candidates: &[Candidate], rng: &mut impl Rng) -> Option<u32> {
    let mut point = rng.random::<f64>() * total(candidates);
    for &(id, share) in candidates {
        if point < share {
            return Some(id);
        }
        point -= share;
    }
    None // the last few bits were lost to rounding
}

/// The logarithm of each chance, as the model gave it: before temperature and all the rest.
///
/// ```
/// let logs = softmax::log_chances(&[0.0, 3.0_f32.ln()]);
/// assert!((logs[1] - 0.75_f32.ln()).abs() < 1e-6);
/// ```
pub fn log_chances(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let below = |logit: f32| f64::from(logit) - f64::from(largest);
    let sum: f64 = logits.iter().map(|&logit| below(logit).exp()).sum();
    logits.iter().map(|&logit| (below(logit) - sum.ln()) as f32).collect()
}
