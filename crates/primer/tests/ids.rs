//! Narrow ids are the ids.

use primer::evaluate;
use primer::ids::Ids;
use tokenizer::{Specials, Tokenizer};

/// All of them, as a model is given them.
fn read(ids: &Ids) -> Vec<u32> {
    let (mut seen, next) = evaluate::flat(&ids.in_order(ids.len()));
    seen.extend(next.last());
    seen
}

/// A text longer than what is encoded at once, whose characters are of all widths.
fn long(characters: impl Iterator<Item = char>) -> String {
    let some: String = characters.collect();
    some.repeat((3 << 20) / some.len())
}

#[test]
fn ids_of_any_width_are_those_of_the_text() {
    for (text, narrow) in [
        (long("aé€😀\n".chars()), "Bytes"),
        (long(('\u{4e00}'..'\u{5000}').chain(' '..'~')), "Shorts"),
        (long(('\u{10000}'..'\u{20100}').chain(' '..'~')), "Words"),
    ] {
        let tokenizer = Tokenizer::characters(&text);
        let ids = Ids::of(&tokenizer, text.clone(), Specials::default()).unwrap();
        assert!(format!("{ids:?}").starts_with(narrow));
        assert_eq!(read(&ids), tokenizer.encode(&text).unwrap());

        let exact = |seed| evaluate::flat(&ids.at_random(5, 3, seed, 1));
        let whole = Ids::Words(tokenizer.encode(&text).unwrap());
        assert_eq!(exact(7), evaluate::flat(&whole.at_random(5, 3, 7, 1)));
        assert_ne!(exact(7), exact(8));
    }
}

#[test]
fn a_tokenizer_from_its_file_is_as_narrow() {
    for tokenizer in [Tokenizer::characters("to be"), Tokenizer::bytes()] {
        let again = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
        assert!(
            matches!(Ids::of(&again, "to be".to_owned(), Specials::default()), Ok(Ids::Bytes(_))),
            "{again:?}"
        );
    }
}
