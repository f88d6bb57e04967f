//! A table of numbers, as coloured cells.

use ndarray::Array2;

use super::{Anchor, Card, INK, safe, short};

const CELL: (f64, f64) = (54.0, 30.0);
const ORANGE: (f64, f64, f64) = (232.0, 89.0, 12.0);
const BLUE: (f64, f64, f64) = (25.0, 113.0, 194.0);

/// Shares from 0 to 1: each cell is the more orange the larger it is, and shows its percentage.
///
/// # Panics
/// If there is not a name for each row and each column.
pub fn heat_map(title: &str, rows: &[&str], columns: &[&str], shares: &Array2<f64>) -> String {
    map(title, rows, columns, shares, |share| format!("{:.0}%", 100.0 * share))
}

/// Numbers from -1 to 1: orange above zero, blue below.
///
/// # Panics
/// If there is not a name for each row and each column.
pub fn signed_map(title: &str, rows: &[&str], columns: &[&str], values: &Array2<f64>) -> String {
    map(title, rows, columns, values, short)
}

fn map(
    title: &str,
    rows: &[&str],
    columns: &[&str],
    values: &Array2<f64>,
    text: impl Fn(f64) -> String,
) -> String {
    let sizes = (rows.len(), columns.len());
    assert_eq!(values.dim(), sizes, "a map of {sizes:?} names cannot show {:?}", values.dim());
    let longest = rows.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let (left, top) = (36.0 + 7.5 * longest as f64, 74.0);
    let width = left + CELL.0 * columns.len() as f64 + 20.0;
    let height = top + CELL.1 * rows.len() as f64 + 20.0;
    let mut card = Card::new(title, width.max(40.0 + 8.5 * title.chars().count() as f64), height);
    for (j, name) in columns.iter().enumerate() {
        let x = left + CELL.0 * (j as f64 + 0.5);
        card.text(x, top - 10.0, Anchor::Middle, INK, name);
    }
    for (i, name) in rows.iter().enumerate() {
        let y = top + CELL.1 * i as f64;
        card.text(left - 10.0, y + 19.0, Anchor::End, INK, name);
        for (j, column) in columns.iter().enumerate() {
            let (x, value) = (left + CELL.0 * j as f64, values[[i, j]]);
            let title = safe(&format!("{name}, {column}: {}", text(value)));
            card.line(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"{}\"><title>{title}</title></rect>",
                short(x + 1.0), short(y + 1.0), short(CELL.0 - 2.0), short(CELL.1 - 2.0), colour(value)
            ));
            let ink = if value.abs() > 0.6 { "#ffffff" } else { INK };
            card.text(x + CELL.0 / 2.0, y + 19.0, Anchor::Middle, ink, &text(value));
        }
    }
    card.finish()
}

/// From nearly white at 0 to the full colour at 1 or -1.
fn colour(value: f64) -> String {
    let share = value.abs().clamp(0.0, 1.0);
    let (r, g, b) = if value < 0.0 { BLUE } else { ORANGE };
    let mix = |full: f64| (244.0 + share * (full - 244.0)).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(r), mix(g), mix(b))
}
