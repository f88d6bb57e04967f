//! Every example runs and keeps its word, and the pages show what it prints.

#[test]
fn the_pages_show_what_the_examples_print() {
    pictures::check::examples(env!("CARGO_MANIFEST_DIR"), &["ids"]); // which is for other programs
}
