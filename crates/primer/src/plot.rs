//! The losses of a training run, as a picture.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

/// A line of the picture: points of step and loss.
pub type Line = Vec<(f64, f64)>;

const SIZE: (u32, u32) = (800, 480);

/// Draws the loss of every step in grey, and those of the evaluations above it, as SVG.
///
/// # Errors
/// If the picture cannot be drawn.
pub fn losses(steps: &Line, train: &Line, val: &Line) -> Result<String> {
    let mut svg = String::new();
    draw(&mut svg, steps, train, val).map_err(|error| anyhow!("cannot draw loss.svg: {error}"))?;
    Ok(svg)
}

fn draw(
    svg: &mut String,
    steps: &Line,
    train: &Line,
    val: &Line,
) -> Result<(), Box<dyn std::error::Error>> {
    let points = || [steps, train, val].into_iter().flatten();
    let bound = |start: f64, pick: fn(f64, f64) -> f64| points().map(|p| p.1).fold(start, pick);
    let (low, high) = (bound(f64::INFINITY, f64::min), bound(f64::NEG_INFINITY, f64::max));
    let last = points().map(|point| point.0).fold(1.0, f64::max);
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0) };
    let margin = 0.05 * (high - low);

    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..last, low - margin..high + margin)?;
    chart.configure_mesh().x_desc("step").y_desc("loss").light_line_style(WHITE).draw()?;
    let lines = [
        (steps, RGBColor(200, 200, 200), 1, "each step"),
        (train, RGBColor(31, 119, 180), 2, "training text"),
        (val, RGBColor(214, 39, 40), 2, "validation text"),
    ];
    for (points, colour, width, name) in lines {
        let style = colour.stroke_width(width);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], style));
    }
    let legend = &mut chart.configure_series_labels();
    legend.background_style(WHITE).border_style(BLACK.mix(0.2)).draw()?;
    root.present()?;
    Ok(())
}
