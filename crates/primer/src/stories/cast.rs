//! Who and what a story is about.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::words::{
    ANIMALS, BOXES, COLOURS, FOODS, GROWN_UPS, HOMES, NAMES, PLACES, PRONOUNS, Place, Pronouns,
    SPOTS, THINGS, TRAITS, TREASURES,
};

mod gaps;

/// Someone with a name, and the words for her or him.
struct Person {
    name: &'static str,
    sex: usize,
}

impl Person {
    fn draw(rng: &mut ChaCha8Rng) -> Person {
        let sex = rng.random_range(0..2);
        Person { name: pick(&NAMES[sex], rng), sex }
    }

    fn words(&self) -> &'static Pronouns {
        &PRONOUNS[self.sex]
    }
}

/// Who and what a story is about.
pub(super) struct Cast {
    /// A, the one whom the story is about, and B, who comes along.
    people: [Person; 2],
    /// What B is to A, said when B is first met.
    relation: &'static str,
    met: bool,
    grown_up: Person,
    nature: &'static str,
    home: &'static str,
    place: &'static Place,
    day: usize,
    // These change from scene to scene.
    food: [&'static str; 2],
    treasure: [&'static str; 2],
    find: [&'static str; 2],
    container: [&'static str; 2],
    things: [[&'static str; 3]; 2],
    colours: [&'static str; 2],
    spots: [&'static str; 2],
    animal: [&'static str; 4],
    /// n and m to add; k, less than n, to take away; r times e to multiply; an age.
    numbers: [u32; 6],
}

impl Cast {
    /// New people in a new place.
    pub(super) fn draw(rng: &mut ChaCha8Rng) -> Cast {
        let people = two(|| Person::draw(rng), |a, b| a.name == b.name);
        let sibling = people[1].words().sibling;
        let relation = pick(&["friend", "friend", "cousin", "neighbor", sibling], rng);
        let sex = rng.random_range(0..2);
        let mut cast = Cast {
            people,
            relation,
            met: false,
            grown_up: Person { name: pick(&GROWN_UPS[sex], rng), sex },
            nature: pick(&TRAITS, rng),
            home: pick(&HOMES, rng),
            place: &PLACES[rng.random_range(0..PLACES.len())],
            day: rng.random_range(0..7),
            food: FOODS[0],
            treasure: TREASURES[0],
            find: PLACES[0].finds[0],
            container: BOXES[0],
            things: [THINGS[0]; 2],
            colours: [COLOURS[0]; 2],
            spots: [SPOTS[0]; 2],
            animal: ANIMALS[0],
            numbers: [0; 6],
        };
        cast.draw_things(rng);
        cast
    }

    /// The same people with other things.
    pub(super) fn draw_things(&mut self, rng: &mut ChaCha8Rng) {
        self.food = pick(&FOODS, rng);
        self.treasure = pick(&TREASURES, rng);
        self.find = pick(&self.place.finds, rng);
        self.container = pick(&BOXES, rng);
        self.things = two(|| pick(&THINGS, rng), |a, b| a == b);
        self.colours = two(|| pick(&COLOURS, rng), |a, b| a == b);
        self.spots = two(|| pick(&SPOTS, rng), |a, b| a == b);
        self.animal = pick(&ANIMALS, rng);
        let n = rng.random_range(2..=10);
        let mut upto = |least, most| rng.random_range(least..=most);
        self.numbers = [n, upto(1, 9), upto(1, n - 1), upto(2, 5), upto(2, 5), upto(3, 9)];
    }
}

fn pick<T: Copy>(from: &[T], rng: &mut ChaCha8Rng) -> T {
    from[rng.random_range(0..from.len())]
}

/// Two that differ.
fn two<T>(mut draw: impl FnMut() -> T, same: impl Fn(&T, &T) -> bool) -> [T; 2] {
    let first = draw();
    loop {
        let second = draw();
        if !same(&first, &second) {
            return [first, second];
        }
    }
}
