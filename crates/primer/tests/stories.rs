//! What must hold in every story: the sums are right, the words agree.

use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use primer::stories::stories;

const GIRLS: &str = "Anna Bella Clara Dora Emma Fiona Greta Hannah Ida Julia Kate Lily Mia Nora \
    Olga Paula Queenie Rosa Sophie Tilda Uma Vera Wendy Xenia Yara Zoe mother grandmother aunt";
const BOYS: &str = "Adam Ben Carl David Eric Felix George Hugo Ivan Jack Kevin Leo Max Noah Oscar \
    Peter Quentin Ryan Sam Tom Ulrich Victor Walter Xavier Yusuf Zack father grandfather uncle";
const SHE: &str = "she her herself girl sister";
const HE: &str = "he him his himself boy brother";

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').filter(|w| !w.is_empty())
}

fn sentences(story: &str) -> impl Iterator<Item = &str> {
    story.split(['.', '!', '?'])
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|entry| entry == word)
}

/// Whether a word is heard with a vowel first.
fn vowel(word: &str) -> bool {
    let mute = ["hon", "hour", "heir"].iter().any(|start| word.starts_with(start));
    let you = ["uni", "use", "eu", "one"].iter().any(|start| word.starts_with(start));
    (word.starts_with(['a', 'e', 'i', 'o', 'u']) || mute) && !you
}

fn numbers(sentence: &str) -> Vec<u32> {
    words(sentence).filter_map(|word| word.parse().ok()).collect()
}

/// Follows the numbers of a story and checks each result; gives how many were checked.
fn check_sums(story: &str) -> usize {
    let (mut had, mut before, mut checked) = (0, 0, 0);
    for sentence in sentences(story) {
        match *numbers(sentence).as_slice() {
            [] if sentence.contains("birthday") => had += 1,
            [] => {}
            [each] if sentence.contains(" each ") => had *= each,
            [more] if sentence.contains("more than") => {
                assert_eq!(had, before + more, "{story}");
                checked += 1;
            }
            [missed] if sentence.contains("missed") => {
                assert_eq!(had, before + missed, "{story}");
                checked += 1;
            }
            [more] if sentence.ends_with(" more") => had += more,
            [less] if sentence.contains(" of them") => had -= less,
            [now]
                if ["Now", "now", "left", "That made", "in all"]
                    .iter()
                    .any(|word| sentence.contains(word)) =>
            {
                assert_eq!(had, now, "{sentence}\n{story}");
                checked += 1;
            }
            [candles] if sentence.contains("on the cake") => {
                assert_eq!(had, candles, "{story}");
                checked += 1;
            }
            [number] => (before, had) = (had, number),
            _ => panic!("more than one number in: {sentence}"),
        }
    }
    checked
}

#[test]
fn sums_are_right() {
    let text = stories(1, 1_000_000);
    let checked: usize = text.split("\n\n").map(check_sums).sum();
    assert!(checked > 1000, "only {checked} sums in a million bytes");
}

#[test]
fn pronouns_agree_with_the_names() {
    let text = stories(2, 1_000_000);
    let mut seen = [0; 2];
    for story in text.split("\n\n") {
        let found = |list| words(story).any(|word| is_in(list, word));
        let pronoun = |list| words(story).any(|word| is_in(list, &word.to_lowercase()));
        if !found(BOYS) {
            assert!(!pronoun(HE), "nobody in it is a he: {story}");
            seen[0] += 1;
        }
        if !found(GIRLS) {
            assert!(!pronoun(SHE), "nobody in it is a she: {story}");
            seen[1] += 1;
        }
    }
    assert!(seen.iter().all(|&count| count > 50), "{seen:?}");

    // The one whom a story begins with decides the pronoun that follows.
    let mut openings = 0;
    for story in text.split("\n\n") {
        let mut said = sentences(story);
        let (first, second) = (said.next().unwrap(), said.next().unwrap());
        let named: Vec<_> =
            words(first).filter(|word| is_in(GIRLS, word) || is_in(BOYS, word)).collect();
        let pronoun = words(second).next().unwrap();
        if let ([name], "She" | "He") = (named.as_slice(), pronoun) {
            assert_eq!(is_in(GIRLS, name), pronoun == "She", "{story}");
            openings += 1;
        }
    }
    assert!(openings > 300, "only {openings} openings with a pronoun");
}

#[test]
fn articles_and_plurals_agree() {
    let text = stories(3, 1_000_000);
    let all: Vec<_> = words(&text).collect();
    let mut seen = [0; 4];
    for pair in all.windows(2) {
        let (word, next) = (pair[0], pair[1]);
        match (word, word.parse::<u32>()) {
            ("a" | "A", _) => {
                assert!(!vowel(next), "{word} {next}");
                seen[0] += 1;
            }
            ("an" | "An", _) => {
                assert!(vowel(next), "{word} {next}");
                seen[1] += 1;
            }
            (_, Ok(_)) if ["more", "of"].contains(&next) => {}
            (_, Ok(1)) => {
                assert!(!next.ends_with('s'), "{word} {next}");
                seen[2] += 1;
            }
            (_, Ok(_)) => {
                assert!(next.ends_with('s'), "{word} {next}");
                seen[3] += 1;
            }
            _ => {}
        }
    }
    assert!(seen.iter().all(|&count| count > 20), "{seen:?}");
}

#[test]
fn what_was_lost_is_found_where_it_was_put() {
    let text = stories(4, 1_000_000);
    let mut seen = 0;
    for scene in text.split(" Later ").skip(1).zip(text.split(" Later ")) {
        let (after, before) = scene;
        if !after.contains("forgot where it was") {
            continue;
        }
        // "Mia left her red kite under the bed" ... "Then she looked under the bed"
        let put = sentences(before).filter(|s| !s.trim().is_empty()).last().unwrap();
        let (_, found) = after.split_once(" looked ").unwrap().1.split_once(" looked ").unwrap();
        let spot = found.split('.').next().unwrap();
        assert!(put.ends_with(spot), "put: {put}; found: {spot}");
        seen += 1;
    }
    assert!(seen > 20, "only {seen} things were lost");
}

#[test]
fn they_are_told_in_the_past() {
    let text = stories(5, 300_000);
    for (part, told) in text.split('"').enumerate() {
        let narrated = part % 2 == 0 && !told.contains("This is a story about");
        for word in words(told).filter(|_| narrated) {
            assert!(!["is", "are", "has", "am", "do"].contains(&word), "{word} in: {told}");
        }
    }
}

#[test]
fn the_letters_are_few_and_plain() {
    let text = stories(6, 200_000);
    let letters: BTreeSet<char> = text.chars().collect();
    assert!(text.is_ascii());
    assert!((60..=72).contains(&letters.len()), "{} characters: {letters:?}", letters.len());
    assert!(('a'..='z').chain('A'..='Z').chain('0'..='9').all(|letter| letters.contains(&letter)));
    for wrong in ["{", "}", "[", "|", "  ", " .", "..", " ,", "\n\n\n"] {
        assert!(!text.contains(wrong), "{wrong:?} is in the text");
    }
}

#[test]
fn a_seed_tells_its_stories_again() {
    let text = stories(7, 50_000);
    assert_eq!(text, stories(7, 50_000));
    assert!(stories(7, 200_000).starts_with(&text));
    assert_ne!(text[..200], stories(8, 50_000)[..200]);
    assert_eq!(stories(7, 0), "");
    assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
}

#[test]
fn no_two_stories_are_the_same() {
    let text = stories(9, 8_000_000);
    let told: Vec<_> = text.trim_end().split("\n\n").take(10_000).collect();
    assert_eq!(told.len(), 10_000);
    let distinct: HashSet<_> = told.iter().collect();
    assert!(distinct.len() >= 9_990, "only {} of 10,000 differ", distinct.len());
}

#[test]
fn they_are_told_fast() {
    let speed = (0..5)
        .map(|seed| {
            let start = Instant::now();
            let bytes = stories(seed, 1_000_000).len();
            bytes as f64 / 1e6 / start.elapsed().as_secs_f64()
        })
        .fold(0.0, f64::max);
    assert!(speed > 10.0, "{speed:.1} MB/s");
}
