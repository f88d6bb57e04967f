//! Follows one, two and three texts at once through a small table of chances: the best text need not
//! start with the best word, and a long text is at a disadvantage unless its length is allowed for.

use std::collections::BTreeSet;

use pictures::bar;
use transformer::beam::{Beam, Beams, search};

/// The words, by their numbers; the first ends a text.
const WORDS: [&str; 8] = [".", "it", "rain", "a", "rains", "snows", "storm", "comes"];

/// What may come after each text, and the chance that it does.
const TABLE: [(&str, &[(&str, f64)]); 8] = [
    ("", &[("it", 0.45), ("rain", 0.35), ("a", 0.2)]),
    ("it", &[("rains", 0.4), ("snows", 0.35), (".", 0.25)]),
    ("it rains", &[(".", 1.0)]),
    ("it snows", &[(".", 1.0)]),
    ("rain", &[(".", 0.8), ("comes", 0.2)]),
    ("a", &[("storm", 0.9), ("rain", 0.1)]),
    ("a storm", &[("comes", 0.9), (".", 0.1)]),
    ("", &[(".", 1.0)]), // whatever else
];

fn after(text: &str) -> &'static [(&'static str, f64)] {
    let found = TABLE.iter().find(|(before, _)| *before == text);
    found.map_or(TABLE[TABLE.len() - 1].1, |(_, chances)| chances)
}

fn text(ids: &[u32]) -> String {
    ids.iter().map(|&id| WORDS[id as usize]).collect::<Vec<_>>().join(" ")
}

/// The scores of each next word: the logarithms of the chances.
fn scores(text: &str) -> Vec<f32> {
    let chance = |word| after(text).iter().find(|(next, _)| *next == word);
    WORDS.map(|word| chance(word).map_or(0.0, |next| next.1).ln() as f32).to_vec()
}

/// The best text, and all that were read on the way.
fn follow(width: usize, length_penalty: f64) -> (Beam, BTreeSet<String>) {
    let beams = Beams { width, length: 5, end: Some(0), length_penalty };
    let mut read = BTreeSet::new();
    let mut found = search(Vec::new(), scores(""), beams, |id, ids: &mut Vec<u32>| {
        ids.push(id);
        read.insert(text(ids));
        scores(&text(ids))
    });
    let best = found.swap_remove(0);
    read.extend(found.into_iter().chain([best.clone()]).map(|beam| text(&beam.ids)));
    (best, read)
}

/// One line for each text: its last word, its chance, and which of the widths went there.
fn draw(so_far: &str, chance: f64, lead: &str, read: &[BTreeSet<String>; 3]) {
    let ways = after(so_far);
    for (i, (word, next)) in ways.iter().enumerate() {
        let (branch, below) =
            if i + 1 < ways.len() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
        let longer = format!("{so_far} {word}").trim_start().to_owned();
        let chance = chance * next;
        let went = [0, 1, 2].map(|at| if read[at].contains(&longer) { '●' } else { '·' });
        let went: Vec<_> = went.iter().map(char::to_string).collect();
        let name = format!("{lead}{branch}{word}");
        let (percent, went) = (100.0 * chance, went.join("  "));
        anstream::println!("{name:20}{percent:5.1} %  {}{went}", bar(chance, 20));
        if *word != "." {
            draw(&longer, chance, &format!("{lead}{below}"), read);
        }
    }
}

fn main() {
    let read = [1, 2, 3].map(|width| follow(width, 1.0).1);
    anstream::println!("{:49}1  2  3 beams: who goes there", "how likely each text is");
    draw("", 1.0, "", &read);

    anstream::println!("\nwidth  α  chance  ln chance  of a word  what is found");
    for width in [1, 2, 3] {
        for length_penalty in [0.0, 1.0] {
            let best = follow(width, length_penalty).0;
            anstream::println!(
                "{width:5}  {length_penalty}  {:4.1} %  {:9.2}  {:9.2}  {}",
                100.0 * best.log_chance.exp(),
                best.log_chance,
                best.score(1.0),
                text(&best.ids)
            );
        }
    }
    let best = |width, length_penalty| text(&follow(width, length_penalty).0.ids);
    assert_eq!(best(1, 1.0), "it rains .", "the likeliest word, again and again");
    assert_eq!(best(2, 0.0), "rain .", "the likeliest text does not start with it");
    assert_eq!(best(3, 0.0), "rain .", "without the length, a short text wins");
    assert_eq!(best(3, 1.0), "a storm comes .", "a word of it is likelier");
}
