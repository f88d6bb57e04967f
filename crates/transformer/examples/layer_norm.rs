//! Follows two rows of numbers through layer normalization: the mean is taken off, the standard
//! deviation divided out, and what was lost can be learned again, as a gain and a bias.

use ndarray::{Array2, ArrayView1, array};
use pictures::signed_bar;
use transformer::LayerNorm;

fn main() {
    // Two words with four numbers each: the second is the first, ten times as loud and moved up by 30.
    let x: Array2<f64> = array![[1.0, 4.0, 2.0, 5.0], [40.0, 70.0, 50.0, 80.0]]; // (n, C)

    for (name, row) in ["quiet", "loud"].iter().zip(x.rows()) {
        let mean = row.sum() / 4.0;
        let off = row.map(|x| x - mean);
        let variance = off.map(|off| off * off).sum() / 4.0; // by C, not by C - 1
        anstream::println!("{name}");
        anstream::println!("  numbers                 {}", line(row));
        anstream::println!("  mean                    {mean:7.2}");
        anstream::println!("  how far off             {}", line(off.view()));
        anstream::println!("  squared                 {}", line((&off * &off).view()));
        anstream::println!("  variance, their mean    {variance:7.2}");
        anstream::println!("  standard deviation      {:7.2}", variance.sqrt());
        anstream::println!("  divided by it           {}\n", line((off / variance.sqrt()).view()));
    }

    let mut norm = LayerNorm::new(4, 1e-5);
    let (normal, _) = norm.forward(&x);
    for row in normal.rows() {
        assert!(row.sum().abs() < 1e-9, "a mean of 0");
        assert!((row.dot(&row) / 4.0 - 1.0).abs() < 1e-4, "a standard deviation of 1");
    }
    let apart = (&normal.row(0) - &normal.row(1)).mapv(f64::abs).sum();
    assert!(apart < 1e-4, "quiet or loud is all the same, but for ε");

    norm.gain = array![1.0, 2.0, 0.0, 1.0];
    norm.bias = Some(array![0.0, 0.0, 1.0, -1.0]);
    let (y, _) = norm.forward(&x);
    anstream::println!("number          normal      gain  bias    comes out");
    for (c, (&normal, &y)) in normal.row(0).iter().zip(y.row(0)).enumerate() {
        let (gain, bias) = (norm.gain[c], norm.bias.as_ref().map_or(0.0, |bias| bias[c]));
        let [before, after] = [normal, y].map(|x| signed_bar(x, 2.0, 6));
        anstream::println!("{c}  {normal:+.2} {before}  {gain:+.1}  {bias:+.1}   {y:+.2} {after}");
        assert!((y - (gain * normal + bias)).abs() < 1e-12);
    }
}

fn line(row: ArrayView1<'_, f64>) -> String {
    row.iter().map(|x| format!("{x:7.2}")).collect::<Vec<_>>().join(" ")
}
