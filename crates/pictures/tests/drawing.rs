//! What the pictures show.

use ndarray::array;
use pictures::maps::plain;
use pictures::{bar, heat_map, signed_bar, signed_map, svg};

#[test]
fn a_bar_is_as_long_as_its_share() {
    for (share, expected) in [(0.0, "    "), (0.03125, "▏   "), (0.5, "██  "), (2.0, "████")]
    {
        assert_eq!(bar(share, 4), expected, "{share}");
    }
    for (value, expected) in [(0.0, "  │  "), (0.5, "  │█ "), (-0.25, " ▐│  "), (-9.0, "██│  ")]
    {
        assert_eq!(signed_bar(value, 1.0, 2), expected, "{value}");
    }
}

#[test]
fn a_map_says_the_same_without_its_colours() {
    let map = signed_map(&["one", "a"], &["left", "right"], &array![[1.0, -0.3], [-0.001, 0.6]]);
    assert!(map.contains("\x1b[38;5;202m██\x1b[0m+1.00"), "{map:?}");
    assert!(map.contains("\x1b[38;5;153m░░\x1b[0m-0.30"), "{map:?}");
    let expected = ["        left    right", "one  ██+1.00  ░░-0.30", "a      +0.00  ▒▒+0.60"];
    assert_eq!(plain(&map), expected.join("\n"));
}

#[test]
#[should_panic(expected = "a map of (1, 2) names cannot show (2, 2)")]
fn a_name_that_is_missing_is_told() {
    heat_map(&["a"], &["x", "y"], &array![[1.0, 0.0], [0.0, 1.0]]);
}

/// Every element that is opened is closed, and nothing points outside of the file.
fn whole(svg: &str) {
    assert!(
        svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" ") && svg.ends_with("</svg>\n")
    );
    assert_eq!(svg.matches("http").count(), 1, "only the name space");
    for name in ["text", "title", "svg"] {
        let (opened, closed) = (format!("<{name}"), format!("</{name}>"));
        assert_eq!(svg.matches(&opened).count(), svg.matches(&closed).count(), "{name} in {svg}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("-0\""), "{svg}");
    for number in svg.split(['"', ' ', ',']).filter_map(|part| part.split_once('.')) {
        let (digits, more) = number;
        let is_number = digits.parse::<f64>().is_ok() && more.parse::<u64>().is_ok();
        assert!(!is_number || more.len() <= 2, "{digits}.{more} has too many digits");
    }
}

#[test]
fn the_files_show_every_name_and_number() {
    let shares = array![[0.25, 0.75], [1.0, 0.0]];
    let map = svg::heat_map("Who & whom", &["the", "<s>"], &["a", "b"], &shares);
    whole(&map);
    for text in ["Who &amp; whom", ">the<", ">&lt;s&gt;<", ">75%<", ">100%<", "#e8590c"] {
        assert!(map.contains(text), "{text} is not in {map}");
    }
    let map = svg::signed_map("t", &["r"], &["a", "b"], &array![[-1.0, 0.5]]);
    whole(&map);
    assert!(map.contains("#1971c2") && map.contains(">-1<") && map.contains(">0.5<"), "{map}");

    let points = svg::points("Letters", &[("a", 0.0, 0.0), ("b", 1.0, 2.0)]);
    whole(&points);
    assert!(points.contains(">a</text>") && points.contains(">b</text>"), "{points}");
}

#[test]
fn a_curve_runs_from_corner_to_corner() {
    let line = |y: f64| vec![(0.0, 0.0), (10.0, y)];
    let svg = svg::lines("t", "step", "loss", &[("up", line(4.0)), ("half", line(2.0))]);
    whole(&svg);
    assert!(svg.contains("points=\"70,360 500,80\""), "{svg}");
    assert!(svg.contains("points=\"70,360 500,220\""), "{svg}");
    assert!(svg.contains(">step<") && svg.contains(">up<") && svg.contains(">10<"), "{svg}");
    let flat = svg::lines("t", "x", "y", &[("flat", vec![(1.0, 3.0)])]);
    whole(&flat);
}
