//! The pages show what the examples print.

#[test]
fn the_pages_show_what_the_examples_print() {
    pictures::check::examples(env!("CARGO_MANIFEST_DIR"), &[]);
}
