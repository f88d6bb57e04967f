//! A page that says something else than its example is found out.

use pictures::check::{missing, quotes};

const OUTPUT: &str = "one\ntwo  \n\nthree\none\nfour\n";

#[test]
fn what_is_printed_is_found() {
    for block in [
        vec!["one"],
        vec!["one", "two", "", "three"],
        vec!["two", "…", "four"],
        vec!["…", "one", "four"],
        vec!["two   ", "…", "one", "…"],
    ] {
        assert_eq!(missing(&block, OUTPUT), None, "{block:?}");
    }
}

#[test]
fn what_is_not_printed_is_named() {
    for (block, line) in [
        (vec!["five"], "five"),
        (vec!["one", "three"], "three"),
        (vec!["three", "…", "two"], "two"), // in another order
        (vec!["four", "five"], "five"),
        (vec![" one"], " one"),
        (vec!["one", "…", "one", "…", "one"], "one"), // only two of them
    ] {
        assert_eq!(missing(&block, OUTPUT), Some(line), "{block:?}");
    }
    assert!(missing(&[], OUTPUT).is_some());
    assert!(missing(&["", "…"], OUTPUT).is_some());
}

#[test]
fn marks_are_found_and_others_left_alone() {
    let page = "a\n<!-- prints: x/y -->\n\n```text\n1\n\n2\n```\n```text\n3\n```\n\
                ````text\n<!-- prints: not/quoted -->\n```text\n4\n```\n````\n\
                <!-- prints: x/z -->\n```text\n5\n```";
    assert_eq!(quotes(page), [("x/y", vec!["1", "", "2"]), ("x/z", vec!["5"])]);
}

#[test]
#[should_panic(expected = "what follows <!-- prints: x/y -->")]
fn a_mark_without_a_block_is_refused() {
    quotes("<!-- prints: x/y -->\nand so on\n");
}
