//! Every processor's way of marking bytes finds what the plain one finds.

use kernels::text::{mark, plain, ways};

#[test]
fn all_ways_find_the_same_marks() {
    let every: Vec<u8> = (0..=255).collect();
    let texts = [every.clone(), every.repeat(3), "It's 3 cats/\r\n\t€ß".repeat(41).into_bytes()];
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
