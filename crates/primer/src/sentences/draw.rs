//! What is spoken of, drawn by chance: who, what, where, when.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::adjectives::{ADJECTIVES, Adjective};
use super::nouns::{
    ANIMAL, KIN, Kinds, MASS, NAMES, NOUNS, NUMBERS, Noun, PERSON, RELATED, SINGLE, SURFACE, WALL,
};
use super::phrase::{Both, Determiner, Mood, Phrase, Thing, Who, both};
use super::places::SPOTS;

/// Who speaks.
pub(super) struct Speaker {
    pub rng: ChaCha8Rng,
}

impl Speaker {
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.rng.random_range(0..from.len())]
    }

    /// True so many times of a hundred.
    pub(super) fn often(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// I, you, she, he, we.
    pub(super) fn pronoun(&mut self) -> Who {
        let (person, many, feminine) = self.pick(&[
            (0, false, None),
            (1, false, None),
            (2, false, Some(true)),
            (2, false, Some(false)),
            (0, true, None),
        ]);
        Who { person, many, feminine, thing: false }
    }

    fn name(&mut self) -> Phrase {
        let feminine = self.often(50);
        Phrase::Name(self.pick(&NAMES[usize::from(!feminine)]), feminine)
    }

    /// Someone who does something, or is something.
    pub(super) fn someone(&mut self) -> Phrase {
        match self.rng.random_range(0..100) {
            0..36 => Phrase::Pronoun(self.pronoun()),
            36..48 => self.name(),
            48..54 => {
                let [one, mut other] = [0, 1].map(|_| self.somebody());
                while other.say(Mood::Plain).english == one.say(Mood::Plain).english {
                    other = self.somebody();
                }
                Phrase::Two(Box::new([one, other]))
            }
            54..62 => self.thing(ANIMAL, Mood::Plain),
            _ => self.thing(PERSON, Mood::Plain),
        }
    }

    /// One person, named or not.
    pub(super) fn somebody(&mut self) -> Phrase {
        if self.often(40) {
            return self.name();
        }
        let noun = self.noun(PERSON);
        let determiner = self.plain_determiner(noun, false);
        Phrase::Thing(Thing { noun, many: false, determiner, before: None, after: None })
    }

    fn noun(&mut self, kinds: Kinds) -> &'static Noun {
        loop {
            let noun = &NOUNS[self.rng.random_range(0..NOUNS.len())];
            if noun.kinds & kinds != 0 {
                return noun;
            }
        }
    }

    /// Something of these kinds, with all that may belong to it.
    pub(super) fn thing(&mut self, kinds: Kinds, mood: Mood) -> Phrase {
        let noun = self.noun(kinds);
        let mut many = noun.kinds & (SINGLE | MASS) == 0 && self.often(35);
        let denied = matches!(mood, Mood::Not | Mood::Never);
        let mut determiner = match self.rng.random_range(0..100) {
            0..30 => self.some(noun, many, denied),
            30..42 if noun.kinds & (KIN | MASS) == 0 && !denied => {
                many = true;
                Determiner::Count(self.rng.random_range(0..NUMBERS.len()))
            }
            _ => self.plain_determiner(noun, many),
        };
        if noun.kinds & KIN != 0 && !matches!(determiner, Determiner::Of(_)) {
            determiner = Determiner::Whose(self.rng.random_range(0..6));
        }
        let mut thing = Thing { noun, many, determiner, before: None, after: None };
        self.describe(&mut thing);
        Phrase::Thing(thing)
    }

    /// Some of it; but "not any kings" is seldom said of people.
    fn some(&mut self, noun: &'static Noun, many: bool, denied: bool) -> Determiner {
        if denied && noun.kinds & PERSON != 0 {
            return self.plain_determiner(noun, many);
        }
        Determiner::A
    }

    /// The, this, my, the girl's.
    pub(super) fn plain_determiner(&mut self, noun: &'static Noun, many: bool) -> Determiner {
        if noun.kinds & KIN != 0 {
            let of = !many && self.often(20);
            return if of { self.owned() } else { Determiner::Whose(self.rng.random_range(0..6)) };
        }
        let ownable = noun.kinds & PERSON == 0 || noun.kinds & RELATED != 0;
        match self.rng.random_range(0..100) {
            0..50 => Determiner::The,
            50..62 => Determiner::This,
            62..88 if ownable => Determiner::Whose(self.rng.random_range(0..6)),
            88..100 if ownable => self.owned(),
            _ => Determiner::The,
        }
    }

    /// Marie's, the girl's, my mother's.
    fn owned(&mut self) -> Determiner {
        if self.often(50) {
            return Determiner::Of(Box::new(self.name()));
        }
        let noun = self.noun(PERSON);
        let kin = noun.kinds & KIN != 0;
        let whose = Determiner::Whose(self.rng.random_range(0..6));
        let many = !kin && self.often(20);
        let determiner = if kin { whose } else { Determiner::The };
        let owner = Thing { noun, many, determiner, before: None, after: None };
        Determiner::Of(Box::new(Phrase::Thing(owner)))
    }

    /// Gives a thing an adjective, or two: a small one before it and a long one after it.
    fn describe(&mut self, thing: &mut Thing) {
        let kinds = thing.noun.kinds;
        let some = matches!(thing.determiner, Determiner::A | Determiner::All);
        let share = self.rng.random_range(0..100);
        if share < 22 && !(some && kinds & MASS != 0) {
            thing.before = self.adjective(|one| one.before && one.fits(kinds));
        }
        if (18..36).contains(&share) {
            thing.after = self.adjective(|one| !one.before && one.fits(kinds));
        }
    }

    /// One of those that fit, if there are any.
    pub(super) fn adjective(
        &mut self,
        fits: impl Fn(&Adjective) -> bool,
    ) -> Option<&'static Adjective> {
        let fitting: Vec<_> = ADJECTIVES.iter().filter(|one| fits(one)).collect();
        (!fitting.is_empty()).then(|| self.pick(&fitting))
    }

    /// What somebody or something is; I, you and we only what is the same for all.
    pub(super) fn trait_of(
        &mut self,
        phrase: &Phrase,
        compared: bool,
    ) -> Option<&'static Adjective> {
        let known = phrase.who().feminine.is_some();
        let kinds = phrase.kinds();
        self.adjective(|one| {
            let said = known || one.french[0] == one.french[1];
            one.is & kinds != 0 && said && !(compared && one.english[1].is_empty())
        })
    }

    /// On the table, near the old church.
    pub(super) fn spot(&mut self) -> Both {
        let at = self.rng.random_range(0..SPOTS.len());
        let kinds = [SURFACE, SURFACE, WALL, WALL, WALL, WALL][at];
        loop {
            let phrase = self.thing(kinds, Mood::Plain);
            let Phrase::Thing(thing) = &phrase else { continue };
            if matches!(thing.determiner, Determiner::Count(_)) || thing.many {
                continue;
            }
            let said = phrase.say(Mood::Plain);
            let [english, french] = SPOTS[at];
            return both(
                format!("{english} {}", said.english),
                format!("{french} {}", said.french),
            );
        }
    }
}
