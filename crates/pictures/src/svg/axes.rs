//! From numbers to places on the card, with a tick at each round number.

use super::{Anchor, Card, FAINT, INK, short};

pub(super) struct Axes {
    x: (f64, f64), // the least number, the largest
    y: (f64, f64),
    left: f64, // the edges of the field, on the card
    right: f64,
    top: f64,
    bottom: f64,
}

impl Axes {
    /// Axes that hold every point, with the field's edges on the card.
    pub(super) fn around(
        points: &[(f64, f64)],
        (left, right): (f64, f64),
        (top, bottom): (f64, f64),
    ) -> Self {
        let x = ends(points.iter().map(|point| point.0));
        let y = ends(points.iter().map(|point| point.1));
        Axes { x, y, left, right, top, bottom }
    }

    /// A little more room on every side.
    pub(super) fn widened(mut self) -> Self {
        for ends in [&mut self.x, &mut self.y] {
            let more = 0.08 * (ends.1 - ends.0);
            *ends = (ends.0 - more, ends.1 + more);
        }
        self
    }

    pub(super) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let share = |at: f64, ends: (f64, f64)| (at - ends.0) / (ends.1 - ends.0);
        let across = self.left + share(x, self.x) * (self.right - self.left);
        let down = self.bottom - share(y, self.y) * (self.bottom - self.top);
        (across, down)
    }

    /// Draws the grid, its numbers, and what is counted along each side.
    pub(super) fn draw(&self, card: &mut Card, x_label: &str, y_label: &str) {
        let (left, right, top, bottom) =
            (short(self.left), short(self.right), short(self.top), short(self.bottom));
        for tick in ticks(self.y) {
            let (_, at) = self.place((self.x.0, tick));
            let y = short(at);
            card.line(&format!(
                "<path d=\"M{left} {y}H{right}\" stroke=\"{FAINT}\" fill=\"none\"/>"
            ));
            card.text(self.left - 8.0, at + 4.0, Anchor::End, INK, &short(tick));
        }
        for tick in ticks(self.x) {
            let (at, _) = self.place((tick, self.y.0));
            let x = short(at);
            card.line(&format!(
                "<path d=\"M{x} {top}V{bottom}\" stroke=\"{FAINT}\" fill=\"none\"/>"
            ));
            card.text(at, self.bottom + 18.0, Anchor::Middle, INK, &short(tick));
        }
        let middle = (self.left + self.right) / 2.0;
        card.text(middle, self.bottom + 38.0, Anchor::Middle, INK, x_label);
        card.text(20.0, self.top - 12.0, Anchor::Start, INK, y_label);
    }
}

/// The least and the largest of some numbers, never the same.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let (least, most) = numbers
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    assert!(least.is_finite() && most.is_finite(), "from {least} to {most}: no picture shows that");
    if least < most { (least, most) } else { (least - 0.5, most + 0.5) }
}

/// Round numbers between two others: at most eight or so.
fn ticks((least, most): (f64, f64)) -> Vec<f64> {
    let rough = (most - least) / 6.0;
    let ten = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|round| round * ten);
    let step = step.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * ten);
    let first = (least / step - 1e-9).ceil() as i64;
    let last = (most / step + 1e-9).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}
