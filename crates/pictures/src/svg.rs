//! Pictures as files: one self-contained SVG each, on a light card of its own, so that it can be read
//! on a dark page too.
//!
//! Coordinates are rounded to two digits after the point, so that the same picture has the same bytes
//! on every machine.

mod axes;
mod charts;
mod maps;

pub use charts::{lines, points};
pub use maps::{heat_map, signed_map};

use std::fmt::Write;

const INK: &str = "#24292f";
const FAINT: &str = "#d0d7de";
/// One for each curve.
const COLOURS: [&str; 6] = ["#d9480f", "#1c7ed6", "#2b8a3e", "#9c36b5", "#e8a200", "#495057"];

/// A picture while it is drawn: what the card holds, so far.
struct Card {
    width: f64,
    height: f64,
    body: String,
}

/// Where a text stands beside its point.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl Card {
    fn new(title: &str, width: f64, height: f64) -> Self {
        let mut card = Card { width, height, body: String::new() };
        card.body += &format!("<text x=\"20\" y=\"30\" font-size=\"16\">{}</text>\n", safe(title));
        card
    }

    fn text(&mut self, x: f64, y: f64, anchor: Anchor, colour: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let fill = if colour == INK { String::new() } else { format!(" fill=\"{colour}\"") };
        let (x, y, text) = (short(x), short(y), safe(text));
        self.line(&format!("<text x=\"{x}\" y=\"{y}\"{anchor}{fill}>{text}</text>"));
    }

    fn line(&mut self, element: &str) {
        self.body += element;
        self.body.push('\n');
    }

    fn finish(self) -> String {
        let (w, h) = (short(self.width), short(self.height));
        let mut svg = String::new();
        _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"{INK}\">"
        );
        _ = writeln!(
            svg,
            "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"12\" fill=\"#fcfcfa\" stroke=\"{FAINT}\"/>",
            short(self.width - 1.0),
            short(self.height - 1.0)
        );
        svg + &self.body + "</svg>\n"
    }
}

/// At most two digits after the point.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
