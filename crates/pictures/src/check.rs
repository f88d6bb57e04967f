//! The pages show what the examples print.

use std::collections::BTreeMap;
use std::env::{current_exe, temp_dir};
use std::fs::{read, read_dir, read_to_string};
use std::process::{Command, id};

/// Runs every example of the crate in `folder`, but for those named in `skip`, and holds the pages to
/// what they print and draw.
///
/// # Panics
/// If an example fails, if a page shows what its example does not print, if a picture is not what its
/// example draws, or if the README of the crate does not name an example by its command.
pub fn examples(folder: &str, skip: &[&str]) {
    let house = format!("{folder}/../..");
    let own = folder.rsplit(['/', '\\']).next().unwrap_or(folder);
    let mut problems = vec![];
    let readme = text(&format!("{folder}/README.md"));
    let mut printed = BTreeMap::new();
    for name in names(&format!("{folder}/examples"), ".rs") {
        if !readme.contains(&format!("cargo run -p {own} --example {name}")) {
            problems.push(format!("{own}/README.md does not say how to run {name}"));
        }
        if !skip.contains(&&*name) {
            match run(&house, own, &name) {
                Ok(output) => _ = printed.insert(name, output),
                Err(problem) => problems.push(format!("{own}/{name}: {problem}")),
            }
        }
    }
    let mut pages = vec![format!("{folder}/README.md"), format!("{house}/README.md")];
    pages.extend(pages_below(&format!("{house}/docs")));
    for page in pages {
        for (source, block) in quotes(&text(&page)) {
            let (place, example) = source.split_once('/').unwrap_or((source, ""));
            if read_dir(format!("{house}/crates/{place}")).is_err() {
                problems.push(format!("{page}: {source} is in no crate"));
            } else if place == own {
                let output = printed.get(example).map_or("", String::as_str);
                problems.extend(missing(&block, output).map(|line| {
                    format!("{page}: {source} does not print this line where it stands:\n{line}")
                }));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What an example prints. If it has a picture among the pages, it must draw the same.
fn run(house: &str, own: &str, name: &str) -> Result<String, String> {
    // This test is …/deps/examples-0123456789abcdef; its examples are …/examples/NAME.
    let here = current_exe().map_err(|problem| problem.to_string())?;
    let built = here.parent().and_then(|deps| deps.parent()).ok_or("it is not built")?;
    let drawn = temp_dir().join(format!("{own}-{name}-{}.svg", id()));
    let output = Command::new(built.join("examples").join(name))
        .arg("--svg")
        .arg(&drawn)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .map_err(|problem| format!("{problem}: `cargo test -p {own}` builds it"))?;
    let picture = read(&drawn).ok();
    _ = std::fs::remove_file(&drawn);
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let page = format!("docs/pictures/{own}/{name}.svg");
    match read(format!("{house}/{page}")) {
        Ok(expected) if picture.as_ref() != Some(&expected) => {
            Err(format!("{page} is not what it draws: run it with `-- --svg {page}`"))
        }
        _ => String::from_utf8(output.stdout).map_err(|problem| problem.to_string()),
    }
}

/// What a page quotes: each `CRATE/EXAMPLE` with its lines.
///
/// ````
/// let page = "<!-- prints: neuron/one -->\n```text\n1\n2\n```\nand\n```text\n3\n```\n";
/// assert_eq!(pictures::check::quotes(page), [("neuron/one", vec!["1", "2"])]);
/// ````
///
/// # Panics
/// If a mark is not followed by a block of text.
pub fn quotes(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut lines = page.lines();
    let mut quotes = vec![];
    let mut fence = "";
    while let Some(line) = lines.next() {
        // A longer fence holds a page that is quoted itself.
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match (fence, ticks.len()) {
            ("", 3..) => fence = ticks,
            ("", _) => {}
            (_, length) if length >= fence.len() && line.trim_end() == ticks => fence = "",
            _ => continue,
        }
        let mark = line.trim().strip_prefix("<!-- prints:").and_then(|it| it.strip_suffix("-->"));
        if let Some(source) = mark {
            let opening = lines.find(|line| !line.trim().is_empty());
            assert_eq!(opening, Some("```text"), "what follows {line}");
            let block = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            quotes.push((source.trim(), block));
        }
    }
    quotes
}

/// The first line of `block` that is not found in `output`, if there is one. The lines must stand one
/// after another, but where the block has a line `…`. Blanks at the end of a line do not count.
///
/// ```
/// use pictures::check::missing;
///
/// let output = "1\n2  \n3\n4\n";
/// assert_eq!(missing(&["2", "3"], output), None);
/// assert_eq!(missing(&["1", "…", "4"], output), None);
/// assert_eq!(missing(&["1", "3"], output), Some("3"));
/// ```
pub fn missing<'a>(block: &[&'a str], output: &str) -> Option<&'a str> {
    let output: Vec<_> = output.lines().map(str::trim_end).collect();
    if block.iter().all(|line| line.trim().is_empty() || line.trim() == "…") {
        return Some("(the block shows nothing)");
    }
    let mut from = 0;
    for piece in block.split(|line| line.trim() == "…").filter(|piece| !piece.is_empty()) {
        let matching = |at: usize| {
            let there = output[at..].iter();
            piece.iter().zip(there).take_while(|(line, there)| line.trim_end() == **there).count()
        };
        let Some(at) = (from..output.len()).find(|&at| matching(at) == piece.len()) else {
            let most = (from..output.len()).map(matching).max().unwrap_or(0);
            return Some(piece[most]);
        };
        from = at + piece.len();
    }
    None
}

/// The files of a folder that end with `end`, without it, in order.
fn names(folder: &str, end: &str) -> Vec<String> {
    let files = read_dir(folder).into_iter().flatten().flatten();
    // A link is the mirror of a page that is read where it lies.
    let files = files.filter(|file| file.file_type().is_ok_and(|kind| !kind.is_symlink()));
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let mut names: Vec<_> =
        names.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect();
    names.sort();
    names
}

fn pages_below(folder: &str) -> Vec<String> {
    let mut pages: Vec<_> =
        names(folder, ".md").iter().map(|name| format!("{folder}/{name}.md")).collect();
    for name in names(folder, "") {
        let below = format!("{folder}/{name}");
        if read_dir(&below).is_ok() {
            pages.extend(pages_below(&below));
        }
    }
    pages
}

fn text(file: &str) -> String {
    read_to_string(file).unwrap_or_else(|problem| panic!("{file}: {problem}"))
}
