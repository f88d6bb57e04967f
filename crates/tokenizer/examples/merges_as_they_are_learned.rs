//! Prints the merges that a small text teaches, and how each changes the spelling of another text.
#![allow(clippy::print_stdout)]

use tokenizer::Pairs;

fn main() {
    print!("{}", picture("the cat sat, the cats sat, the cat naps, the cats nap", " the cats nap"));
}

/// The first ten merges that `text` teaches, each with `other` as the tokens that it then is.
pub(crate) fn picture(text: &str, other: &str) -> String {
    let mut lines = format!("{:22}{}\n", "", spelled(&Pairs::train(text, 256), other));
    for merges in 1..=10 {
        let pairs = Pairs::train(text, 256 + merges);
        if let Some((left, right)) = pairs.merges().last() {
            let merge = format!("{} + {}", seen(left), seen(right));
            lines += &format!("{merges:>3}.  {merge:<17}{}\n", spelled(&pairs, other));
        }
    }
    lines
}

/// A text as the tokens that it is made of, a line between each two.
fn spelled(pairs: &Pairs, text: &str) -> String {
    let ids = pairs.encode(text);
    let tokens: Vec<String> = ids.iter().map(|&id| seen(&pairs.tokens()[id as usize])).collect();
    tokens.join("|")
}

/// A space is written as an underscore, to be seen.
fn seen(token: &[u8]) -> String {
    String::from_utf8_lossy(token).replace(' ', "_")
}
