//! Text that ends before a stop text, even where that comes in pieces.
//!
//! ```text
//! stop text     "\nUser:"
//! pieces        "Hello" "\nUs" "ing it" "\nUser" ": no"
//! said at once  "Hello" ""     "\nUsing it" ""  ■
//! ```
//!
//! What may be the beginning of a stop text is held back until it is known not to be one.

/// Holds back what may be a stop text.
///
/// ```
/// let mut held = primer::stop::Held::new(&["END".to_owned()]);
/// assert_eq!(held.push("the E"), ("the ".to_owned(), false));
/// assert_eq!(held.push("N"), (String::new(), false));
/// assert_eq!(held.push("V, END, on"), ("ENV, ".to_owned(), true));
/// ```
#[derive(Clone, Debug)]
pub struct Held {
    stops: Vec<String>,
    text: String,
}

impl Held {
    /// Nothing is held yet. Empty stop texts are ignored.
    pub fn new(stops: &[String]) -> Self {
        let stops = stops.iter().filter(|stop| !stop.is_empty()).cloned().collect();
        Held { stops, text: String::new() }
    }

    /// More text has come: what can be said of it, and whether that is the end.
    pub fn push(&mut self, more: &str) -> (String, bool) {
        self.text.push_str(more);
        if let Some(end) = self.stops.iter().filter_map(|stop| self.text.find(stop)).min() {
            self.text.truncate(end);
            return (std::mem::take(&mut self.text), true);
        }
        let is_beginning = |tail: &str| self.stops.iter().any(|stop| stop.starts_with(tail));
        let mut starts = self.text.char_indices().map(|(at, _)| at);
        let kept = starts.find(|&at| is_beginning(&self.text[at..])).unwrap_or(self.text.len());
        let rest = self.text.split_off(kept);
        (std::mem::replace(&mut self.text, rest), false)
    }

    /// No more comes: what was held back.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}
