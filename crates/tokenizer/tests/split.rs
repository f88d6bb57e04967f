//! Where texts are cut: the splitters by hand against the regular expressions that they stand for.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::time::Instant;

use fancy_regex::Regex as Engine;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizer::split::{Class, Pattern, Regex, class, ends_run, pieces};

/// The patterns as tiktoken and tekken.json write them, for an engine where `$` ends the text.
const PUBLISHED: [(Pattern, &str); 4] = [
    (
        Pattern::Gpt2,
        r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    ),
    (
        Pattern::Cl100k,
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    ),
    (
        Pattern::O200k,
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
    (
        Pattern::Tekken,
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    ),
];

/// Short pieces of text on which the patterns turn.
const TRAPS: [&str; 48] = [
    "'s",
    "'S",
    "'ſ",
    "'t",
    "'M",
    "'d",
    "'re",
    "'vE",
    "'LL",
    "'l",
    "'",
    "’s",
    "s",
    "a",
    "bc",
    "A",
    "BC",
    "ǅ",
    "é",
    "Ω",
    "中",
    "文字",
    "ʰ",
    "ª",
    "\u{301}",
    "\u{345}",
    "\u{93E}",
    "\u{20DD}",
    "1",
    "23",
    "٣",
    "½",
    "Ⅷ",
    "𝟙",
    " ",
    "  ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u{85}",
    "\u{A0}",
    "\u{3000}",
    "\u{180E}\u{200B}\u{1C}",
    "!",
    "./",
    "/",
    "😀\u{200D}",
];

fn text() -> impl Strategy<Value = String> {
    let some = prop_oneof![
        12 => prop::sample::select(&TRAPS[..]).prop_map(String::from),
        1 => prop::char::any().prop_map(String::from),
        1 => prop::sample::select(&TRAPS[..]).prop_map(|trap| trap.repeat(4)),
    ];
    prop::collection::vec(some, 0..24).prop_map(|some| some.concat())
}

fn by_engine<'a>(engine: &Engine, text: &'a str) -> Vec<&'a str> {
    engine.find_iter(text).map(|found| found.unwrap().as_str()).collect()
}

fn by_regex<'a>(regex: &Regex, text: &'a str) -> Vec<&'a str> {
    let mut places = Vec::new();
    regex.matches(text, &mut places).unwrap();
    places.into_iter().map(|place| &text[place]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn by_hand_as_by_the_published_expression(texts in prop::collection::vec(text(), 1..4)) {
        thread_local!(static ENGINES: Vec<(Pattern, Engine)> = PUBLISHED
            .iter().map(|&(pattern, regex)| (pattern, Engine::new(regex).unwrap())).collect());
        ENGINES.with(|engines| {
            for (text, (pattern, engine)) in texts.iter().flat_map(|text| engines.iter().map(move |one| (text, one))) {
                let ours: Vec<&str> = pattern.pieces(text).collect();
                prop_assert_eq!(ours, by_engine(engine, text), "{:?} {:?}", pattern, text);
            }
            Ok(())
        })?;
    }

    #[test]
    fn by_hand_as_by_every_spelling_of_a_file(text in text()) {
        thread_local!(static SPELLINGS: Vec<(Pattern, Regex)> = Pattern::ALL.iter()
            .flat_map(|&pattern| pattern.spellings().iter().map(move |one| (pattern, Regex::new(one).unwrap())))
            .collect());
        SPELLINGS.with(|spellings| {
            for (pattern, regex) in spellings {
                let ours: Vec<&str> = pattern.pieces(&text).collect();
                prop_assert_eq!(ours, by_regex(regex, &text), "{:?} {:?}", pattern, text);
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_piece_reaches_across_the_end_of_a_run(text in text()) {
        for (at, after) in text.char_indices() {
            let (left, right) = text.split_at(at);
            if left.chars().next_back().is_some_and(|before| ends_run(before, after)) {
                for pattern in Pattern::ALL {
                    let apart = pattern.pieces(left).chain(pattern.pieces(right));
                    prop_assert!(apart.eq(pattern.pieces(&text)), "{:?} {:?} {}", pattern, text, at);
                }
            }
        }
    }

    #[test]
    fn the_lesson_is_the_pattern_of_its_name(text in text()) {
        prop_assert!(pieces(&text).eq(Pattern::Gpt2.pieces(&text)));
    }
}

/// `split.json` is printed by `split.py`: what the Hugging Face library finds.
#[test]
fn pieces_are_those_that_others_find() {
    let reference: Value = serde_json::from_str(include_str!("split.json")).unwrap();
    let texts = reference["texts"].as_array().unwrap();
    for pattern in Pattern::ALL {
        let theirs = reference["pieces"][pattern.regex()].as_array().unwrap();
        assert_eq!(texts.len(), theirs.len());
        for (text, theirs) in texts.iter().zip(theirs) {
            let ours: Vec<&str> = pattern.pieces(text.as_str().unwrap()).collect();
            assert_eq!(json!(ours), *theirs, "{pattern:?} {text}");
        }
    }
}

#[test]
fn a_pattern_is_found_by_its_names_and_its_spellings() {
    for pattern in Pattern::ALL {
        assert!(!pattern.regex().is_empty());
        for spelling in pattern.spellings() {
            assert_eq!(Pattern::of_regex(spelling), Some(pattern), "{spelling}");
        }
    }
    for (name, pattern) in [("gpt2", Pattern::Gpt2), ("cl100k_base", Pattern::Cl100k)] {
        assert_eq!(Pattern::named(name), Some(pattern));
    }
    assert_eq!(Pattern::named("cl200k"), None);
    // There `$` is the end of any line, so that this is no known pattern.
    let (_, of_tiktoken) = PUBLISHED[1];
    assert_eq!(Pattern::of_regex(of_tiktoken), None);
}

#[test]
fn white_space_at_the_end_is_where_two_of_them_differ() {
    let cut = |pattern: Pattern| pattern.pieces("a \n  ").collect::<Vec<_>>();
    assert_eq!(cut(Pattern::Cl100k), ["a", " \n  "]);
    assert_eq!(cut(Pattern::Llama3), ["a", " \n", "  "]);
}

/// The numbers are those of Unicode 16, as tiktoken 0.14 and tokenizers 0.23 have it: a library with
/// another version would fail here.
#[test]
fn classes_are_those_of_the_engines() {
    let all: String = ('\0'..=char::MAX).collect();
    let classes: [(&str, &[Class], usize); 7] = [
        (r"[\p{Lu}\p{Lt}]", &[Class::Upper], 1858 + 31),
        (r"\p{Ll}", &[Class::Lower], 2258),
        (r"[\p{Lm}\p{Lo}]", &[Class::Both], 404 + 136_477),
        (r"\p{M}", &[Class::Mark], 2501),
        (r"\p{N}", &[Class::Number], 1911),
        (r"\s", &[Class::Space, Class::Newline], 25),
        (r"[\r\n]", &[Class::Newline], 2),
    ];
    for (regex, wanted, count) in classes {
        let theirs: String = by_engine(&Engine::new(regex).unwrap(), &all).concat();
        let ours: String = all.chars().filter(|&one| wanted.contains(&class(one))).collect();
        assert_eq!(ours.chars().count(), count, "{regex}");
        assert!(ours == theirs, "{regex}");
    }
    for one in all.chars() {
        assert_eq!(
            class(one).is_letter(),
            matches!(class(one), Class::Upper | Class::Lower | Class::Both)
        );
    }
}

/// Case is more than ASCII's: `(?i:'s)` takes the long s in, and nothing takes in the Kelvin sign.
#[test]
fn endings_are_those_of_the_engines_for_every_character() {
    let engine = Engine::new("^(?i:'s|'t|'re|'ve|'m|'ll|'d)").unwrap();
    for one in '\0'..=char::MAX {
        for text in [format!("'{one}e"), format!("'{one}l"), format!("'l{one}")] {
            let theirs = engine.find(&text).unwrap().map(|found| found.end());
            let ours = Pattern::Llama3.pieces(&text).next().map(str::len);
            let own = Pattern::O200k.pieces(&["a", &text].concat()).next().map(str::len);
            assert_eq!(ours == theirs, theirs.is_some(), "{text:?}");
            assert_eq!(own, Some(1 + theirs.unwrap_or(0)), "{text:?}");
        }
    }
}

#[test]
fn a_million_of_anything_is_cut_in_one_walk() {
    let start = Instant::now();
    for pattern in Pattern::ALL {
        for one in [
            " ", "\n", " \n", "a", "A", "中", "\u{301}", "A\u{301}", "中A", "'", "1", "!", "!\n",
            "\u{A0}", "/",
        ] {
            let text = one.repeat(200_000);
            for text in [&text, &format!("{text}a"), &format!("!{text}!")] {
                assert_eq!(pattern.pieces(text).map(str::len).sum::<usize>(), text.len());
            }
        }
    }
    assert!(start.elapsed().as_secs() < 20, "each walk over the rest of the text takes an hour");
}

#[test]
fn places_are_found_as_the_hugging_face_library_finds_them() {
    let places = |regex: &str, text: &str| {
        let mut places = Vec::new();
        Regex::new(regex).unwrap().matches(text, &mut places).unwrap();
        places
    };
    assert_eq!(places("(?<=[a-z])(?=[A-Z])", "aBcD"), [1..1, 3..3]); // an empty place is one
    assert_eq!(places(r" +$", "a \nb "), [1..2, 4..5]); // `$` is the end of any line
    assert_eq!(places(r"\p{N}{1,2}+", "12345 6"), [0..5, 6..7]); // `{1,2}+` is no possessive
    assert_eq!(places(r"x*", "axx"), [0..0, 1..3]);
    assert_eq!(places(r".", "a\n\r"), [0..1, 2..3]);
    assert_eq!(places(r"\b", "a½ b"), [0..0, 3..3, 4..4, 5..5]); // ½ is of a word
    assert_eq!(places(r"\B", "ab \u{200D}"), [1..1, 3..3, 6..6]); // a joiner is not
}

/// How many characters each takes in, as Oniguruma answers in tokenizers 0.23.
#[test]
fn classes_are_those_of_oniguruma() {
    let all: String = ('\0'..=char::MAX).collect();
    let counts = [
        (r"\w", 144_671),
        (r"\W", 967_393),
        (r"[\w]", 144_665),
        (r"[^\w]", 967_399),
        (r"[\W]", 967_399),
        (r"\d", 760),
        (r"\h", 22),
        (r".", 1_112_063),
        ("[[:alnum:]]", 143_519),
        ("[[:alpha:]]", 142_759),
        ("[[:ascii:]]", 128),
        ("[[:blank:]]", 18),
        ("[[:cntrl:]]", 65),
        ("[[:digit:]]", 760),
        ("[[:graph:]]", 292_447),
        ("[[:lower:]]", 2569),
        ("[[:print:]]", 292_464),
        ("[[:punct:]]", 9369),
        ("[[:^punct:]]", 1_102_695),
        ("[[:space:]]", 25),
        ("[[:upper:]]", 1978),
        ("[[:word:]]", 144_665),
        ("[[:xdigit:]]", 22),
        (r"[]\]]", 1),
        (r"\[", 1),
    ];
    for (pattern, count) in counts {
        let regex = Regex::new(pattern).unwrap();
        let mut places = Vec::new();
        regex.matches(&all, &mut places).unwrap();
        assert_eq!(places.len(), count, "{pattern}");
    }
}

#[test]
fn a_pattern_that_takes_an_age_is_an_error() {
    let regex = Regex::new(r"(x+x+)+(?!x)y").unwrap();
    let error = regex.matches(&"x".repeat(60), &mut Vec::new()).unwrap_err().to_string();
    assert!(
        error.starts_with(r#"the pattern "(x+x+)+(?!x)y" takes too long on this text"#),
        "{error}"
    );
}

#[test]
fn what_is_no_pattern_is_refused() {
    let refusal = |pattern: &str| Regex::new(pattern).unwrap_err().to_string();
    assert!(refusal("a(b").starts_with(r#"the pattern "a(b": "#), "{}", refusal("a(b"));
    // Each calls the next one twice, so that written out there would be 2^24 steps.
    let mut calls: String =
        (0..24).map(|at| format!(r"(?<a{at}>x(?!y)\g<a{0}>\g<a{0}>)?", at + 1)).collect();
    calls += "(?<a24>x(?!y))";
    for pattern in ["(".repeat(100_000), r"(?:\p{L}{1000}){1000}".into(), calls] {
        let start = Instant::now();
        assert_eq!(refusal(&pattern).lines().count(), 1);
        assert!(start.elapsed().as_secs() < 2);
    }
}
