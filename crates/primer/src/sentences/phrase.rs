//! Someone or something, said in both languages.

use super::adjectives::Adjective;
use super::french::{agree, vowel};
use super::nouns::{ANIMAL, MASS, NUMBERS, Noun, PERSON};

/// The same, in both languages. The French is not joined yet: `la école`.
pub(super) struct Both {
    pub english: String,
    pub french: String,
}

pub(super) fn both(english: impl Into<String>, french: impl Into<String>) -> Both {
    Both { english: english.into(), french: french.into() }
}

/// How it is said: as it is, as it is not, never, or as a question.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mood {
    Plain,
    Not,
    Never,
    Asked,
}

/// Whom words agree with.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Who {
    /// I 0, you 1, all others 2.
    pub person: usize,
    pub many: bool,
    /// Unknown of I, you and we.
    pub feminine: Option<bool>,
    /// An "it".
    pub thing: bool,
}

impl Who {
    /// I 0, you 1, she 2, we 3, they 4: the place in a verb's forms.
    pub(super) fn form(self) -> usize {
        if self.many { 3 + usize::from(self.person == 2) } else { self.person }
    }

    /// One of five, or for she and he one of their own.
    fn pick<T: Copy>(self, five: [T; 5], he: T, it: T) -> T {
        match self.feminine {
            _ if self.form() != 2 => five[self.form()],
            _ if self.thing => it,
            Some(true) => five[2],
            _ => he,
        }
    }

    /// The one who does it: she, *elle*.
    pub(super) fn subject(self) -> Both {
        let they = if self.feminine == Some(true) { "elles" } else { "ils" };
        let it = if self.feminine == Some(true) { "elle" } else { "il" };
        both(
            self.pick(["I", "you", "she", "we", "they"], "he", "it"),
            self.pick(["je", "tu", "elle", "nous", they], "il", it),
        )
    }

    /// The one to whom it is done: her, *la*.
    pub(super) fn object(self) -> Both {
        let it = if self.feminine == Some(true) { "la" } else { "le" };
        both(
            self.pick(["me", "you", "her", "us", "them"], "him", "it"),
            self.pick(["me", "te", "la", "nous", "les"], "le", it),
        )
    }

    /// The one to whom it is given: her, *lui*.
    pub(super) fn receiver(self) -> Both {
        both(self.object().english, ["me", "te", "lui", "nous", "leur"][self.form()])
    }

    /// *me, te, se, nous, se*
    pub(super) fn oneself(self) -> &'static str {
        ["me", "te", "se", "nous", "se"][self.form()]
    }

    /// Which of [`OWNERS`] it is.
    pub(super) fn owner(self) -> usize {
        self.pick([0, 1, 2, 4, 5], 3, 6)
    }
}

/// Whose it is, and the French for one *le*, one *la* and several.
#[rustfmt::skip]
const OWNERS: [[&str; 4]; 7] = [
    ["my", "mon", "ma", "mes"], ["your", "ton", "ta", "tes"], ["her", "son", "sa", "ses"],
    ["his", "son", "sa", "ses"], ["our", "notre", "notre", "nos"],
    ["their", "leur", "leur", "leurs"], ["its", "son", "sa", "ses"],
];

/// What stands before a noun.
pub(super) enum Determiner {
    The,
    /// One, or some, or some of it.
    A,
    /// In general: apples, *les pommes*.
    All,
    This,
    /// An entry of [`NUMBERS`].
    Count(usize),
    /// My, your, ...: see [`Who::owner`].
    Whose(usize),
    /// The girl's, *de la fille*.
    Of(Box<Phrase>),
}

/// Someone or something.
pub(super) enum Phrase {
    Pronoun(Who),
    Name(&'static str, bool),
    /// The girl and the boy.
    Two(Box<[Phrase; 2]>),
    Thing(Thing),
}

/// A noun with all that belongs to it.
pub(super) struct Thing {
    pub noun: &'static Noun,
    pub many: bool,
    pub determiner: Determiner,
    pub before: Option<&'static Adjective>,
    pub after: Option<&'static Adjective>,
}

impl Phrase {
    /// Whom words agree with. One man among women, and *ils*.
    pub(super) fn who(&self) -> Who {
        match self {
            Phrase::Pronoun(who) => *who,
            Phrase::Name(_, feminine) => {
                Who { person: 2, many: false, feminine: Some(*feminine), thing: false }
            }
            Phrase::Two(two) => {
                let feminine = two.iter().all(|one| one.who().feminine == Some(true));
                Who { person: 2, many: true, feminine: Some(feminine), thing: false }
            }
            Phrase::Thing(thing) => Who {
                person: 2,
                many: thing.many,
                feminine: Some(thing.noun.feminine),
                thing: thing.noun.kinds & PERSON == 0,
            },
        }
    }

    /// What it is, one bit each.
    pub(super) fn kinds(&self) -> u32 {
        match self {
            Phrase::Thing(thing) => thing.noun.kinds,
            _ => PERSON,
        }
    }

    pub(super) fn is_animal(&self) -> bool {
        self.kinds() & ANIMAL != 0
    }

    pub(super) fn say(&self, mood: Mood) -> Both {
        match self {
            Phrase::Pronoun(who) => who.subject(),
            Phrase::Name(name, _) => both(*name, *name),
            Phrase::Two(two) => {
                let [one, other] = [two[0].say(mood), two[1].say(mood)];
                both(
                    format!("{} and {}", one.english, other.english),
                    format!("{} et {}", one.french, other.french),
                )
            }
            Phrase::Thing(thing) => both(thing.english(mood), thing.french(mood)),
        }
    }
}

impl Thing {
    fn is_mass(&self) -> bool {
        self.noun.kinds & MASS != 0
    }

    fn english(&self, mood: Mood) -> String {
        let noun = self.noun.english[usize::from(self.many)];
        let adjectives = [self.before, self.after].into_iter().flatten();
        let words: Vec<_> = adjectives.map(|one| one.english[0]).chain([noun]).collect();
        let words = words.join(" ");
        let first = match &self.determiner {
            Determiner::The => "the",
            Determiner::All => return words,
            Determiner::A if !self.many && !self.is_mass() => {
                if words.starts_with(['a', 'e', 'i', 'o', 'u', 'E']) { "an" } else { "a" }
            }
            Determiner::A => match mood {
                Mood::Plain => "some",
                Mood::Not | Mood::Asked => "any",
                Mood::Never => return words,
            },
            Determiner::This if self.many => "these",
            Determiner::This => "this",
            Determiner::Count(number) => NUMBERS[*number][0],
            Determiner::Whose(owner) => OWNERS[*owner][0],
            Determiner::Of(owner) => {
                let said = owner.say(mood).english;
                let mark = if said.ends_with('s') { "'" } else { "'s" };
                return format!("{said}{mark} {words}");
            }
        };
        format!("{first} {words}")
    }

    fn french(&self, mood: Mood) -> String {
        let noun = self.noun.french[usize::from(self.many)];
        let before = self.before.map(|one| self.form(one, vowel(noun))).unwrap_or_default();
        let after = self.after.map(|one| self.form(one, false)).unwrap_or_default();
        let words = format!("{before} {noun} {after}");
        let owner = match &self.determiner {
            Determiner::Of(owner) => format!("de {}", owner.say(mood).french),
            _ => String::new(),
        };
        format!("{} {words} {owner}", self.first(mood, vowel(words.trim_start())))
    }

    /// An adjective as this noun wants it.
    fn form(&self, adjective: &Adjective, before_vowel: bool) -> String {
        let [masculine, feminine, short] = adjective.french;
        let masculine = if before_vowel && !self.many { short } else { masculine };
        agree(masculine, feminine, self.noun.feminine, self.many)
    }

    /// What stands before the noun, or before the adjective that stands there.
    fn first(&self, mood: Mood, before_vowel: bool) -> &'static str {
        let pick = |le, la, les| match (self.many, self.noun.feminine) {
            (true, _) => les,
            (_, true) => la,
            (_, false) => le,
        };
        match &self.determiner {
            Determiner::The | Determiner::All | Determiner::Of(_) => pick("le", "la", "les"),
            Determiner::A if matches!(mood, Mood::Not | Mood::Never) => "de",
            Determiner::A if self.is_mass() => pick("de le", "de la", ""),
            Determiner::A if self.many && self.before.is_some() => "de",
            Determiner::A => pick("un", "une", "des"),
            Determiner::This if before_vowel => pick("cet", "cette", "ces"),
            Determiner::This => pick("ce", "cette", "ces"),
            Determiner::Count(number) => NUMBERS[*number][1],
            Determiner::Whose(owner) => {
                let [_, mon, ma, mes] = OWNERS[*owner];
                pick(mon, if before_vowel { mon } else { ma }, mes)
            }
        }
    }
}
