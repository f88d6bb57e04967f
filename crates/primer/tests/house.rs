//! The rules of the house that a compiler does not see.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeSet;
use std::fs;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The crates in reading order; `pictures`, for examples alone, and `kernels` lie below them all.
const ORDER: [&str; 11] = [
    "pictures",
    "kernels",
    "neuron",
    "activations",
    "softmax",
    "backprop",
    "tokenizer",
    "embedding",
    "attention",
    "transformer",
    "primer",
];

fn house() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap()
}

fn crates(house: &Metadata) -> Vec<&Package> {
    house.workspace_packages()
}

/// What tests the program from outside: it needs none of them.
const OUTSIDE: &str = "torture";

fn place(name: &str) -> Option<usize> {
    ORDER.iter().position(|other| *other == name)
}

/// The names of the files in a folder, with the folders below, from the folder on.
fn files_below(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let mut files = vec![];
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_below(&name));
        } else {
            files.push(name);
        }
    }
    files
}

/// Each Rust file of the house with what it holds: the crates' and the benchmarks'.
fn sources(house: &Metadata) -> Vec<(String, String)> {
    let root = &house.workspace_root;
    let files =
        ["crates", "benches"].iter().flat_map(|part| files_below(&format!("{root}/{part}")));
    let rust = files.filter(|file| file.ends_with(".rs") && !file.contains("/target/"));
    rust.map(|file| (file[root.as_str().len() + 1..].to_owned(), fs::read_to_string(file).unwrap()))
        .collect()
}

#[test]
fn each_crate_depends_only_on_those_before_it() {
    let house = house();
    let names: BTreeSet<_> = crates(&house).iter().map(|one| one.name.to_string()).collect();
    let known = ORDER.iter().chain([&OUTSIDE]).map(|name| (*name).to_owned()).collect();
    assert_eq!(names, known, "the crates of the house");
    for one in crates(&house) {
        let own = place(&one.name);
        let inside = one.dependencies.iter().any(|needed| place(&needed.name).is_some());
        assert!(one.name != OUTSIDE || !inside, "{OUTSIDE} depends on what it tests");
        for needed in &one.dependencies {
            if let Some(at) = place(&needed.name) {
                assert!(Some(at) < own, "{} depends on {}, a later crate", one.name, needed.name);
            }
            if needed.name == "kernels" {
                let allowed =
                    ["neuron", "tokenizer", "transformer", "primer"].contains(&one.name.as_str());
                assert!(allowed, "{} depends on kernels: go through neuron", one.name);
            }
            if needed.name == "pictures" {
                let for_examples = needed.kind == DependencyKind::Development;
                let allowed = one.name == "primer" || for_examples && one.name != "kernels";
                assert!(allowed, "{} depends on pictures: they are for examples", one.name);
            }
        }
    }
}

#[test]
fn the_members_stand_in_reading_order() {
    let house = house();
    let manifest = fs::read_to_string(format!("{}/Cargo.toml", house.workspace_root)).unwrap();
    let members: Vec<_> = manifest
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"crates/")?.strip_suffix("\","))
        .collect();
    let (below, reading) = ORDER.split_at(2);
    let below: Vec<_> = below.iter().rev().copied().collect();
    assert_eq!(members, [reading, &below, &[OUTSIDE]].concat());
}

#[test]
fn every_benchmark_is_wired_into_the_crate_of_its_name() {
    let house = house();
    let folder = format!("{}/benches", house.workspace_root);
    let mut files: BTreeSet<_> = fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".rs").map(str::to_owned)
        })
        .collect();
    assert!(!files.is_empty(), "no benchmarks in {folder}");
    for one in crates(&house) {
        for target in one.targets.iter().filter(|target| target.is_bench()) {
            let path = target.src_path.canonicalize_utf8().unwrap();
            assert_eq!(path, format!("{folder}/{}.rs", one.name), "the benchmark of {}", one.name);
            assert_eq!(target.name, one.name.as_str());
            assert!(files.remove(&target.name), "{} is wired twice", target.name);
        }
    }
    assert!(files.is_empty(), "wired into no crate: {files:?}");
}

#[test]
fn nothing_unsafe_outside_the_engine_room() {
    let house = house();
    let sources = sources(&house);
    assert!(sources.len() > 30, "only {} sources", sources.len());
    let keyword = ["un", "safe"].concat(); // this file must not hold it
    let mut in_kernels = 0;
    for (file, text) in &sources {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let letter = |c: char| c.is_alphanumeric() || c == '_';
            if !code.split(|c| !letter(c)).any(|word| word == keyword) {
                continue;
            }
            let allowed = file.starts_with("crates/kernels/") || file == "crates/primer/src/map.rs";
            assert!(allowed, "{file}:{} is {keyword}", number + 1);
            in_kernels += 1;
        }
    }
    assert!(in_kernels > 0, "the scan finds nothing, not even where it is");
}

#[test]
fn every_crate_has_a_front_page() {
    let house = house();
    for one in crates(&house) {
        let folder = one.manifest_path.parent().unwrap();
        let readme = fs::read_to_string(format!("{folder}/README.md"))
            .unwrap_or_else(|problem| panic!("README.md of {}: {problem}", one.name));
        assert!(readme.starts_with("# "), "README.md of {} has no heading", one.name);
        assert!(readme.lines().count() <= 150, "README.md of {} is over 150 lines", one.name);
        let library = fs::read_to_string(format!("{folder}/src/lib.rs")).unwrap();
        let shown = "#![doc = include_str!(\"../README.md\")]";
        assert!(library.contains(shown), "lib.rs of {} does not show its README.md", one.name);
    }
}

#[test]
fn every_test_is_run() {
    let house = house();
    for one in crates(&house) {
        let folder = format!("{}/tests", one.manifest_path.parent().unwrap());
        let Ok(all) = fs::read_to_string(format!("{folder}/all.rs")) else {
            assert!(files_below(&folder).is_empty(), "{folder} has no all.rs");
            continue;
        };
        let named: BTreeSet<_> =
            all.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
        let names = files_below(&folder);
        let names = names
            .iter()
            .filter_map(|name| name.strip_prefix(&format!("{folder}/"))?.strip_suffix(".rs"));
        let there: BTreeSet<_> = names.filter(|name| *name != "all").collect();
        assert_eq!(named, there, "what {folder}/all.rs names, and what there is");
    }
}

#[test]
fn no_source_file_is_long() {
    for (file, text) in sources(&house()) {
        let lines = text.lines().count();
        assert!(!file.contains("/src/") || lines <= 300, "{file} has {lines} lines");
    }
}

#[test]
fn pages_lead_somewhere() {
    let house = house();
    let root = &house.workspace_root;
    let pages =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|page| format!("{root}/{page}"));
    let book = files_below(&format!("{root}/docs"));
    let chapters = crates(&house).into_iter().map(|one| one.manifest_path.clone());
    let chapters = chapters.map(|path| path.as_str().replace("Cargo.toml", "README.md"));
    for page in pages.into_iter().chain(book).chain(chapters).filter(|page| page.ends_with(".md")) {
        let text = fs::read_to_string(&page).unwrap();
        let folder = &page[..page.rfind('/').unwrap()];
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let inside = !link.contains("://") && link.contains('.') && !link.contains(' ');
            let target = format!("{folder}/{link}");
            assert!(!inside || fs::metadata(&target).is_ok(), "{page}: {link} leads nowhere");
        }
    }
}
