//! BLEU, beside what sacreBLEU counts (`bleu_cases.py` wrote `bleu_cases.json`).

#![allow(clippy::unwrap_used)] // helpers of tests

use primer::bleu::{bleu, words};

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    pairs: Vec<(String, Vec<String>)>,
    bleu: f64,
}

fn score(pairs: &[(String, Vec<String>)]) -> f64 {
    let references: Vec<Vec<&str>> =
        pairs.iter().map(|(_, all)| all.iter().map(String::as_str).collect()).collect();
    bleu(pairs.iter().zip(&references).map(|((said, _), all)| (said.as_str(), all.as_slice())))
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("bleu_cases.json")).unwrap()
}

#[test]
fn it_counts_as_others_do() {
    let cases = cases();
    for Case { name, pairs, bleu } in &cases {
        let ours = score(pairs);
        assert!((ours - bleu).abs() < 1e-6, "{name}: {ours}, sacreBLEU {bleu}");
    }
    assert!(cases.len() >= 15);
    assert!(cases.iter().filter(|case| case.bleu > 1.0 && case.bleu < 99.0).count() >= 8);
}

#[test]
fn a_list_is_more_than_the_mean_of_its_sentences() {
    let cases = cases();
    let case = cases.iter().find(|case| case.name.starts_with("counted together")).unwrap();
    let mean = case.pairs.iter().map(|pair| score(std::slice::from_ref(pair))).sum::<f64>()
        / case.pairs.len() as f64;
    assert!((mean - score(&case.pairs)).abs() > 1.0, "{mean}");
}

#[test]
fn the_order_of_the_list_does_not_matter() {
    let mut pairs: Vec<_> = cases().into_iter().flat_map(|case| case.pairs).collect();
    let one_way = score(&pairs);
    pairs.reverse();
    for (_, references) in &mut pairs {
        references.reverse();
    }
    assert_eq!(one_way, score(&pairs));
    assert!((1.0..99.0).contains(&one_way));
}

#[test]
fn no_list_is_nothing() {
    assert_eq!(bleu([]), 0.0);
}

#[test]
fn what_a_word_is() {
    for (text, apart) in [
        ("", ""),
        ("Où habites-tu ?", "Où|habites-tu|?"),
        ("l'eau, s'il", "l'eau|,|s'il"),
        ("3.5 km, 1,000; 3.", "3.5|km|,|1,000|;|3|."),
        ("1990-95", "1990|-|95"),
        ("$5...", "$|5|.|.|."),
        ("a\nb-\nc <skipped>d", "a|bc|d"),
        ("&lt;&amp;&gt; (x)", "<|&|>|(|x|)"),
    ] {
        assert_eq!(words(text).join("|"), apart, "{text:?}");
    }
}
