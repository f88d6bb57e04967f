//! Shows all ways to cut one word into pieces that have a chance, and how the likeliest is found
//! without trying them all.

use std::error::Error;

use anstream::println;
use pictures::bar;
use tokenizer::{Unigram, WordPiece};

const WORD: &str = "▁nowhere";

/// Pieces and their chances. (The rest of 1 belongs to pieces that are not in this word.)
const PIECES: [(&str, f64); 13] = [
    ("▁", 0.05),
    ("n", 0.03),
    ("o", 0.03),
    ("w", 0.02),
    ("h", 0.03),
    ("e", 0.06),
    ("r", 0.03),
    ("he", 0.02),
    ("re", 0.03),
    ("▁no", 0.03),
    ("▁now", 0.02),
    ("here", 0.01),
    ("where", 0.01),
];

/// A way to cut, and its chance: those of its pieces multiplied.
type Way = (Vec<&'static str>, f64);

fn main() -> Result<(), Box<dyn Error>> {
    println!("The pieces in {}, each with its chance:\n", seen(WORD));
    println!("{}\n{}", seen(WORD).split("").collect::<Vec<_>>().join("     ").trim(), lattice());

    let ways = ways(WORD);
    let all: f64 = ways.iter().map(|(_, chance)| chance).sum();
    println!("The best way to each place, and the logarithm of its chance:\n");
    let (best, together) = best_ways();
    for (end, (way, chance)) in best.iter().enumerate().skip(1) {
        println!("best[{end}] = {:6.2}   {}", chance.ln(), cut(way));
    }
    assert_eq!(best.last(), ways.first(), "the best way to the end is the best of all ways");
    assert!((together / all - 1.0).abs() < 1e-12, "their sum is found from left to right, too");

    println!("\nOf all {} ways to the end these are the likeliest:\n", ways.len());
    for ((way, chance), mark) in ways.iter().take(4).zip(["->", "", "", ""]) {
        let share = chance / all;
        let line = format!("{mark:2} {:11} {:4.1} %  {}", cut(way), 100.0 * share, bar(share, 30));
        println!("{}", line.trim_end());
    }

    let tokens = || PIECES.iter().map(|&(piece, chance)| (piece.to_owned(), chance.ln()));
    let mut ids = Vec::new();
    Unigram::new(tokens().collect(), None, false).encode_piece(WORD, &mut ids)?;
    assert_eq!(pieces(&ids), ways[0].0, "a unigram model takes the likeliest way");
    let mut ids = Vec::new();
    let names = tokens().map(|(piece, _)| piece).collect();
    WordPiece::new(names, "", "", 100).encode_piece(WORD, &mut ids)?;
    println!(
        "\nWho takes the longest piece first, as WordPiece does, takes {}.",
        cut(&pieces(&ids))
    );
    assert_eq!(pieces(&ids), ["▁now", "here"]);
    Ok(())
}

/// Every way to cut `text`, the likeliest first.
fn ways(text: &str) -> Vec<Way> {
    if text.is_empty() {
        return vec![(vec![], 1.0)];
    }
    let mut all = vec![];
    for (piece, chance) in PIECES.into_iter().filter(|(piece, _)| text.starts_with(piece)) {
        for (rest, chance_of_rest) in ways(&text[piece.len()..]) {
            all.push(([vec![piece], rest].concat(), chance * chance_of_rest));
        }
    }
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all
}

/// The best way to each place, from the best ways to the places before; and the chance of all ways to
/// the last of them together.
fn best_ways() -> (Vec<Way>, f64) {
    let (mut best, mut together) = (vec![(vec![], 1.0)], vec![1.0]);
    for (at, letter) in WORD.char_indices() {
        let text = &WORD[..at + letter.len_utf8()];
        let (mut here, mut sum): (Way, f64) = ((vec![], 0.0), 0.0);
        for (piece, chance) in PIECES.into_iter().filter(|(piece, _)| text.ends_with(piece)) {
            let start = best.len() - piece.chars().count();
            let (way, before): &Way = &best[start];
            sum += together[start] * chance;
            if before * chance > here.1 {
                here = ([&way[..], &[piece]].concat(), before * chance);
            }
        }
        best.push(here);
        together.push(sum);
    }
    (best, together.pop().unwrap_or_default())
}

/// Each piece under the letters that it covers.
fn lattice() -> String {
    let mut rows: Vec<String> = vec![];
    for (piece, chance) in PIECES {
        for (at, _) in WORD.match_indices(piece) {
            let from = 6 * WORD[..at].chars().count();
            let width = 6 * piece.chars().count() - 2;
            let free = rows.iter().position(|row| row.chars().count() <= from);
            let row = free.map_or_else(String::new, |row| rows.remove(row));
            let row = format!("{row:from$}└{chance:─^width$.2}┘");
            rows.insert(free.unwrap_or(rows.len()), row);
        }
    }
    rows.join("\n") + "\n"
}

fn pieces(ids: &[u32]) -> Vec<&'static str> {
    ids.iter().map(|&id| PIECES[id as usize].0).collect()
}

/// A way to cut, a line between each two pieces.
fn cut(way: &[&str]) -> String {
    seen(&way.join("|"))
}

/// A ▁ is written as an underscore: it is in every font.
fn seen(text: &str) -> String {
    text.replace('▁', "_")
}
