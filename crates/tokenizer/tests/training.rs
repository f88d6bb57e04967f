//! What is learned, and from what.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::io::{self, Cursor, Read};

use proptest::prelude::*;
use tokenizer::{
    Pairs, ReadError, Tokenizer,
    count::{Counter, Counts},
    pairs::train::plainly,
    split::{Pattern, pieces},
    train::{COVERAGE, Kind, Progress},
    unigram::train::Trainer,
};

const PAIRS: Kind = Kind::Pairs(Pattern::Gpt2);

fn counted(kind: Kind, text: &str) -> Counts {
    let mut counter = Counter::new(kind);
    counter.push(text);
    counter.finish()
}

fn in_threads<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(&work)
}

/// About 300 kB of sentences that never repeat, with all that parts may go wrong at.
fn sentences() -> String {
    let said = |n: u32| format!("It's {n}:  {}é\r\n\n {}\u{3000}x,\t{:x} ", n % 7, n % 97, n * n);
    (0..10_000).map(said).collect()
}

/// Texts in which much repeats, and anything may come.
fn text() -> impl Strategy<Value = String> {
    let some = prop_oneof![
        4 => Just(" the cat's hat".to_string()),
        4 => "[ab]{1,60}",
        2 => "[a-c ']{1,60}",
        1 => "[\\s\\S]{1,9}",
    ];
    prop::collection::vec(some, 0..9).prop_map(|some| some.concat())
}

proptest! {
    #[test]
    fn the_quick_way_learns_what_the_plain_way_learns(text in text()) {
        let plain = plainly(pieces(&text).map(|piece| (piece, 1)), 330);
        prop_assert_eq!(Pairs::train(&text, 330), plain);
    }

    #[test]
    fn it_does_not_matter_how_a_text_comes(text in text(), size in 1..40_usize) {
        for kind in kinds() {
            let mut counter = Counter::new(kind);
            let mut text = &text[..];
            let whole = counted(kind, text);
            while let Some(end) = (size..text.len()).find(|&at| text.is_char_boundary(at)) {
                counter.push(&text[..end]);
                text = &text[end..];
            }
            counter.push(text);
            prop_assert_eq!(counter.finish(), whole);
        }
    }
}

/// Those that count the text itself.
fn plain_kinds() -> Vec<Kind> {
    let patterns = Pattern::ALL.map(Kind::Pairs);
    [Kind::Characters, Kind::Words].into_iter().chain(patterns).collect()
}

const MARKED: [Kind; 2] =
    [Kind::SentencePiece { coverage: COVERAGE }, Kind::Unigram { coverage: COVERAGE }];

fn kinds() -> Vec<Kind> {
    plain_kinds().into_iter().chain(MARKED).collect()
}

#[test]
fn every_piece_is_counted_once() {
    let text = sentences();
    for kind in plain_kinds() {
        let bytes: u64 = counted(kind, &text).iter().map(|(piece, n)| n * piece.len() as u64).sum();
        assert_eq!(bytes, text.len() as u64, "{kind:?}");
    }
    let pieces = pieces(&text).filter(|&piece| piece == " x").count() as u64;
    let counts = counted(PAIRS, &text);
    assert_eq!(counts.iter().find(|&(piece, _)| piece == " x").map_or(0, |(_, n)| n), pieces);
}

/// The parts that threads count are cut where no piece reaches across.
#[test]
fn any_number_of_threads_counts_and_learns_the_same() {
    let text = sentences();
    for kind in kinds() {
        let with = |threads| in_threads(threads, || counted(kind, &text));
        let one = with(1);
        for threads in [2, 3, 7] {
            assert!(with(threads) == one, "{kind:?} in {threads} threads");
        }
        let learn = |threads| in_threads(threads, || Tokenizer::train(&one, 600, &mut |_| ()));
        assert!(learn(1) == learn(3), "{kind:?}");
    }
}

/// Gives a few bytes at a time, and is interrupted again and again.
struct Drops<R>(R, usize);

impl<R: Read> Read for Drops<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let end = bytes.len().min(1 + self.1 % 5);
        self.0.read(&mut bytes[..end])
    }
}

#[test]
fn characters_may_be_broken_across_reads() {
    let text = "zwölf Boxkämpfer 中文字 😀😀 ".repeat(20);
    let mut counter = Counter::new(PAIRS);
    counter.read(Drops(Cursor::new(&text), 0), &mut |_| ()).unwrap();
    assert_eq!(counter.finish(), counted(PAIRS, &text));
}

#[test]
fn what_is_no_text_is_named_by_its_byte() {
    let read = |bytes: &[u8]| {
        Counter::new(PAIRS).read(Drops(Cursor::new(bytes), 0), &mut |_| ()).unwrap_err()
    };
    for (bytes, place, value) in [(&b"abc\xffd"[..], 3, 0xff), (b"ab\xe2\x82", 2, 0xe2)] {
        match read(bytes) {
            ReadError::NotUtf8 { at, byte } => assert_eq!((at, byte), (place, value)),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn texts_end_where_they_end() {
    let mut counter = Counter::new(PAIRS);
    for text in ["no", "w"] {
        counter.push(text);
        counter.end();
    }
    let pieces: Vec<_> = counter.finish().iter().map(|(p, n)| (p.to_owned(), n)).collect();
    assert_eq!(pieces, [("no".to_owned(), 1), ("w".to_owned(), 1)]);
}

/// Nine million bytes without a place to cut: they are cut all the same, and little is kept.
#[test]
fn a_line_without_an_end_does_not_fill_the_memory() {
    let line: String = (0..3_000_000_u64)
        .map(|n| ['中', '文', '字'][((n * 2_654_435_761) >> 13) as usize % 3])
        .collect();
    let counts = counted(PAIRS, &line);
    let mut counter = Counter::new(PAIRS);
    line.as_bytes().chunks(999_999).for_each(|few| counter.push(str::from_utf8(few).unwrap()));
    assert!(counter.finish() == counts, "the places depend on how the text comes");
    let kept: usize = counts.iter().map(|(piece, _)| piece.len()).sum();
    assert!((1 << 16..1 << 18).contains(&kept), "{kept} bytes");
    assert_eq!(Tokenizer::train(&counts, 300, &mut |_| ()).vocabulary(), 300);
}

/// Five thousand million of " cat" are more than 32 bits hold.
#[test]
fn counts_do_not_overflow() {
    let learn = |counts: &[(&str, u64)]| {
        let mut counter = Counter::new(PAIRS);
        counts.iter().for_each(|&(piece, count)| counter.add(piece, count));
        let tokenizer = Tokenizer::train(&counter.finish(), 257, &mut |_| ());
        tokenizer.token(256)
    };
    assert_eq!(learn(&[("ab", 5_000_000_000), ("cd", 4_999_999_999)]).as_deref(), Some("ab"));
    assert_eq!(learn(&[("ab", 4_999_999_999), ("cd", 5_000_000_000)]).as_deref(), Some("cd"));
    assert_eq!(learn(&[("ab", u64::MAX), ("abab", u64::MAX), ("cd", 1)]).as_deref(), Some("ab"));
    assert_eq!(learn(&[("ab", 0)]), None);
}

#[test]
fn of_equals_the_pair_with_the_smaller_ids_comes_first() {
    let merges = |text: &str| {
        let pairs = Pairs::train(text, 258);
        pairs.merges().map(|(left, right)| [left, right].concat()).collect::<Vec<_>>()
    };
    assert_eq!(merges("zx yx ax"), [b"ax", b"yx"]); // beside " a", " y" and " z": a space has a large id
    assert_eq!(merges("xb\nxa"), [b"xa", b"xb"]);
}

#[test]
fn a_vocabulary_may_be_too_small_or_larger_than_the_text() {
    let size = |kind, text: &str, vocabulary| {
        Tokenizer::train(&counted(kind, text), vocabulary, &mut |_| ()).vocabulary()
    };
    assert_eq!(size(PAIRS, "", 1000), 256);
    assert_eq!(size(PAIRS, "aaaa", 1000), 258);
    assert_eq!(size(PAIRS, "aaaa", 0), 256);
    assert_eq!(size(Kind::Words, "", 0), 1);
    assert_eq!(size(Kind::Words, "a b c", 3), 3);
    assert_eq!(size(Kind::Characters, "", 9), 0);
    assert_eq!(size(Kind::Characters, "abracadabra", 2), 2);
}

#[test]
fn a_tokenizer_of_a_text_is_one_of_its_counts() {
    let text = sentences();
    let learn = |kind, vocabulary| Tokenizer::train(&counted(kind, &text), vocabulary, &mut |_| ());
    assert!(learn(PAIRS, 700) == Tokenizer::byte_pairs(&text, 700));
    assert!(learn(Kind::Words, 700) == Tokenizer::words(&text, 700));
    assert!(learn(Kind::Characters, usize::MAX) == Tokenizer::characters(&text));
}

#[test]
fn what_a_pattern_cuts_no_token_joins() {
    let text = "2025 2024 2025, 20256 ".repeat(50);
    let longest = |pattern| {
        let tokenizer = Tokenizer::train(&counted(Kind::Pairs(pattern), &text), 300, &mut |_| ());
        let ids = tokenizer.encode(&text).unwrap();
        assert_eq!(tokenizer.decode(&ids).unwrap(), text);
        let digits = |id| tokenizer.token(id).unwrap().bytes().filter(u8::is_ascii_digit).count();
        ids.into_iter().map(digits).max()
    };
    assert_eq!(longest(Pattern::Qwen2), Some(1));
    assert_eq!(longest(Pattern::Cl100k), Some(3));
    assert_eq!(longest(Pattern::Gpt2), Some(5));
}

#[test]
fn progress_goes_forward_and_ends() {
    let text = sentences();
    for kind in kinds() {
        let (mut read, mut learned) = (Vec::new(), Vec::new());
        let mut counter = Counter::new(kind);
        let mut told = |progress| match progress {
            Progress::Read { bytes } => read.push(bytes),
            Progress::Learned { done, of } => learned.push((done, of)),
        };
        counter.read(Cursor::new(&text), &mut told).unwrap();
        Tokenizer::train(&counter.finish(), 600, &mut told);
        assert!(read.is_sorted() && read.last() == Some(&(text.len() as u64)), "{kind:?} {read:?}");
        assert!(learned.is_sorted_by_key(|&(done, _)| done), "{kind:?}");
        assert!(learned.last().is_none_or(|(done, of)| done == of), "{kind:?}");
    }
}

#[test]
fn words_have_their_space_before_them() {
    let counts = counted(MARKED[0], "It's  3 cats,\nor\t12   ");
    let mut words: Vec<_> = counts.iter().collect();
    words.sort_unstable();
    let expected = [
        "'",
        ",",
        "1",
        "2",
        "3",
        "s",
        "\u{2581}It",
        "\u{2581}cats",
        "\u{2581}or",
        "\u{2581}\u{2581}\u{2581}",
    ];
    let mut expected = expected.map(|word| (word, 1)).to_vec();
    expected.insert(6, ("\u{2581}", 3));
    assert_eq!(words, expected);
}

#[test]
fn what_was_marked_comes_back() {
    let text =
        "The cat's hat: 1234 hats,\n\tcats   and \u{1f408}\u{200d}\u{2b1b} <x041uk>. ".repeat(40);
    for kind in MARKED {
        let tokenizer = Tokenizer::train(&counted(kind, &text), 320, &mut |_| ());
        assert!(tokenizer.vocabulary() <= 320, "{kind:?}");
        for text in [&text, "zebra\0 \u{fffd} <s><unk><0x41>", "", "  x"] {
            let ids = tokenizer.encode(text).unwrap();
            assert_eq!(tokenizer.decode(&ids).unwrap(), *text, "{kind:?}");
            assert!(ids.iter().all(|&id| id > 2), "{kind:?}"); // no sign to a model
        }
        let learned = tokenizer.encode(" cats").unwrap();
        assert_eq!(learned.len(), 2, "{kind:?}"); // the second space, and cats with its own
        assert_eq!(tokenizer.token(0).as_deref(), Some("<unk>"));
        assert_eq!(tokenizer.token(3 + 0x41).as_deref(), Some("<0x41>"));
    }
}

/// "x" is one of 1001 characters.
#[test]
fn a_rare_character_is_left_to_the_bytes() {
    for (coverage, known) in [(1.0, true), (0.9, false)] {
        for kind in [Kind::SentencePiece { coverage }, Kind::Unigram { coverage }] {
            let counts = counted(kind, &("ab".repeat(500) + "x"));
            let tokenizer = Tokenizer::train(&counts, 400, &mut |_| ());
            let is_known = (0..400).any(|id| tokenizer.token(id).as_deref() == Some("x"));
            assert_eq!(is_known, known, "{kind:?}");
        }
    }
}

#[test]
fn characters_that_do_not_fit_are_left_to_the_bytes() {
    for kind in MARKED {
        for (vocabulary, size) in [(0, 260), (260, 260), (262, 262), (1000, 263)] {
            let tokenizer = Tokenizer::train(&counted(kind, "ab\nb\nbbc"), vocabulary, &mut |_| ());
            let found = tokenizer.vocabulary();
            assert!(found == size || vocabulary == 1000 && found > size, "{kind:?} {found}");
            let ids = tokenizer.encode("abc").unwrap();
            assert_eq!(tokenizer.decode(&ids).unwrap(), "abc");
        }
        assert_eq!(Tokenizer::train(&counted(kind, ""), 300, &mut |_| ()).vocabulary(), 260);
    }
}

/// Sentences of invented words, some of them common.
fn prose() -> String {
    let syllables = ["ka", "lo", "min", "ther", "s", "ing", "\u{e9}", "un"];
    let word = |n: usize| (0..1 + n % 4).map(|k| syllables[(n >> (3 * k)) % 8]).collect::<String>();
    (1..9_000_usize).map(|n| word((n * n) % (1 + n * 7 % 900)) + " ").collect()
}

/// Each E and M makes what was counted likelier, until pieces are let go.
#[test]
fn the_likelihood_never_falls_within_a_round() {
    let counts = counted(MARKED[1], &prose());
    let mut trainer = Trainer::new(&counts, 100, 1.0);
    for round in 0..6 {
        let before = trainer.expect();
        trainer.maximize(&before);
        let after = trainer.expect();
        assert!(after.likelihood >= before.likelihood, "round {round}");
        trainer.maximize(&after);
        trainer.prune(trainer.pieces().len() * 3 / 4);
    }
}

/// All that is expected of the pieces of a word spells the word.
#[test]
fn what_is_expected_adds_up() {
    let counts = counted(MARKED[1], &prose());
    let trainer = Trainer::new(&counts, 100, 1.0);
    let length = |text: &str| text.chars().count() as f64;
    let all: f64 = counts.iter().map(|(word, count)| count as f64 * length(word)).sum();
    let expected = trainer.expect().counts;
    let spelled = trainer.pieces().iter().zip(expected).map(|(piece, n)| n * length(&piece.text));
    assert!((spelled.sum::<f64>() - all).abs() < 1e-9 * all);
}

/// By hand: "ab" twice and "abab" once, with a piece for each of a, b, ab, abab.
#[test]
fn seeds_are_what_comes_again() {
    let counts = counted(MARKED[1], "ab ab abab xyz");
    let mut trainer = Trainer::new(&counts, 9, 1.0);
    let mut seeds: Vec<_> =
        trainer.pieces().iter().map(|piece| (&*piece.text, piece.score.exp())).collect();
    seeds.sort_unstable_by(|a, b| a.0.cmp(b.0));
    // count times length, of 30 altogether: 4 a, 4 b, x, y, z, 4 spaces, and
    let longer: Vec<_> = seeds.iter().filter(|(text, _)| text.chars().count() > 1).collect();
    assert_eq!(longer.len(), 2, "{longer:?}");
    assert!(longer[0].0 == "ab" && (longer[0].1 - 8.0 / 32.0).abs() < 1e-12, "{longer:?}");
    assert!(longer[1].0 == "\u{2581}ab" && (longer[1].1 - 9.0 / 32.0).abs() < 1e-12, "{longer:?}");

    trainer.learn(&mut |_| ());
    let left: Vec<_> = trainer.pieces().iter().map(|piece| &*piece.text).collect();
    assert!(left.contains(&"\u{2581}ab"), "{left:?}");
}
