//! The patterns after GPT-2's on streams of bits.
//!
//! ```text
//! [^\r\n\p{L}\p{N}]?\p{L}+       a run of letters begins a piece, unless white space before it does, or
//!                                one other character, which then begins it
//! \p{N}{1,3}                     a run of digits begins one, and so does each third of it
//! | ?[^\s\p{L}\p{N}]+[\r\n]*     a run of others begins one, unless a blank does: line ends after it
//!                                are its own
//! |\s*[\r\n]+|\s+(?!\S)|\s+      other white space begins one; so does what comes after its last line
//!                                end, and its last character, if something seen follows
//! ```

use super::{
    super::streams::{Word, after, before, end_of_run},
    Endings,
};
use crate::split::Pattern;

/// White space that ends no line.
fn gap(word: &Word) -> u64 {
    word.space & !word.newline
}

/// What the next word must know of the one before it.
#[derive(Default)]
struct Last {
    leads: u64,
    digits: u64,
    taken: u64,
    taken_goes_on: bool,
    white: u64,
    white_line: u64,
}

pub(super) fn starts(pattern: Pattern, words: &mut [Word], bytes: &[u8], starts: &mut [u64]) {
    let cased = matches!(pattern, Pattern::O200k | Pattern::Tekken);
    let one_digit = matches!(pattern, Pattern::Qwen2 | Pattern::Qwen35 | Pattern::Tekken);
    let mut endings = Endings::new(bytes, true);
    let mut last = Last::default();
    for at in 1..words.len() - 1 {
        let word = words[at];
        let letter_before = before(words, at, |word| word.letter);

        // Runs of others begin, unless a blank does, or they are the 's of a word.
        let runs = word.other & !before(words, at, |word| word.other);
        let mut others = runs & !before(words, at, |word| word.blank);
        match pattern {
            Pattern::O200k => {
                others &= !endings.find(at, others & word.apostrophe & letter_before);
            }
            Pattern::Tekken => {}
            _ => _ = endings.find(at, others & word.apostrophe),
        }

        // The first character of such a run, all bytes of it, may lead a word.
        let mut leads = others;
        for _ in 0..if word.inner == 0 { 0 } else { 3 } {
            leads |= (leads << 1 | last.leads >> 63) & word.inner & word.other;
        }
        let led = before(words, at, gap) | leads << 1 | last.leads >> 63;
        let mut here = others | word.letter & !letter_before & !led;
        if cased {
            here |= word.upper & before(words, at, |word| word.lower);
        }
        let digits = if one_digit { word.digit } else { thirds(words, at, last.digits) };
        here |= digits;

        // Line ends right after others are theirs. (A sum runs through the ones of a run.)
        let first = word.newline & before(words, at, |word| word.other);
        let (sum, over) = word.newline.overflowing_add(first);
        let (sum, over_again) = sum.overflowing_add(u64::from(last.taken_goes_on));
        let taken = word.newline & !sum;

        let white = word.space & !taken;
        let white_line = white & word.newline;
        here |= white & !(white << 1 | last.white >> 63);
        here |= gap(&word) & after(words, at, |word| word.text & !word.space);
        here |= indents(
            pattern,
            words,
            gap(&word) & (white_line << 1 | last.white_line >> 63),
            at,
            bytes.len(),
        );
        starts[at] = endings.cut(here);

        if cased {
            let slash_after_line = word.slash & (taken << 1 | last.taken >> 63);
            words[at].rare |= slash_after_line | word.mark | mixed(words, at) | endings.doubled;
        } else if pattern == Pattern::Qwen35 {
            words[at].rare |= word.mark;
        }
        let taken_goes_on = over | over_again;
        last = Last { leads, digits, taken, taken_goes_on, white, white_line };
    }
}

/// Each run of digits begins a piece, and so does each third digit of it. `last` are those of the word before.
fn thirds(words: &[Word], at: usize, last: u64) -> u64 {
    let (before, here) = (words[at - 1].digit, words[at].digit);
    if here == 0 {
        return 0;
    }
    let [one, two, three] = [1, 2, 3].map(|many| here << many | before >> (64 - many));
    let goes_on = here & one & two & three;
    let mut thirds = here & !one | last >> 61 & goes_on;
    let mut next = thirds << 3 & goes_on;
    while next != 0 {
        thirds |= next;
        next = next << 3 & goes_on;
    }
    thirds
}

/// Of gaps that follow a line end, those that no other line end follows. At the end of the text one
/// pattern keeps all white space together.
fn indents(pattern: Pattern, words: &[Word], mut gaps: u64, at: usize, end: usize) -> u64 {
    let mut indents = 0;
    while gaps != 0 {
        let place = gaps.trailing_zeros();
        gaps &= gaps - 1;
        let next = end_of_run(words, (at - 1) * 64 + place as usize, gap);
        let line_end = words[next / 64 + 1].newline >> (next % 64) & 1 == 1;
        if !line_end && (next < end || pattern != Pattern::Cl100k) {
            indents |= 1 << place;
        }
    }
    indents
}

/// Where letters that know capitals meet others.
fn mixed(words: &[Word], at: usize) -> u64 {
    let cased = |word: &Word| word.upper | word.lower;
    let both = |word: &Word| word.letter & !cased(word);
    both(&words[at]) & before(words, at, cased) | cased(&words[at]) & before(words, at, both)
}
