//! A clause, drawn so that its parts go together.

use rand::RngExt;

use super::clause::{Clause, Object, Receiver, Way};
use super::draw::Speaker;
use super::nouns::{Kinds, PERSON};
use super::phrase::{Both, Determiner, Mood, Phrase, Who, both};
use super::places::{AFTER, BEFORE, FAR, HABITS, NOW, OFTEN, PLACES};
use super::verbs::{
    AT, BEASTS, ETRE, FROM, GIVE, LIKES, POINT, PUT, SAME, SELF, STATE, THERE, TO, UNASKED, VERBS,
    Verb,
};

/// What a clause may be.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub ways: &'a [Way],
    pub moods: &'a [Mood],
    /// What it is done to, said before: a pronoun, and what it stands for.
    pub object: Option<(Who, Kinds)>,
    /// With time and place.
    pub rest: bool,
}

/// Anything.
pub(super) const ANY: Wish = Wish {
    ways: &[
        Way::Now,
        Way::Now,
        Way::Now,
        Way::Going,
        Way::Going,
        Way::Past,
        Way::Past,
        Way::Past,
        Way::Soon,
        Way::Want,
        Way::Can,
        Way::Must,
    ],
    moods: &[
        Mood::Plain,
        Mood::Plain,
        Mood::Plain,
        Mood::Plain,
        Mood::Plain,
        Mood::Not,
        Mood::Not,
        Mood::Never,
    ],
    object: None,
    rest: true,
};

/// Whether the words can be said together, and mean one thing only.
fn allowed(verb: &Verb, way: Way, mood: Mood, who: Who, wish: &Wish) -> bool {
    let past = way == Way::Past;
    let simple = matches!(way, Way::Now | Way::Past) && matches!(mood, Mood::Plain | Mood::Never);
    let agrees = match wish.object {
        Some((object, _)) => Some(object),
        None => verb.has(ETRE | SELF).then_some(who),
    };
    let takes = wish.object.is_none_or(|(_, kinds)| verb.takes & kinds != 0 && !verb.has(PUT));
    takes
        && (!who.thing || verb.has(BEASTS))
        && (!verb.has(STATE) || way == Way::Now)
        && (!verb.has(POINT) || way != Way::Going)
        && (mood != Mood::Never || (way == Way::Now && !verb.has(STATE)))
        && (!verb.has(SAME) || !simple || who.form() == 2)
        && (!verb.has(UNASKED) || !matches!(way, Way::Want | Way::Must))
        && (!past || agrees.is_none_or(|who| who.feminine.is_some()))
}

impl Speaker {
    /// What someone does; nothing if no verb is found that goes with it.
    pub(super) fn action(&mut self, subject: Phrase, wish: &Wish) -> Option<Clause> {
        let who = subject.who();
        for _ in 0..1000 {
            let verb = &VERBS[self.rng.random_range(0..VERBS.len())];
            let (way, mood) = (self.pick(wish.ways), self.pick(wish.moods));
            if allowed(verb, way, mood, who, wish) {
                return Some(self.complete(subject, verb, way, mood, wish));
            }
        }
        None
    }

    /// What it is done to, for whom, where and when.
    fn complete(
        &mut self,
        subject: Phrase,
        verb: &'static Verb,
        way: Way,
        mood: Mood,
        wish: &Wish,
    ) -> Clause {
        let object = match wish.object {
            Some((who, _)) => Object::Pronoun(who),
            None if verb.takes == 0 => Object::Nothing,
            None => self.object(verb, way, mood, subject.who()),
        };
        let receiver = if verb.has(GIVE) {
            self.receiver(&subject, matches!(object, Object::Phrase(_)))
        } else {
            Receiver::Nobody
        };
        let mut rest = vec![];
        if verb.has(PUT) {
            rest.push(self.spot());
        }
        rest.extend(self.place(verb, wish.rest));
        let mut often = None;
        if wish.rest && !verb.has(STATE) {
            if way == Way::Now && mood == Mood::Plain && self.often(15) {
                often = Some(self.pick(&OFTEN));
            } else {
                rest.extend(self.time(way, mood));
            }
        }
        Clause { subject, verb, way, mood, object, receiver, often, rest }
    }

    /// Something; or someone known: "he sees me".
    fn object(&mut self, verb: &Verb, way: Way, mood: Mood, subject: Who) -> Object {
        if verb.takes & PERSON != 0 && self.often(25) {
            let who = self.other_than(subject);
            if way != Way::Past || who.feminine.is_some() {
                return Object::Pronoun(who);
            }
        }
        let mut phrase = self.thing(verb.takes, mood);
        while verb.has(LIKES) {
            if let Phrase::Thing(thing) = &mut phrase
                && matches!(thing.determiner, Determiner::A)
                && thing.noun.english[1].is_empty() != thing.many
            {
                thing.determiner = Determiner::All;
            }
            let Phrase::Thing(thing) = &phrase else { break };
            if !matches!(thing.determiner, Determiner::A | Determiner::Count(_)) {
                break;
            }
            phrase = self.thing(verb.takes, mood);
        }
        Object::Phrase(phrase)
    }

    /// One who is not the same: nobody "sees me" who is I.
    fn other_than(&mut self, subject: Who) -> Who {
        loop {
            let who = self.pronoun();
            if who.person == 2 || who.person != subject.person {
                return who;
            }
        }
    }

    /// Nobody gives anything to himself.
    fn receiver(&mut self, subject: &Phrase, pronoun: bool) -> Receiver {
        if pronoun && self.often(50) {
            return Receiver::Pronoun(self.other_than(subject.who()));
        }
        loop {
            let other = self.somebody();
            if other.say(Mood::Plain).english != subject.say(Mood::Plain).english {
                return Receiver::Phrase(other);
            }
        }
    }

    /// Where it is done.
    fn place(&mut self, verb: &Verb, rest: bool) -> Option<Both> {
        let near = PLACES.len() - FAR;
        let mut draw = |from, to| PLACES[self.rng.random_range(from..to)];
        if verb.has(TO) {
            let place = draw(0, PLACES.len());
            Some(both(format!("to {}", place[1]), place[3]))
        } else if verb.has(FROM) {
            let place = draw(0, PLACES.len());
            Some(both(format!("from {}", place[1]), place[4]))
        } else if verb.has(THERE) {
            let from = if verb.has(STATE) { near } else { 0 }; // one lives in a town
            let place = draw(from, PLACES.len());
            Some(both(place[0], place[2]))
        } else if verb.has(AT) && rest && self.often(22) {
            let place = PLACES[self.rng.random_range(0..near)];
            Some(both(place[0], place[2]))
        } else {
            None
        }
    }

    /// When it is done.
    fn time(&mut self, way: Way, mood: Mood) -> Option<Both> {
        let (share, times): (_, &[[&str; 2]]) = match way {
            Way::Now if mood == Mood::Never => (20, &HABITS[1..]),
            Way::Now => (30, &HABITS),
            Way::Going => (25, &NOW),
            Way::Past => (35, &BEFORE),
            Way::Soon => (35, &AFTER),
            _ => (15, &AFTER),
        };
        let [english, french] = self.pick(times);
        self.often(share).then(|| both(english, french))
    }
}
