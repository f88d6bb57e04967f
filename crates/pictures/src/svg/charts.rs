//! Curves and points.

use super::axes::Axes;
use super::{Anchor, COLOURS, Card, INK, short};

/// Curves, each with its name, over the same two axes.
///
/// # Panics
/// If there is no point, or one that is not finite.
pub fn lines(
    title: &str,
    x_label: &str,
    y_label: &str,
    curves: &[(&str, Vec<(f64, f64)>)],
) -> String {
    let longest = curves.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut card = Card::new(title, 563.0 + 7.0 * longest as f64, 420.0);
    let every: Vec<_> = curves.iter().flat_map(|(_, points)| points.iter().copied()).collect();
    let axes = Axes::around(&every, (70.0, 500.0), (80.0, 360.0));
    axes.draw(&mut card, x_label, y_label);
    for (i, (name, points)) in curves.iter().enumerate() {
        let colour = COLOURS[i % COLOURS.len()];
        let dashes = ["", " stroke-dasharray=\"6 4\""][(i / COLOURS.len()) % 2];
        let places = points.iter().map(|&point| axes.place(point));
        let places: Vec<_> = places.map(|(x, y)| format!("{},{}", short(x), short(y))).collect();
        card.line(&format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/>",
            places.join(" ")
        ));
        let y = 84.0 + 22.0 * i as f64;
        let at = short(y - 4.0);
        card.line(&format!(
            "<path d=\"M515 {at}H535\" stroke=\"{colour}\" stroke-width=\"2\"{dashes} fill=\"none\"/>"
        ));
        card.text(543.0, y, Anchor::Start, INK, name);
    }
    card.finish()
}

/// Points on a plane, each with its label.
///
/// # Panics
/// If there is no point, or one that is not finite.
pub fn points(title: &str, points: &[(&str, f64, f64)]) -> String {
    let mut card = Card::new(title, 560.0, 480.0);
    let every: Vec<_> = points.iter().map(|&(_, x, y)| (x, y)).collect();
    let axes = Axes::around(&every, (50.0, 530.0), (60.0, 430.0)).widened();
    axes.draw(&mut card, "", "");
    for (label, x, y) in points {
        let (x, y) = axes.place((*x, *y));
        let (cx, cy) = (short(x), short(y));
        card.line(&format!("<circle cx=\"{cx}\" cy=\"{cy}\" r=\"3.5\" fill=\"{}\"/>", COLOURS[1]));
        card.text(x + 7.0, y + 4.0, Anchor::Start, INK, label);
    }
    card.finish()
}
