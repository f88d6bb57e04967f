//! Every processor's way of marking bytes finds what the plain one finds.

use kernels::text::{mark, plain, ways};

#[test]
fn all_ways_find_the_same_marks() {
    let every: Vec<u8> = (0..=255).collect();
    let texts = [
        every.clone(),
        every.repeat(3),
        "It's 3 cats/\r\n\t€ß\u{40000}\u{E0001}\u{10FFFF}".repeat(41).into_bytes(),
    ];
    let mut marks = Vec::new();
    for text in &texts {
        for end in (0..70).chain(250..text.len()) {
            let wanted: Vec<_> = text[..end].chunks(64).map(plain).collect();
            for way in ways().into_iter().chain([mark as _]) {
                way(&text[..end], &mut marks);
                assert_eq!(marks, wanted, "of {end} bytes");
            }
        }
    }
}

#[test]
fn the_marks_are_those_of_the_bytes() {
    let marks = plain(b"A z0\n\t'/\xC3\xA9");
    let bits = [marks.upper, marks.lower, marks.digit, marks.space, marks.newline, marks.blank];
    assert_eq!(bits, [1, 1 << 2, 1 << 3, 1 << 1 | 3 << 4, 1 << 4, 1 << 1]);
    let bits = [marks.apostrophe, marks.slash, marks.foreign, marks.lead];
    assert_eq!(bits, [1 << 6, 1 << 7, 3 << 8, 1 << 8]);
}

#[test]
fn far_is_what_begins_beyond_u_40000_but_before_0xa0_and_other_bytes() {
    let far = |text: &str| plain(text.as_bytes()).far;
    assert_eq!(
        far("\u{3FFFF}\u{40000}€\u{DFFFF}\u{E0000}\u{E0FFF}\u{E1000}\u{10FFFF}"),
        1 << 4 | 1 << 11 | 1 << 23 | 1 << 27
    );
    let (shorter, longer) = (["a"; 62].concat(), ["a"; 63].concat());
    assert_eq!(
        [shorter, longer].map(|before| plain(&format!("{before}\u{40000}").as_bytes()[..64]).far),
        [1 << 62, 0]
    );
}
