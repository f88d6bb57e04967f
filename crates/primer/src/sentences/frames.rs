//! The kinds of sentences, and how often each is said: statements of one clause.

use rand::RngExt;

use super::action::{ANY, Wish};
use super::clause::{Way, be, spaced};
use super::draw::Speaker;
use super::nouns::{
    ANIMAL, BUILT, CLOTHES, DRINK, FOOD, KIN, Kinds, MASS, NAMES, NUMBERS, PERSON, READ, SURFACE,
    THING, VEHICLE,
};
use super::phrase::{Both, Determiner, Mood, Phrase, Who, both};
use super::places::{FEELINGS, PLACES};
use super::verbs::{BE, HAVE};
use super::{questions as ask, two};

/// All that can be seen.
pub(super) const VISIBLE: Kinds =
    ANIMAL | BUILT | CLOTHES | FOOD | DRINK | READ | SURFACE | THING | VEHICLE;

type Frame = fn(&mut Speaker) -> Option<Both>;

/// Each with its share of a hundred.
#[rustfmt::skip]
pub(super) const FRAMES: [(u32, Frame); 27] = [
    (24, statement), (9, described), (3, compared), (4, placed), (5, there_is), (4, feeling),
    (1, age), (1, name), (2, this_is), (2, identity),
    (6, ask::whether), (2, ask::whether_it_is), (4, ask::place), (3, ask::what), (2, ask::who),
    (2, ask::how_many), (1, ask::time), (2, ask::where_is), (1, ask::why), (4, two::told),
    (7, two::and_it), (4, two::but_it), (3, two::because), (2, two::whenever), (4, two::thinks),
    (4, two::one_who), (4, two::thing_that),
];

impl Speaker {
    /// One sentence without its capital, or none if the words drawn do not go together.
    pub(super) fn sentence(&mut self) -> Option<Both> {
        let total: u32 = FRAMES.iter().map(|(share, _)| share).sum();
        let mut drawn = self.rng.random_range(0..total);
        let (_, frame) = FRAMES.iter().find(|(share, _)| {
            let found = drawn < *share;
            drawn = drawn.saturating_sub(*share);
            found
        })?;
        frame(self)
    }
}

/// Ends a sentence.
pub(super) fn stop(said: &Both) -> Both {
    both(format!("{}.", said.english.trim_end()), format!("{}.", said.french.trim_end()))
}

/// One thing after another.
pub(super) fn joined(parts: &[&Both]) -> Both {
    let english: Vec<_> = parts.iter().map(|part| part.english.as_str()).collect();
    let french: Vec<_> = parts.iter().map(|part| part.french.as_str()).collect();
    both(spaced(&english), spaced(&french))
}

/// Is, is not: *est, n'est pas*.
pub(super) fn is(who: Who, denied: bool) -> Both {
    let [french, english] = [BE.french(who.form()), be(who).to_owned()];
    if !denied {
        return both(english, french);
    }
    both(format!("{english} not"), format!("ne {french} pas"))
}

/// Something that is spoken of, and is already known.
pub(super) fn known(speaker: &mut Speaker, kinds: Kinds) -> Phrase {
    loop {
        let phrase = speaker.thing(kinds, Mood::Plain);
        if let Phrase::Thing(thing) = &phrase
            && !matches!(thing.determiner, Determiner::A | Determiner::Count(_))
        {
            return phrase;
        }
    }
}

fn statement(speaker: &mut Speaker) -> Option<Both> {
    let subject = speaker.someone();
    Some(stop(&speaker.action(subject, &ANY)?.say()))
}

/// The house is old.
fn described(speaker: &mut Speaker) -> Option<Both> {
    let subject = if speaker.often(50) { speaker.someone() } else { known(speaker, VISIBLE) };
    Some(stop(&quality(speaker, &subject)?))
}

/// The old house; is; not; beautiful. The same word is not said twice.
pub(super) fn quality(speaker: &mut Speaker, subject: &Phrase) -> Option<Both> {
    let adjective = speaker.trait_of(subject, false)?;
    if let Phrase::Thing(thing) = subject
        && (thing.before.is_some() || thing.after.is_some())
    {
        return None;
    }
    let (who, denied) = (subject.who(), speaker.often(20));
    let quality = both(adjective.english[0], adjective.agreeing(who));
    Some(joined(&[&subject.say(Mood::Plain), &is(who, denied), &quality]))
}

/// The dog is bigger than the cat.
fn compared(speaker: &mut Speaker) -> Option<Both> {
    let kinds = speaker.pick(&[PERSON, ANIMAL, BUILT, CLOTHES, VEHICLE, READ]);
    let [subject, other] = [0, 1].map(|_| known(speaker, kinds));
    let adjective = speaker.trait_of(&subject, true)?;
    let [one, than] = [subject.say(Mood::Plain), other.say(Mood::Plain)];
    if adjective.is & other.kinds() == 0 || one.english == than.english {
        return None;
    }
    let who = subject.who();
    let more = both(adjective.english[1], format!("plus {}", adjective.agreeing(who)));
    Some(stop(&joined(&[&one, &is(who, false), &more, &both("than", "que"), &than])))
}

/// The key is under the bed.
fn placed(speaker: &mut Speaker) -> Option<Both> {
    let (subject, place) = if speaker.often(60) {
        (known(speaker, ANIMAL | THING | CLOTHES | READ), speaker.spot())
    } else {
        let place = PLACES[speaker.rng.random_range(0..PLACES.len())];
        (speaker.someone(), both(place[0], place[2]))
    };
    let (who, denied) = (subject.who(), speaker.often(15));
    Some(stop(&joined(&[&subject.say(Mood::Plain), &is(who, denied), &place])))
}

/// There are two birds in the garden.
fn there_is(speaker: &mut Speaker) -> Option<Both> {
    let denied = speaker.often(20);
    let mood = if denied { Mood::Not } else { Mood::Plain };
    let mut phrase = speaker.thing(ANIMAL | THING | CLOTHES | READ | FOOD | PERSON, mood);
    let Phrase::Thing(thing) = &mut phrase else { return None };
    let good_bread = thing.noun.kinds & MASS != 0 && thing.before.is_some();
    if thing.noun.kinds & KIN != 0 || good_bread {
        return None;
    }
    if denied || !matches!(thing.determiner, Determiner::Count(_)) {
        thing.determiner = Determiner::A;
    }
    let person = thing.noun.kinds & PERSON != 0;
    let verb = if thing.many { "are" } else { "is" };
    let mut said = phrase.say(mood);
    if denied && let Phrase::Thing(thing) = &mut phrase {
        thing.determiner = Determiner::All; // no birds
        said.english = phrase.say(mood).english;
    }
    let place = if person || speaker.often(40) {
        let place = PLACES[speaker.rng.random_range(0..PLACES.len() - 6)];
        both(place[0], place[2])
    } else {
        speaker.spot()
    };
    let there = match denied {
        true => both(format!("there {verb} no"), "il ne y a pas"),
        false => both(format!("there {verb}"), "il y a"),
    };
    Some(stop(&joined(&[&there, &said, &place])))
}

/// I am hungry, *j'ai faim*.
fn feeling(speaker: &mut Speaker) -> Option<Both> {
    let subject = speaker.someone();
    let denied = speaker.often(20);
    Some(stop(&joined(&[&subject.say(Mood::Plain), &feels(speaker, &subject, denied)])))
}

/// Is hungry, *a faim*. No animal is right.
pub(super) fn feels(speaker: &mut Speaker, subject: &Phrase, denied: bool) -> Both {
    let count = FEELINGS.len() - usize::from(subject.is_animal());
    let [english, french] = FEELINGS[speaker.rng.random_range(0..count)];
    let who = subject.who();
    let has = HAVE.french(who.form());
    let has = if denied { format!("ne {has} pas") } else { has };
    both(format!("{} {english}", is(who, denied).english), format!("{has} {french}"))
}

/// He is ten years old, *il a dix ans*.
fn age(speaker: &mut Speaker) -> Option<Both> {
    let subject = speaker.someone();
    let who = subject.who();
    let [english, french] = speaker.pick(&NUMBERS);
    let years = both(
        format!("{} {english} years old", be(who)),
        format!("{} {french} ans", HAVE.french(who.form())),
    );
    Some(stop(&joined(&[&subject.say(Mood::Plain), &years])))
}

/// Her name is Marie, *elle s'appelle Marie*.
fn name(speaker: &mut Speaker) -> Option<Both> {
    let who = speaker.pronoun();
    let name = speaker.pick(&NAMES[usize::from(who.feminine != Some(true))]);
    let (mine, calls) = match (who.form(), who.feminine) {
        (0, _) => ("my", "je me appelle"),
        (2, Some(true)) => ("her", "elle se appelle"),
        (2, _) => ("his", "il se appelle"),
        _ => return Some(both("what is your name?", "comment te appelles-tu ?")),
    };
    Some(both(format!("{mine} name is {name}."), format!("{calls} {name}.")))
}

/// This is my dog, *c'est mon chien*.
fn this_is(speaker: &mut Speaker) -> Option<Both> {
    let phrase = known(speaker, PERSON | VISIBLE);
    let Phrase::Thing(thing) = &phrase else { return None };
    if matches!(thing.determiner, Determiner::This) {
        return None;
    }
    let denied = speaker.often(20);
    let (english, french) = match (thing.many, denied) {
        (false, false) => ("this is", "c'est"),
        (false, true) => ("this is not", "ce ne est pas"),
        (true, false) => ("these are", "ce sont"),
        (true, true) => ("these are not", "ce ne sont pas"),
    };
    Some(stop(&joined(&[&both(english, french), &phrase.say(Mood::Plain)])))
}

/// Marie is my sister, *Marie est ma sœur*.
fn identity(speaker: &mut Speaker) -> Option<Both> {
    let one = speaker.somebody();
    let other = known(speaker, PERSON);
    let (first, second) = (one.who(), other.who());
    let named = matches!(one, Phrase::Name(..));
    if first.feminine != second.feminine || second.many || !named {
        return None;
    }
    let denied = speaker.often(15);
    let said = other.say(Mood::Plain);
    Some(stop(&joined(&[&one.say(Mood::Plain), &is(first, denied), &said])))
}

/// A wish for a clause that is plain and now.
pub(super) const PRESENT: Wish<'static> =
    Wish { ways: &[Way::Now, Way::Going], moods: &[Mood::Plain], object: None, rest: false };
