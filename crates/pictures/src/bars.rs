//! One number, as a bar of block characters.

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar as long as `share` of `width` characters, to the nearest eighth of one, and blank up to
/// `width`. What is below 0 or above 1 is drawn as 0 or 1.
///
/// ```
/// assert_eq!(pictures::bar(0.5, 3), "█▌ ");
/// assert_eq!(pictures::bar(1.0, 3), "███");
/// ```
pub fn bar(share: f64, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * 8.0 * width as f64).round() as usize;
    let bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    format!("{bar:width$}")
}

/// A bar from a middle line to the right where `value` is positive, to the left where it is negative,
/// and `width` characters long where it is as large as `most`. It is `2 · width + 1` characters wide.
///
/// ```
/// assert_eq!(pictures::signed_bar(0.75, 1.0, 2), "  │█▌");
/// assert_eq!(pictures::signed_bar(-0.75, 1.0, 2), "▐█│  ");
/// ```
pub fn signed_bar(value: f64, most: f64, width: usize) -> String {
    let halves = ((value.abs() / most).clamp(0.0, 1.0) * 2.0 * width as f64).round() as usize;
    let whole = "█".repeat(halves / 2);
    if value < 0.0 {
        let half = ["", "▐"][halves % 2];
        format!("{:>width$}│{:width$}", half.to_owned() + &whole, "")
    } else {
        let half = ["", "▌"][halves % 2];
        format!("{:width$}│{:width$}", "", whole + half)
    }
}
