//! What happens in French where one word meets the next.

/// Makes a sentence of words: `la école` is said *l'école*, `à le parc` *au parc*, `si il` *s'il*.
/// A star before an *h* says that it keeps its distance: `le *hibou` stays *le hibou*.
pub(super) fn join(words: &str) -> String {
    let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    let mut said = String::new();
    let mut at = 0;
    while let Some(&word) = words.get(at) {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let elided = words.get(at + 2).is_some_and(|word| vowel(word));
        let one_for_two = match (word, next) {
            ("de", "le") if !elided => Some("du"),
            ("à", "le") if !elided => Some("au"),
            ("de", "les") => Some("des"),
            ("à", "les") => Some("aux"),
            _ => None,
        };
        if let Some(one) = one_for_two {
            said.push_str(one);
            at += 1;
        } else if elides(word, next) {
            said.push_str(&word[..word.len() - 1]);
            said.push('\'');
            at += 1;
            continue;
        } else {
            said.push_str(word.trim_start_matches('*'));
        }
        said.push(' ');
        at += 1;
    }
    said.pop();
    said
}

/// Whether a word loses its last letter before the next.
fn elides(word: &str, next: &str) -> bool {
    match word {
        "le" | "la" | "de" | "je" | "ne" | "me" | "te" | "se" | "que" => vowel(next),
        "si" => matches!(next, "il" | "ils"),
        _ => false,
    }
}

/// Whether a word is heard with a vowel first. Every *h* is mute, but for those with a star.
pub(super) fn vowel(word: &str) -> bool {
    let first = word.chars().next().unwrap_or(' ');
    "aàâeéèêiîoôœuyh".contains(first) || "AEIÉ".contains(first)
}

/// The form of an adjective or a participle that agrees: `petit`, `petite`, `petits`, `petites`.
pub(super) fn agree(masculine: &str, feminine: &str, is_feminine: bool, many: bool) -> String {
    let word = if is_feminine { feminine } else { masculine };
    match word {
        _ if !many || word.ends_with(['s', 'x']) => word.to_owned(),
        _ if word.ends_with("eau") => format!("{word}x"),
        _ => format!("{word}s"),
    }
}
