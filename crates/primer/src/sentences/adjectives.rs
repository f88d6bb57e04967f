//! The adjectives, and what they are said of.

use super::nouns::{
    ANIMAL, BUILT, CHILD, CLOTHES, DRINK, FOOD, FRUIT, GROWN, HOLLOW, KIN, Kinds, LOVELY, OPEN,
    PERSON, READ, RELATED, SIZED, SURFACE, THING, VEHICLE, WALL, WARM, WASHED, WEIGHTY, WRITE,
};

/// What something is like.
pub(super) struct Adjective {
    /// `old`, and for comparing, `older`.
    pub english: [&'static str; 2],
    /// `vieux`, `vieille`, and for one man or thing that begins with a vowel, `vieil`.
    pub french: [&'static str; 3],
    /// In French, short and common ones stand before the noun, all others after it.
    pub before: bool,
    /// What has it beside it: an old house.
    pub beside: Kinds,
    /// What is said to be it: the house is old.
    pub is: Kinds,
}

const fn before(
    english: [&'static str; 2],
    french: [&'static str; 3],
    beside: Kinds,
    is: Kinds,
) -> Adjective {
    Adjective { english, french, before: true, beside, is }
}

const fn after(
    english: [&'static str; 2],
    french: [&'static str; 2],
    beside: Kinds,
    is: Kinds,
) -> Adjective {
    let french = [french[0], french[1], french[0]];
    Adjective { english, french, before: false, beside, is }
}

const OBJECT: Kinds = CLOTHES | THING | VEHICLE | BUILT;
const ALL: Kinds = OBJECT | OPEN | SURFACE | WALL;
const PAINTED: Kinds = CLOTHES | THING | VEHICLE | SURFACE;

#[rustfmt::skip]
pub(super) const ADJECTIVES: &[Adjective] = &[
    before(["small", "smaller"], ["petit", "petite", "petit"], ALL | ANIMAL | FRUIT, ALL | ANIMAL | FRUIT),
    before(["little", ""], ["petit", "petite", "petit"], CHILD, 0),
    before(["big", "bigger"], ["grand", "grande", "grand"], SIZED, SIZED),
    before(["old", "older"], ["vieux", "vieille", "vieil"], ALL | ANIMAL | GROWN | READ | WRITE, ALL | ANIMAL | PERSON | READ | WRITE),
    before(["beautiful", "more beautiful"], ["beau", "belle", "bel"], OBJECT | ANIMAL | LOVELY, OBJECT | ANIMAL | LOVELY),
    before(["new", ""], ["nouveau", "nouvelle", "nouvel"], OBJECT | READ | RELATED, 0),
    before(["good", ""], ["bon", "bonne", "bon"], FOOD | DRINK | READ | WRITE | RELATED, FOOD | DRINK | READ | WRITE),
    before(["young", "younger"], ["jeune", "jeune", "jeune"], PERSON, PERSON),

    after(["red", ""], ["rouge", "rouge"], PAINTED | FRUIT, PAINTED | FRUIT),
    after(["green", ""], ["vert", "verte"], PAINTED | FRUIT, PAINTED | FRUIT),
    after(["yellow", ""], ["jaune", "jaune"], PAINTED | FRUIT, PAINTED | FRUIT),
    after(["blue", ""], ["bleu", "bleue"], PAINTED, PAINTED),
    after(["black", ""], ["noir", "noire"], PAINTED | ANIMAL, PAINTED | ANIMAL),
    after(["white", ""], ["blanc", "blanche"], PAINTED | ANIMAL, PAINTED | ANIMAL),
    after(["grey", ""], ["gris", "grise"], PAINTED | ANIMAL, PAINTED | ANIMAL),
    after(["heavy", "heavier"], ["lourd", "lourde"], WEIGHTY, WEIGHTY),
    after(["empty", ""], ["vide", "vide"], HOLLOW, HOLLOW),
    after(["clean", "cleaner"], ["propre", "propre"], CLOTHES | WASHED, CLOTHES | WASHED),
    after(["dirty", "dirtier"], ["sale", "sale"], CLOTHES | WASHED, CLOTHES | WASHED),
    after(["expensive", "more expensive"], ["cher", "chère"], CLOTHES | VEHICLE, CLOTHES | VEHICLE | READ | FOOD),
    after(["hot", "hotter"], ["chaud", "chaude"], WARM, WARM),
    after(["cold", "colder"], ["froid", "froide"], WARM, WARM),
    after(["dangerous", "more dangerous"], ["dangereux", "dangereuse"], ANIMAL, ANIMAL),

    after(["tall", "taller"], ["grand", "grande"], 0, PERSON),
    after(["kind", "kinder"], ["gentil", "gentille"], 0, PERSON),
    after(["happy", "happier"], ["heureux", "heureuse"], PERSON, PERSON),
    after(["sad", "sadder"], ["triste", "triste"], PERSON, PERSON),
    after(["tired", "more tired"], ["fatigué", "fatiguée"], PERSON, PERSON | ANIMAL),
    after(["sick", ""], ["malade", "malade"], PERSON | ANIMAL, PERSON | ANIMAL),
    after(["shy", "more shy"], ["timide", "timide"], PERSON, PERSON),
    after(["brave", "braver"], ["courageux", "courageuse"], PERSON, PERSON),
    after(["clever", "more clever"], ["intelligent", "intelligente"], PERSON, PERSON | ANIMAL),
    after(["rich", "richer"], ["riche", "riche"], PERSON, PERSON),
    after(["famous", "more famous"], ["célèbre", "célèbre"], PERSON, PERSON),
    after(["French", ""], ["français", "française"], PERSON | READ | VEHICLE, READ | VEHICLE | CLOTHES),
    after(["English", ""], ["anglais", "anglaise"], PERSON | READ | VEHICLE, READ | VEHICLE | CLOTHES),
];

impl Adjective {
    /// Whether it may stand beside what is of these kinds. Of the family, only "little" is said.
    pub(super) fn fits(&self, kinds: Kinds) -> bool {
        self.beside & kinds != 0 && (kinds & KIN == 0 || self.beside == CHILD)
    }
}

impl Adjective {
    /// As it is said of someone or something.
    pub(super) fn agreeing(&self, who: super::phrase::Who) -> String {
        let [masculine, feminine, _] = self.french;
        super::french::agree(masculine, feminine, who.feminine == Some(true), who.many)
    }
}
