//! A score as the Hugging Face library reads it: not always the number nearest to what is written.
//!
//! ```text
//! -3.1415  ->  -(31415 / 10000)          two roundings, where one would do
//! ```
//!
//! One score in four is a bit off, and ways that are as good as each other may not be so any more. So
//! what is written is chosen such that it is read as what was meant.
//! Source: `f64_from_parts` in <https://github.com/serde-rs/json> without `float_roundtrip`.

use serde_json::Value;

/// The number of a JSON text that is one. (None: it is too large.)
pub(super) fn read(text: &str) -> Option<f64> {
    let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |text| (-1.0, text));
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let (mut all, mut exponent) = (0_u64, 0_i32);
    for (places, digits) in [(0, whole), (1, rest)] {
        for digit in digits.bytes().map(|byte| u64::from(byte.wrapping_sub(b'0'))) {
            match all.checked_mul(10).and_then(|all| all.checked_add(digit)) {
                Some(more) => (all, exponent) = (more, exponent - places),
                None if places == 1 => break, // further digits are not heard
                None => exponent += 1,
            }
        }
    }
    let far = if power.starts_with('-') { i32::MIN } else { i32::MAX };
    let exponent = exponent.saturating_add(power.parse().unwrap_or(far));
    let number = sign * scaled(all as f64, exponent);
    number.is_finite().then_some(number)
}

fn scaled(mut number: f64, mut exponent: i32) -> f64 {
    while exponent < -308 && number != 0.0 {
        number /= 1e308;
        exponent += 308;
    }
    let power = match exponent.unsigned_abs() {
        few @ 0..=22 => 10_f64.powi(few as i32), // exact
        many => format!("1e{many}").parse().unwrap_or(f64::INFINITY),
    };
    match exponent {
        _ if number == 0.0 => 0.0,
        0.. => number * power,
        _ => number / power,
    }
}

/// A text that is read as `score`: the shortest of it or of a neighbour, or a longer one.
pub(super) fn written(score: f64) -> String {
    let neighbours = |next: fn(f64) -> f64| {
        std::iter::successors(Some(score), move |&number| Some(next(number))).take(5)
    };
    let near = neighbours(f64::next_up).chain(neighbours(f64::next_down));
    let shortest = near.map(|near| Value::from(near).to_string());
    let long = [(16, 1), (17, 4), (18, 64), (19, 512)].into_iter().flat_map(|(digits, step)| {
        let text = format!("{score:.digits$e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let power = power.parse().unwrap_or(0) - digits.trim_start_matches('-').len() as i32 + 2;
        let digits: i128 = digits.replace('.', "").parse().unwrap_or_default();
        (-50..50).map(move |more| format!("{}e{power}", digits + more * step))
    });
    let text = Value::from(score).to_string();
    shortest.chain(long).find(|text| read(text) == Some(score)).unwrap_or(text)
}
