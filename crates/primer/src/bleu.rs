//! How near are translations to those that people made? BLEU counts the words, and the runs of two,
//! three and four words, that both have: 100 is said word for word, 0 has nothing in common.
//!
//! ```text
//! precision n = runs of n words that a reference has too / runs of n words said
//! BLEU        = 100 · (precision 1 · precision 2 · precision 3 · precision 4)^¼ · brevity
//! brevity     = min(1, e^(1 - words of the references / words said))
//! ```
//!
//! All are counted over the whole list, and divided once. A run counts at most as often as in that
//! reference which has it most often, so that "the the the" gains nothing; whoever leaves words
//! out pays in brevity. Papineni, Roukos, Ward and Zhu, 2002.
//!
//! What a word is decides the number. Here it is what sacreBLEU takes by default (Post, *A call for
//! clarity in reporting BLEU scores*, 2018), so that numbers can be set side by side with others'.

use std::collections::HashMap;

/// Words in a row, at most.
const ORDERS: usize = 4;

/// BLEU of what was said, each with its references, at least one: 0 to 100.
///
/// ```
/// use primer::bleu::bleu;
///
/// let reference = "Le chat dort dans la cuisine.";
/// assert!((bleu([(reference, [reference].as_slice())]) - 100.0).abs() < 1e-9);
/// assert_eq!(bleu([("Un chien", [reference].as_slice())]), 0.0);
/// let near = bleu([("Le chat dort dans le jardin.", [reference].as_slice())]);
/// assert!((40.0..60.0).contains(&near));
/// ```
pub fn bleu<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a [&'a str])>) -> f64 {
    let mut counts = Counts::default();
    for (said, references) in pairs {
        counts.add(said, references);
    }
    counts.score()
}

/// What is counted over the whole list, for runs of 1 to 4 words.
#[derive(Default)]
struct Counts {
    said: [usize; ORDERS],
    found: [usize; ORDERS],
    length: usize,
    reference_length: usize,
}

impl Counts {
    fn add(&mut self, said: &str, references: &[&str]) {
        let said = words(said);
        let references: Vec<_> = references.iter().map(|reference| words(reference)).collect();
        self.length += said.len();
        // The one that is nearest in length; of two that are as near, the shorter.
        let lengths = references.iter().map(Vec::len);
        let nearest = lengths.min_by_key(|&length| (length.abs_diff(said.len()), length));
        self.reference_length += nearest.unwrap_or_default();
        for order in 1..=ORDERS {
            let mut most: HashMap<&[String], usize> = HashMap::new();
            for reference in &references {
                for (run, count) in runs(reference, order) {
                    let entry = most.entry(run).or_default();
                    *entry = count.max(*entry);
                }
            }
            for (run, count) in runs(&said, order) {
                self.said[order - 1] += count;
                self.found[order - 1] += count.min(most.get(run).copied().unwrap_or_default());
            }
        }
    }

    fn score(&self) -> f64 {
        if self.found == [0; ORDERS] || self.said.contains(&0) {
            return 0.0;
        }
        let mut of_a_run = 1.0;
        let mut logs = 0.0;
        for (&found, &said) in self.found.iter().zip(&self.said) {
            // No run found would make all of it 0. It is taken for half a run, the next for a
            // quarter: the smoothing "exp".
            let found = if found == 0 {
                of_a_run /= 2.0;
                of_a_run
            } else {
                found as f64
            };
            logs += (found / said as f64).ln();
        }
        let brevity = 1.0 - self.reference_length as f64 / self.length as f64;
        100.0 * (logs / ORDERS as f64 + brevity.min(0.0)).exp()
    }
}

/// How often each run of so many words comes.
fn runs(words: &[String], order: usize) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    for run in words.windows(order) {
        *counts.entry(run).or_default() += 1;
    }
    counts
}

/// A text as BLEU's words, after the NIST's script `mteval-v13a`: punctuation stands alone, but for
/// apostrophes, hyphens between letters, and the points and commas of numbers.
///
/// ```
/// let words = primer::bleu::words("J'ai payé 1,500 euros, peut-être.");
/// assert_eq!(words.join("|"), "J'ai|payé|1,500|euros|,|peut-être|.");
/// ```
pub fn words(text: &str) -> Vec<String> {
    let mut text = text.trim_end().replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    for (name, sign) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        text = text.replace(name, sign);
    }
    let alone = |c: char| c.is_ascii_punctuation() && !matches!(c, '\'' | ',' | '-' | '.');
    let mut letters = vec![' '];
    for letter in text.chars() {
        let signs = [' ', letter, ' '];
        letters.extend(if alone(letter) { &signs[..] } else { &signs[1..2] });
    }
    letters.push(' ');
    let digit = |c: char| c.is_ascii_digit();
    let point = |c: char| c == '.' || c == ',';
    let letters = apart(&letters, |one, next| !digit(one) && point(next), "1 2 ");
    let letters = apart(&letters, |one, next| point(one) && !digit(next), " 1 2");
    let letters = apart(&letters, |one, next| digit(one) && next == '-', "1 2 ");
    let text: String = letters.into_iter().collect();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Sets the pairs of letters that are meant apart: 1 and 2 in the form stand for them. A letter
/// belongs to one pair at most.
fn apart(letters: &[char], meant: impl Fn(char, char) -> bool, form: &str) -> Vec<char> {
    let mut text = Vec::with_capacity(letters.len() * 2);
    let mut at = 0;
    while at < letters.len() {
        match letters[at..] {
            [one, two, ..] if meant(one, two) => {
                text.extend(form.chars().map(|sign| match sign {
                    '1' => one,
                    '2' => two,
                    _ => sign,
                }));
                at += 2;
            }
            _ => {
                text.push(letters[at]);
                at += 1;
            }
        }
    }
    text
}
