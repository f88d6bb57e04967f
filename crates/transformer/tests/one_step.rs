//! Holds `docs/one-step.md` to the code: its sentence, its numbers, and the shapes that it states.

use backprop::Dropout;
use neuron::Parameters;
use neuron::init::seeded;
use transformer::{Gpt, GptConfig};

const PAGE: &str = include_str!("../../../docs/one-step.md");

/// The cells of the first row of the page that starts with `first`.
fn row(first: &str) -> Vec<&'static str> {
    let mut rows = PAGE.lines().map(|line| line.trim_matches('|').split('|').map(str::trim));
    rows.find_map(|mut cells| (cells.next() == Some(first)).then(|| cells.collect()))
        .unwrap_or_else(|| panic!("the page has no row {first}"))
}

/// The rows of the two tables that give ids: of the input, then of the target.
fn ids(which: usize) -> Vec<u32> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| its id |"));
    let cells = rows.map(|line| line.split('|').skip(2).flat_map(|cell| cell.trim().parse()));
    cells.map(Iterator::collect).nth(which).unwrap_or_default()
}

#[test]
fn the_page_tells_what_the_code_does() {
    let text = "the cat sat";
    assert!(row("the text")[0].starts_with(&format!("`{text}`, {} characters", text.len())));
    let mut vocabulary: Vec<char> = text.chars().collect();
    vocabulary.sort_unstable();
    vocabulary.dedup();
    let id = |c| vocabulary.iter().position(|&other| other == c).map(|id| id as u32);
    let all: Vec<u32> = text.chars().filter_map(id).collect();
    assert_eq!((ids(0), ids(1)), (all[..10].to_vec(), all[1..].to_vec()));

    let model: Gpt = Gpt::random(GptConfig::gpt2(7, 10, 8, 1, 2), &mut seeded(1));
    assert_eq!(model.config.hidden, 32);
    let parameters = model.parameters();
    let mut listed = 0;
    for line in PAGE.lines().skip_while(|line| *line != "## Its numbers") {
        let [_, names, shape, numbers, _] = line.split('|').map(str::trim).collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let name = names.split('`').nth(1).unwrap_or_default();
        let Some((_, array)) = parameters.iter().find(|(other, _)| other == name) else { continue };
        let biased = names.contains("`.bias`");
        let bias = if biased { array.shape()[0] } else { 0 };
        assert_eq!(numbers.parse(), Ok(array.len() + bias), "{name}");
        let sizes: Vec<String> = array.shape().iter().map(usize::to_string).collect();
        assert!(shape.starts_with(&format!("({})", sizes.join(", "))), "{name} is not {shape}");
        listed += 1 + usize::from(biased);
    }
    assert_eq!(listed, parameters.len(), "each array is listed once");
    assert_eq!(row("together")[1], Parameters::<f32>::count(&model).to_string());

    let (logits, _) = model.forward(&ids(0), 10, Dropout::OFF);
    assert_eq!(
        format!("{:?}", logits.dim()),
        row("`logits = last Wᵀ`, with `W` the token embedding")[2]
    );
    let loss = model.loss(&ids(0), &ids(1), 10);
    assert_eq!(loss.count, 10);
    assert!((loss.sum - 19.46).abs() < 1.0, "a model that knows nothing loses {}", loss.sum);
}
