//! The article's twelve letters again, now with ten learned numbers for each: 120 inputs. It still writes its
//! line; and letters that are used alike end up near each other. With `--svg FILE`, as a picture.

use std::ops::ControlFlow;

use activations::Activation;
use anstream::println;
use backprop::windows::at_random;
use backprop::{AdamW, Loss, Mlp, Recipe, Schedule, train};
use embedding::Embedding;
use ndarray::{Array1, Array2, ArrayView1, Axis, s};
use neuron::init::{normal, seeded};
use neuron::{Parameters, parameters};
use pictures::bar;
use rand::RngExt;
use softmax::cross_entropy;

const LINE: &str = "humpty dumpty sat on a wall";
/// Words to learn from, in no order: one line is too little to tell how a letter is used.
const WORDS: &str = "about above after again all always animal answer any apple arm around ask away baby back \
    ball bed began below best better big bird black blue boat body book both bottom box boy bread bring \
    brother build but call came can car carry cat child city clean close cold come corn could country cow \
    cup cut day deep did different do dog done door down draw dress drink drive dry each early earth eat egg \
    end enough even every eye face fall family far farm fast father feet few field find fire first fish five \
    floor fly follow food foot for forest found four free friend from front full game garden gave girl give \
    gold good grass great green ground grow had hair half hand happy hard has have head hear heart heavy help \
    her here high hill him his hold home horse hot hour house how hundred ice idea if in is it jump just keep \
    kind king knew know lake land large last late laugh lay learn leave left leg letter life light like line \
    lion list little live long look lost love low made make man many may me mean meat men milk mine money \
    moon more morning most mother mountain mouth move much music must my name near need never new next night \
    no nose not now number of off often old on once one open or order other our out over own page paper part \
    people picture place plant play point poor pull put queen question quick rain ran reach read ready red \
    rest rich ride right river road rock room round run said same sand saw say school sea second see seed \
    seven she ship short should show side sing sister sit six sky sleep slow small snow so some song soon \
    sound south stand star start stay step stone stop story street strong such summer sun sure table take \
    talk tall tell ten than that the their them then there these they thing think this those thought three \
    time to today told too took top town tree true try turn two under until up us use very voice wait walk \
    want war warm was wash watch water way we week well went were west what wheel when where which while \
    white who why wide wild will wind window winter wish with woman wood word work world would write year \
    yellow yes you young your zoo";

const WINDOW: usize = 12;
const NUMBERS: usize = 10; // for each letter
const LETTERS: usize = 27; // the space and the alphabet
const STEPS: usize = 1200;

/// Twelve letters, and the one after them.
type Example = (Vec<u32>, u32);

#[derive(Clone)]
struct Reader<F> {
    letters: Embedding<F>, // (27, 10)
    network: Mlp<F>,       // 120 -> 64 -> 27
}

parameters!(Reader { letters, network });

impl Reader<f64> {
    fn random(seed: u64) -> Self {
        let rng = &mut seeded(seed);
        let letters = Embedding { weight: normal((LETTERS, NUMBERS), 0.1, rng) };
        let sizes = [WINDOW * NUMBERS, 64, LETTERS];
        Reader { letters, network: Mlp::random(&sizes, Activation::Tanh, rng) }
    }

    /// The ten numbers of each letter, side by side: n windows -> (n, 120).
    fn inputs(&self, ids: &[u32]) -> Array2<f64> {
        let shape = (ids.len() / WINDOW, WINDOW * NUMBERS);
        self.letters.forward(ids).into_shape_with_order(shape).expect("as many numbers as before")
    }

    fn learn(&self, share: &[Example], grad: &mut Self) -> Loss {
        let ids: Vec<u32> = share.iter().flat_map(|(window, _)| window).copied().collect();
        let targets: Vec<u32> = share.iter().map(|(_, next)| *next).collect();
        let x = self.inputs(&ids);
        let (scores, saved) = self.network.forward(&x);
        let (sum, dscores) = cross_entropy(scores, &targets);
        let dx = self.network.backward(&x, saved, &dscores, &mut grad.network);
        // x = letters.forward(ids), side by side: blame reaches the input's numbers too
        let dx = dx.into_shape_with_order((ids.len(), NUMBERS)).expect("as many numbers as before");
        self.letters.backward(&ids, &dx, &mut grad.letters);
        Loss { sum, count: share.len() }
    }

    /// What it writes after `start`, the likeliest letter each time.
    fn write(&self, start: &str, length: usize) -> String {
        let mut text = ids(start);
        while text.len() < length {
            let (scores, _) = self.network.forward(&self.inputs(&text[text.len() - WINDOW..]));
            text.push(order(scores.row(0).map(|score| -score).view())[0] as u32);
        }
        text.into_iter().map(|id| letter(id as usize)).collect()
    }
}

fn main() {
    let model = trained();
    let written = model.write(&LINE[..WINDOW], LINE.len());
    println!("\nAfter {:?} it writes {:?}.\n", &LINE[..WINDOW], &written[WINDOW..]);
    assert_eq!(written, LINE);

    let letters = unit(&model.letters.weight);
    let near = letters.dot(&letters.t()); // (27, 27): the cosine between each two
    println!("The nearest letters to each, by the cosine of their numbers:\n");
    for id in 1..LETTERS {
        let mut nearest = order(near.row(id).map(|cosine| -cosine).view());
        nearest.retain(|&other| other != id && other != 0);
        let shown = nearest[..3].iter().map(|&other| {
            let cosine = near[[id, other]];
            format!("{} {cosine:5.2} {}", letter(other), bar(cosine, 8))
        });
        println!("   {}:   {}", letter(id), shown.collect::<Vec<_>>().join("  ").trim_end());
    }

    let is_vowel = |id: usize| "aeiou".contains(letter(id));
    let mean = |wanted: fn(bool, bool) -> bool| {
        let pairs = (1..LETTERS).flat_map(|a| (1..a).map(move |b| (a, b)));
        let pairs = pairs.filter(|&(a, b)| wanted(is_vowel(a), is_vowel(b)));
        let cosines: Vec<f64> = pairs.map(|pair| near[pair]).collect();
        cosines.iter().sum::<f64>() / cosines.len() as f64
    };
    let (vowels, mixed) = (mean(|a, b| a && b), mean(|a, b| a != b));
    println!(
        "\nOn average, two vowels have a cosine of {vowels:.2}, a vowel and a consonant of {mixed:.2}."
    );
    println!("Nobody told the network what a vowel is.");
    assert!(vowels > mixed + 0.2);

    draw(&letters);
}

fn trained() -> Reader<f64> {
    let mut model = Reader::random(1);
    println!(
        "{} numbers to learn, {} of them the letters'.\n",
        model.count(),
        model.letters.count()
    );
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let line = ids(LINE);
    let mut optimizer = AdamW { weight_decay: 0.0, ..AdamW::new(&model) };
    let schedule = Schedule { peak: 0.01, least: 0.001, warmup: 10, steps: STEPS };
    let recipe = Recipe { steps: STEPS, shares: 1, schedule, clip: 1.0 };
    let draw = |step| -> Vec<Example> {
        // Words in another order each time, 112 places in them, and every place in the line.
        let rng = &mut seeded(step as u64);
        let mixed: Vec<&str> = (0..100).map(|_| words[rng.random_range(0..words.len())]).collect();
        let mixed = ids(&mixed.join(" "));
        let windows = at_random(&mixed, WINDOW, 112, 1, step as u64);
        let mut batch: Vec<Example> =
            windows.iter().map(|one| (one.input.to_vec(), one.target[WINDOW - 1])).collect();
        batch.extend(line.windows(WINDOW + 1).map(|it| (it[..WINDOW].to_vec(), it[WINDOW])));
        batch
    };
    let learn = |model: &Reader<f64>, share: &[Example], _, grad: &mut _| model.learn(share, grad);
    let told = train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, _, _| {
        if told.step % 200 == 1 || told.step == STEPS {
            println!(
                "step {:4}   loss {:5.2} {}",
                told.step,
                told.loss,
                bar(told.loss / 3.3, 24).trim_end()
            );
        }
        ControlFlow::Continue(())
    });
    told.expect("a loss that is a number");
    model
}

/// Rows of length 1: what counts is where they point.
fn unit(rows: &Array2<f64>) -> Array2<f64> {
    rows / &rows.map_axis(Axis(1), |row| row.dot(&row).sqrt()).insert_axis(Axis(1))
}

/// The letters along the two directions in which they differ most.
fn draw(letters: &Array2<f64>) {
    let letters = letters.slice(s![1.., ..]); // without the space
    let centred = &letters - &letters.mean_axis(Axis(0)).expect("letters");
    let spread = centred.t().dot(&centred); // (10, 10)
    let first = direction(&spread);
    let along = first.dot(&spread.dot(&first));
    let outer = first.view().insert_axis(Axis(1)).dot(&first.view().insert_axis(Axis(0)));
    let second = direction(&(&spread - along * outer));
    let (x, y) = (centred.dot(&first), centred.dot(&second));
    let names: Vec<String> = (1..LETTERS).map(|id| letter(id).to_string()).collect();
    let points: Vec<_> = (0..names.len()).map(|i| (&*names[i], x[i], y[i])).collect();
    pictures::save(&pictures::svg::points("Where the letters point", &points));
}

/// The direction that a matrix stretches most, found by letting it stretch (power iteration).
fn direction(matrix: &Array2<f64>) -> Array1<f64> {
    let mut way = Array1::from_shape_fn(matrix.ncols(), |i| 1.0 + i as f64);
    for _ in 0..1000 {
        way = matrix.dot(&way);
        way /= way.dot(&way).sqrt();
    }
    way
}

/// Places in the order of their numbers, the smallest first.
fn order(numbers: ArrayView1<'_, f64>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    order
}

/// The space is 0, a is 1, z is 26.
fn ids(text: &str) -> Vec<u32> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.bytes().map(|byte| if byte == b' ' { 0 } else { u32::from(byte - b'a') + 1 }).collect()
}

fn letter(id: usize) -> char {
    if id == 0 { ' ' } else { char::from(b'a' + id as u8 - 1) }
}
