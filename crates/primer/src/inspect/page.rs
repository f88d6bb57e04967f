//! What `primer inspect` shows, as one page that needs nothing else.

use anyhow::Result;
use serde_json::json;

use super::listening::Listening;
use super::{Made, drawing};

/// The page: the drawing, the arrays, and who looks at whom if a text was given.
pub(super) fn page(made: &Made, listening: Option<&Listening>) -> Result<String> {
    let drawing = drawing::drawing(&made.config).unwrap_or_default();
    let arrays = made.lines().join("\n");
    // `</` would end the script: JSON may write a slash as `\/`.
    let seen = listening.map_or(json!(null), Listening::to_json).to_string().replace("</", "<\\/");
    let parts = [
        ("TITLE", safe(&made.title())),
        ("SUMMARY", safe(&made.summary())),
        ("DRAWING", safe(&drawing)),
        ("ARRAYS", safe(&arrays)),
        ("SEEN", seen),
    ];
    // One walk over the page, so that nothing that is put in is looked at again.
    let mut page = String::new();
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        page += before;
        page += parts.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| text);
        rest = after;
    }
    Ok(page + rest)
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const PAGE: &str = include_str!("page.html");
