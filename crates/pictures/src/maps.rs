//! A table of numbers, as shades.
//!
//! The shades are coloured by codes that a terminal understands. Print a map with `anstream::println!`,
//! which leaves the codes out where they would not be understood.

use ndarray::Array2;

const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
/// From pale to strong, of the 256 colours that terminals have in common.
const ORANGES: [u8; 5] = [230, 223, 216, 209, 202];
const BLUES: [u8; 5] = [195, 153, 111, 69, 27];

/// Shares from 0 to 1, such as chances: each a shade and a percentage.
///
/// ```
/// use ndarray::array;
///
/// let map = pictures::heat_map(&["a", "b"], &["x", "y"], &array![[1.0, 0.0], [0.25, 0.75]]);
/// let plain = [
///     "        x       y",
///     "a  ██100%      0%",
///     "b  ░░ 25%  ▓▓ 75%",
/// ];
/// assert_eq!(pictures::maps::plain(&map), plain.join("\n"));
/// ```
///
/// # Panics
/// If there is not a name for each row and each column.
pub fn heat_map(rows: &[&str], columns: &[&str], shares: &Array2<f64>) -> String {
    map(rows, columns, shares, |share| format!("{:3.0}%", 100.0 * share))
}

/// Numbers from -1 to 1: each a shade, orange above zero and blue below, and the number with its sign.
///
/// # Panics
/// If there is not a name for each row and each column.
pub fn signed_map(rows: &[&str], columns: &[&str], values: &Array2<f64>) -> String {
    map(rows, columns, values, |value| {
        let text = format!("{value:+.2}");
        if text == "-0.00" { "+0.00".to_owned() } else { text }
    })
}

fn map(
    rows: &[&str],
    columns: &[&str],
    values: &Array2<f64>,
    text: impl Fn(f64) -> String,
) -> String {
    let sizes = (rows.len(), columns.len());
    assert_eq!(values.dim(), sizes, "a map of {sizes:?} names cannot show {:?}", values.dim());
    let length = |name: &&str| name.chars().count();
    let margin = rows.iter().map(length).max().unwrap_or(0);
    let cell = 2 + text(0.0).len();
    let width = columns.iter().map(length).max().unwrap_or(0).max(cell);

    let heads: String = columns.iter().map(|name| format!("  {name:>width$}")).collect();
    let mut lines = vec![format!("{:margin$}{heads}", "")];
    for (name, values) in rows.iter().zip(values.rows()) {
        let mut line = format!("{name:margin$}");
        for &value in values {
            line += &" ".repeat(2 + width - cell);
            line += &shade(value);
            line += &text(value);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Two characters of a shade, in its colour.
fn shade(value: f64) -> String {
    let size = value.abs().clamp(0.0, 1.0);
    let level = if size < 0.005 { 0 } else { 1 + ((4.0 * size - 0.5).max(0.0) as usize).min(3) };
    let colour = if value < 0.0 { BLUES } else { ORANGES }[level];
    let pair = SHADES[level].to_string().repeat(2);
    if level == 0 { pair } else { format!("\x1b[38;5;{colour}m{pair}\x1b[0m") }
}

/// The same text without its colours.
pub fn plain(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}
