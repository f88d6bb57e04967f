//! A pattern for one engine, said again for another.
//!
//! The Hugging Face library runs its patterns in Oniguruma. Nearly all of it is read the same in other
//! engines, but not what a letter of a word is, and what the names in `[:brackets:]` take in:
//!
//! ```text
//! \w             [\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]       elsewhere joiners too; and by itself, not in a
//!                                                        class, it takes ² ³ ¹ ¼ ½ ¾
//! \b             the edge of \w, with those six
//! [[:punct:]]    [\p{P}\p{S}]                            elsewhere ASCII's alone, as for all such names
//! ```
//!
//! Source: <https://github.com/kkos/oniguruma/blob/master/doc/RE>, and tokenizers 0.23 asked about every
//! character.

/// A letter of a word, as it stands in a class.
const WORD: &str = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}";

/// What `\w` takes in besides where it stands alone.
const ALONE: &str = "²³¹¼½¾";

/// The same pattern in the words of the `regex` crate.
pub(super) fn translated(pattern: &str) -> String {
    let mut said = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut deep = 0_usize; // in so many classes
    while let Some(first) = rest.chars().next() {
        let (taken, instead) = match first {
            '\\' => escape(rest, deep > 0),
            '[' if deep > 0 => match bracket(rest) {
                Some(name) => name,
                None => opening(rest, &mut deep),
            },
            '[' => opening(rest, &mut deep),
            ']' => {
                deep = deep.saturating_sub(1);
                (1, None)
            }
            _ => (first.len_utf8(), None),
        };
        let (before, after) = rest.split_at(taken);
        said += instead.as_deref().unwrap_or(before);
        rest = after;
    }
    said
}

/// How many bytes are taken, and what is said instead, if not the same.
type Step = (usize, Option<String>);

/// `\w`, or another character after `\`.
fn escape(rest: &str, in_class: bool) -> Step {
    let escaped = rest[1..].chars().next();
    let instead = match (escaped, in_class) {
        (Some('w'), true) => WORD.to_owned(),
        (Some('W'), true) => format!("[^{WORD}]"),
        (Some('w'), false) => format!("[{WORD}{ALONE}]"),
        (Some('W'), false) => format!("[^{WORD}{ALONE}]"),
        (Some('b'), false) => {
            let word = format!("[{WORD}{ALONE}]");
            format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")
        }
        (Some('B'), false) => {
            let word = format!("[{WORD}{ALONE}]");
            format!("(?:(?<={word})(?={word})|(?<!{word})(?!{word}))")
        }
        _ => return (1 + escaped.map_or(0, char::len_utf8), None),
    };
    (2, Some(instead))
}

/// `[`, with the `^` and the `]` that may follow it: there `]` is itself.
fn opening(rest: &str, deep: &mut usize) -> Step {
    *deep += 1;
    let negated = 1 + usize::from(rest[1..].starts_with('^'));
    (negated + usize::from(rest[negated..].starts_with(']')), None)
}

/// `[:punct:]` or `[:^punct:]` inside a class.
fn bracket(rest: &str) -> Option<Step> {
    let (name, _) = rest.strip_prefix("[:")?.split_once(":]")?;
    let (negated, plain) = match name.strip_prefix('^') {
        Some(plain) => ("^", plain),
        None => ("", name),
    };
    let class = match plain {
        "alnum" => r"\p{Alphabetic}\p{Nd}",
        "alpha" => r"\p{Alphabetic}",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\p{Zs}\t",
        "cntrl" => r"\p{Cc}",
        "digit" => r"\p{Nd}",
        "graph" => r"[^\s\p{Cc}\p{Cn}\p{Cs}]",
        "lower" => r"\p{Lowercase}",
        "print" => r"\p{Zs}[^\s\p{Cc}\p{Cn}\p{Cs}]",
        "punct" => r"\p{P}\p{S}",
        "space" => r"\s",
        "upper" => r"\p{Uppercase}",
        "word" => WORD,
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    };
    Some((name.len() + 4, Some(format!("[{negated}{class}]"))))
}
