//! The book is whole: its pages are all there, and what they quote is what the code says. (What they
//! print is held to the examples by `tests/examples.rs` of each crate.)

#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeSet;
use std::fs;

/// The crates that are chapters: all, but `pictures`, which is for the examples alone, and `torture`, which
/// tests the whole from outside.
const OTHERS: [&str; 2] = ["pictures", "torture"];

fn chapters() -> Vec<String> {
    let manifest = text("Cargo.toml");
    let members = manifest.lines().filter_map(|line| {
        line.trim().strip_prefix("\"crates/")?.strip_suffix("\",").map(str::to_owned)
    });
    members.filter(|name| !OTHERS.contains(&name.as_str())).collect()
}

fn house() -> String {
    let root = fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    root.unwrap().to_str().unwrap().to_owned()
}

/// The text of a file of the house.
fn text(path: &str) -> String {
    let file = format!("{}/{path}", house());
    fs::read_to_string(&file).unwrap_or_else(|problem| panic!("{path}: {problem}"))
}

/// The files of a folder of the house that end so, in order: with the folders below, but links to
/// other places and hidden folders are not followed.
fn files(folder: &str, end: &str) -> Vec<String> {
    let mut found = vec![];
    let Ok(entries) = fs::read_dir(format!("{}/{folder}", house())) else { return found };
    for entry in entries.map(Result::unwrap) {
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        let kind = entry.file_type().unwrap();
        let hidden = entry.file_name().to_str().unwrap().starts_with('.');
        if kind.is_dir() && !hidden {
            found.extend(files(&name, end));
        } else if kind.is_file() && name.ends_with(end) {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// Every page of the book, from the root of the house on, in no order.
fn pages() -> Vec<String> {
    let mut pages: Vec<_> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned).into();
    let crates = chapters().into_iter().chain(OTHERS.map(str::to_owned));
    pages.extend(crates.map(|name| format!("crates/{name}/README.md")));
    pages.extend(files("benches", ".md"));
    pages.extend(files("docs", ".md").into_iter().filter(|page| !page.ends_with("/SUMMARY.md")));
    pages
}

/// The links of a page that are paths: what each says, and where it leads from the root of the house on.
fn links(page: &str) -> Vec<(String, String)> {
    let text = text(page);
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut links = vec![];
    for (before, rest) in text.match_indices("](").map(|(at, _)| (&text[..at], &text[at + 2..])) {
        let says = before.rsplit('[').next().unwrap_or_default();
        let Some(link) = rest.split([')', '#']).next() else { continue };
        if !link.is_empty() && !link.contains(':') && !link.contains(' ') {
            links.push((says.to_owned(), joined(folder, link)));
        }
    }
    links
}

fn joined(folder: &str, link: &str) -> String {
    let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The fenced blocks of a page: the last line before each that is not empty, what is written behind its
/// fence, and its lines.
fn blocks(page: &str) -> Vec<(String, String, Vec<String>)> {
    let (mut blocks, mut before) = (vec![], String::new());
    let text = text(page);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks >= 3 {
            let (fence, language) = line.split_at(ticks);
            let inside = lines.by_ref().take_while(|line| line.trim_end() != fence);
            blocks.push((before, language.to_owned(), inside.map(str::to_owned).collect()));
            before = String::new();
        } else if !line.trim().is_empty() {
            before = line.trim().to_owned();
        }
    }
    blocks
}

/// Whether the lines are found one after another, indented alike; `// …` stands for any lines.
fn holds(source: &str, listing: &[String]) -> bool {
    let source: Vec<_> = source.lines().collect();
    let mut from = 0;
    for piece in listing.split(|line| line.trim() == "// …") {
        let matches = |at: usize| {
            let Some(there) = source.get(at..at + piece.len()) else { return false };
            let Some(indent) = piece.first().and_then(|line| there[0].strip_suffix(line.as_str()))
            else {
                return piece.is_empty();
            };
            let pairs = piece.iter().zip(there);
            indent.trim().is_empty()
                && pairs.clone().all(|(line, there)| {
                    *there == format!("{indent}{line}") || line.is_empty() && there.is_empty()
                })
        };
        let Some(at) = (from..=source.len()).find(|&at| matches(at)) else { return false };
        from = at + piece.len();
    }
    !listing.is_empty()
}

#[test]
fn every_page_is_in_the_book() {
    let summary = links("docs/book/SUMMARY.md");
    let listed: BTreeSet<_> = summary
        .iter()
        .map(|(_, page)| page.strip_prefix("docs/book/").unwrap_or(page).to_owned())
        .collect();
    let pages: BTreeSet<_> = pages().into_iter().collect();
    let lost: Vec<_> = pages.symmetric_difference(&listed).collect();
    assert!(lost.is_empty(), "either no page, or not in docs/book/SUMMARY.md: {lost:?}");
    assert_eq!(summary.len(), listed.len(), "a page is listed twice");
    // The book's folder mirrors the house, so that a page's links lead there where they lead here.
    let root = house();
    for page in pages {
        let mirrored = fs::canonicalize(format!("{root}/docs/book/{page}"));
        let mirrored = mirrored.unwrap_or_else(|problem| panic!("docs/book/{page}: {problem}"));
        assert_eq!(mirrored.to_str().unwrap(), format!("{root}/{page}"));
        for (_, file) in links(&page) {
            let there = fs::metadata(format!("{root}/docs/book/{file}"));
            assert!(there.is_ok(), "{page}: docs/book/{file} is not there, and the site lacks it");
        }
    }
}

#[test]
fn chapters_lead_on_in_cargo_doc() {
    for name in chapters() {
        let shown = "#![doc = include_str!(\"../../../docs/theme/cargo-doc.html\")]";
        let library = text(&format!("crates/{name}/src/lib.rs"));
        assert!(library.contains(shown), "the links of {name} lead nowhere in cargo doc");
    }
}

#[test]
fn listings_are_what_the_code_says() {
    let mut seen = 0;
    for page in pages() {
        for (before, language, lines) in blocks(&page) {
            let mark = before.strip_prefix("<!-- from: ").and_then(|it| it.strip_suffix(" -->"));
            let Some(file) = mark else {
                // In a README a block of Rust is a doctest, if it is not ignored.
                let doctest = page.starts_with("crates/") && language == "rust";
                let tested = doctest || !language.starts_with("rust");
                assert!(tested, "{page}: nothing holds this to the code: {}", lines.join("\n"));
                continue;
            };
            assert!(holds(&text(file), &lines), "{page}: not in {file}:\n{}", lines.join("\n"));
            seen += 1;
        }
    }
    assert!(seen >= chapters().len(), "only {seen} listings");
}

#[test]
fn blocks_fit_on_a_page() {
    for page in pages() {
        for (_, _, lines) in blocks(&page) {
            let wide = lines.iter().find(|line| line.chars().count() > 100);
            assert!(wide.is_none(), "{page}: over 100 columns: {}", wide.unwrap());
        }
    }
}

#[test]
fn every_example_and_picture_is_shown() {
    let all: Vec<_> = pages().iter().map(|page| text(page)).collect();
    let all = all.join("\n");
    let mut seen = 0;
    for name in chapters() {
        for file in files(&format!("crates/{name}/examples"), ".rs") {
            let example = file.rsplit('/').next().unwrap().trim_end_matches(".rs");
            let command = format!("cargo run -p {name} --example {example}");
            assert!(all.contains(&command), "no page says `{command}`");
            seen += 1;
        }
    }
    assert!(seen > 8, "only {seen} examples");
    let linked: BTreeSet<_> =
        pages().iter().flat_map(|page| links(page)).map(|(_, file)| file).collect();
    let mut unused = files("docs/pictures", ".svg");
    unused.retain(|picture| !linked.contains(picture));
    assert!(unused.is_empty(), "on no page: {unused:?}");
}

#[test]
fn every_exercise_has_its_solution() {
    for name in chapters() {
        let readme = text(&format!("crates/{name}/README.md"));
        let (_, exercises) = readme.split_once("## Exercises").unwrap_or(("", ""));
        let asked: Vec<_> = exercises
            .lines()
            .take_while(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(". `")?.1.split_once("`: "))
            .map(|(exercise, _)| exercise)
            .collect();
        assert!(asked.len() >= 3, "{name} has the exercises {asked:?} alone");
        let solved = text(&format!("crates/{name}/tests/exercises.rs"));
        let solved: Vec<_> = solved
            .split("#[test]\nfn ")
            .skip(1)
            .filter_map(|solution| solution.split_once('('))
            .map(|(exercise, _)| exercise)
            .collect();
        assert_eq!(asked, solved, "the exercises of {name}, and its solutions");
    }
}

#[test]
fn what_a_link_names_is_in_its_file() {
    let mut seen = 0;
    for page in pages() {
        for (says, file) in links(&page) {
            let name = says.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
            let is_name = |name: &&str| file.ends_with(".rs") && !name.contains(['/', '.', ' ']);
            let Some(name) = name.filter(is_name) else { continue };
            // `GeluTanh` is `gelu_tanh`, and of a path like `matmul::plain` the last part counts.
            let plain = |name: &str| name.replace('_', "").to_lowercase();
            let wanted = plain(name.rsplit("::").next().unwrap_or(name));
            let source = text(&file);
            let mut words = source.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(plain);
            let stem = file.rsplit('/').next().map(|file| plain(file.trim_end_matches(".rs")));
            let here = stem.as_ref() == Some(&wanted) || words.any(|word| word == wanted);
            assert!(here, "{page}: there is no {name} in {file}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} links name something");
}

#[test]
fn each_claim_of_the_article_has_its_test() {
    let article = text("docs/article.md");
    let rows =
        article.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| claim"));
    let mut seen = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").collect();
        assert_eq!(cells.len(), 4, "{row}");
        let shown = cells[1].contains("/examples/") || cells[1].contains("`primer ");
        assert!(
            shown && cells[2].contains("/tests/"),
            "nothing shows it, or nothing tests it: {row}"
        );
        assert!(cells[3].contains("](../"), "it has no page: {row}");
        seen += 1;
    }
    assert!(seen > 30, "only {seen} claims");
}
