//! Layer and RMS normalization of many rows, there and back, in one pass over memory.

use super::{append, slopes::products, sum};

for_each_processor! {
    /// `y = gain ⊙ normal + bias`, `normal = (x - mean) · scale`, `scale = 1 / √(mean of squares + ε)`, for rows as
    /// long as the gain: `[y, normal, scale]`. The mean is 0 unless they are to be `centred`.
    pub fn norm(x: &[f32], gain: &[f32], bias: Option<&[f32]>, epsilon: f32, centred: bool) -> [Vec<f32>; 3] {
        let (columns, count) = (gain.len().max(1), gain.len() as f32);
        let [mut y, mut all] = [(); 2].map(|()| Vec::with_capacity(x.len()));
        let mut scales = Vec::with_capacity(x.len() / columns);
        for x in x.chunks_exact(columns) {
            let mean = if centred { sum(x, |x| x) / count } else { 0.0 };
            let start = all.len();
            append(&mut all, x.iter().map(|x| x - mean));
            let normal = &mut all[start..];
            let scale = 1.0 / (sum(normal, |x| x * x) / count + epsilon).sqrt();
            for x in normal.iter_mut() {
                *x *= scale;
            }
            scales.push(scale);
            learned(normal, gain, bias, &mut y);
        }
        [y, all, scales]
    }
}

for_each_processor! {
    /// `gain ⊙ normal + bias`: once more what [`norm`] gave.
    pub fn norm_again(normal: &[f32], gain: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        let mut y = Vec::with_capacity(normal.len());
        for normal in normal.chunks_exact(gain.len().max(1)) {
            learned(normal, gain, bias, &mut y);
        }
        y
    }
}

#[inline(always)]
fn learned(normal: &[f32], gain: &[f32], bias: Option<&[f32]>, y: &mut Vec<f32>) {
    let scaled = normal.iter().zip(gain).map(|(x, gain)| x * gain);
    match bias {
        Some(bias) => append(y, scaled.zip(bias).map(|(x, bias)| x + bias)),
        None => append(y, scaled),
    }
}

for_each_processor! {
    /// From the slopes along `y` of [`norm`] to those along `x`; those along the gain and the bias are added to
    /// `dgain` and `dbias`.
    pub fn norm_backward(
        normal: &[f32], scale: &[f32], gain: &[f32], centred: bool, dy: &[f32],
        dgain: &mut [f32], dbias: Option<&mut [f32]>
    ) -> Vec<f32> {
        let (columns, count) = (gain.len().max(1), gain.len() as f32);
        if let Some(dbias) = dbias {
            for dy in dy.chunks_exact(columns) {
                add(dbias, dy);
            }
        }
        let mut made = Vec::with_capacity(dy.len());
        let rows = normal.chunks_exact(columns).zip(dy.chunks_exact(columns));
        for ((normal, dy), &scale) in rows.zip(scale) {
            for ((dgain, &dy), &normal) in dgain.iter_mut().zip(dy).zip(normal) {
                *dgain += dy * normal;
            }
            let start = made.len();
            append(&mut made, dy.iter().zip(gain).map(|(dy, gain)| dy * gain));
            let dx = &mut made[start..];
            let moves = if centred { sum(dx, |dx| dx) / count } else { 0.0 };
            let stretches = products(normal, dx) / count;
            for (dx, &normal) in dx.iter_mut().zip(normal) {
                *dx = (*dx - moves - stretches * normal) * scale;
            }
        }
        made
    }
}

for_each_processor! {
    /// `total += row`, for each of the rows, which are as long.
    pub fn add_rows(total: &mut [f32], rows: &[f32]) {
        for row in rows.chunks_exact(total.len().max(1)) {
            add(total, row);
        }
    }
}

#[inline(always)]
fn add(total: &mut [f32], row: &[f32]) {
    for (total, &x) in total.iter_mut().zip(row) {
        *total += x;
    }
}
