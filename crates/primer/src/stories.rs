//! The built-in text: endless short stories, made by a grammar of our own, so that a model can be
//! trained on a machine that has nothing else.
//!
//! A rule is a text with choices and gaps:
//!
//! ```text
//! {A} [put|left] {his} {thing} {spot}.      Mia left her kite under the bed.
//! ```
//!
//! `[a|b]` is one of the two, and may hold further choices. `{his}` is a gap, filled from the cast
//! of the story (`cast`), so that everything in a story agrees: names with pronouns, counts with
//! plurals and with arithmetic, things with the place where they were put, feelings with what
//! happened. That is what a model has to learn from it. The words are in `words`, the rules in
//! `opening` and `scenes`.

use neuron::init::seeded;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

mod cast;
mod opening;
mod scenes;
mod words;

use cast::Cast;

/// Whole stories, a blank line between two, together at least so many bytes long. The same seed
/// tells the same stories, however many are asked for.
///
/// ```
/// let text = primer::stories::stories(1, 1000);
/// assert!(text.len() >= 1000 && text.ends_with(".\n"));
/// assert!(primer::stories::stories(1, 5000).starts_with(&text));
/// ```
pub fn stories(seed: u64, bytes: usize) -> String {
    let mut teller = Teller { rng: seeded(seed), text: String::with_capacity(bytes + 2000) };
    while teller.text.len() < bytes {
        if !teller.text.is_empty() {
            teller.text.push('\n');
        }
        teller.story();
    }
    teller.text
}

/// Who tells: what has been told, and the chances of what comes.
struct Teller {
    rng: ChaCha8Rng,
    text: String,
}

impl Teller {
    /// One story: an opening, one to three scenes with the same people, an end, all on one line.
    fn story(&mut self) {
        let mut cast = Cast::draw(&mut self.rng);
        self.rule(opening::OPENINGS, &mut cast);
        let count = [1, 2, 2, 3][self.rng.random_range(0..4)];
        let mut told = vec![];
        while told.len() < count {
            let scene = self.rng.random_range(0..scenes::SCENES.len());
            if told.contains(&scene) {
                continue;
            }
            self.text.push(' ');
            cast.draw_things(&mut self.rng);
            let start = if told.is_empty() { opening::FIRST } else { opening::NEXT };
            self.expand(start, &mut cast);
            self.expand(scenes::SCENES[scene], &mut cast);
            told.push(scene);
        }
        self.text.push(' ');
        self.rule(opening::ENDINGS, &mut cast);
        self.text.push('\n');
    }

    /// One of several rules, told.
    fn rule(&mut self, rules: &[&str], cast: &mut Cast) {
        let rule = rules[self.rng.random_range(0..rules.len())];
        self.expand(rule, cast);
    }

    /// Tells a rule: chooses at each `[a|b]`, fills each `{gap}`.
    fn expand(&mut self, mut rule: &str, cast: &mut Cast) {
        while let Some(at) = rule.bytes().position(|byte| byte == b'[' || byte == b'{') {
            self.text.push_str(&rule[..at]);
            let close = closing(&rule[at..]) + at;
            let inside = &rule[at + 1..close];
            if rule.as_bytes()[at] == b'{' {
                cast.fill(inside, &mut self.text);
            } else {
                let count = choices(inside).count();
                let choice = choices(inside).nth(self.rng.random_range(0..count));
                self.expand(choice.unwrap_or_default(), cast);
            }
            rule = &rule[close + 1..];
        }
        self.text.push_str(rule);
    }
}

/// Where the bracket that a text begins with is closed.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let closed = text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    closed.unwrap_or_else(|| panic!("a bracket is never closed in the rule: {text}"))
}

/// The texts between the bars, but for bars within further brackets.
fn choices(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    text.split(move |letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        letter == '|' && depth == 0
    })
}
