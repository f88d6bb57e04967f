//! Sentences of two clauses, and those in which someone is told what to do.

use super::action::{ANY, Wish};
use super::clause::{Clause, Object, Receiver, Way, be};
use super::draw::Speaker;
use super::frames::{VISIBLE, feels, is, joined, known, quality, stop};
use super::nouns::{ANIMAL, KIN, Kinds, MASS, PERSON};
use super::phrase::{Both, Determiner, Mood, Phrase, Thing, Who, both};
use super::places::WEATHER;
use super::verbs::{BE, GIVE, PUT, SAY, STATE, THINK, UNASKED, Verb};

/// Open the door! *Ouvre la porte !* Take the apple and eat it! Let us not eat it!
pub(super) fn told(speaker: &mut Speaker) -> Option<Both> {
    let person = usize::from(speaker.often(70));
    let who = Who { person, many: person == 0, feminine: None, thing: false };
    let wish = Wish {
        ways: &[Way::Now],
        moods: &[Mood::Plain, Mood::Plain, Mood::Plain, Mood::Not],
        object: None,
        rest: false,
    };
    let clause = speaker.action(Phrase::Pronoun(who), &wish)?;
    if clause.verb.has(UNASKED | STATE) || matches!(clause.object, Object::Pronoun(_)) {
        return None;
    }
    if matches!(clause.receiver, Receiver::Pronoun(_)) {
        return None;
    }
    let mut said = clause.told();
    if clause.mood == Mood::Plain && person == 1 && speaker.often(40) {
        let wish = Wish { moods: &[Mood::Plain], object: Some(stands_for(&clause)?), ..wish };
        let next = speaker.action(Phrase::Pronoun(who), &wish)?;
        if next.verb.has(UNASKED | STATE) || same(next.verb, clause.verb) {
            return None;
        }
        said = joined(&[&said, &both("and", "et"), &next.told()]);
    }
    Some(both(format!("{}!", said.english.trim_end()), format!("{} !", said.french)))
}

fn same(one: &Verb, other: &Verb) -> bool {
    one.english == other.english || one.french == other.french
}

/// The pronoun for what a clause is about, if it may have one, and what it stands for.
fn stands_for(clause: &Clause) -> Option<(Who, Kinds)> {
    let Object::Phrase(phrase) = &clause.object else { return None };
    let Phrase::Thing(thing) = phrase else { return None };
    // Of "some bread" one eats *en*; and apples in general are not those that one eats.
    let whole = thing.noun.kinds & MASS == 0 || !matches!(thing.determiner, Determiner::A);
    let fits = whole && !matches!(thing.determiner, Determiner::All);
    fits.then(|| (phrase.who(), thing.noun.kinds))
}

/// One of whom is said she, he or they, or I.
fn person(speaker: &mut Speaker) -> Phrase {
    loop {
        let subject = speaker.someone();
        if !subject.is_animal() {
            return subject;
        }
    }
}

/// The girl sees the apple and eats it, *la fille voit la pomme et la mange*.
pub(super) fn and_it(speaker: &mut Speaker) -> Option<Both> {
    let subject = person(speaker);
    let who = subject.who();
    let way = speaker.pick(&[Way::Now, Way::Now, Way::Past]);
    let wish = Wish { ways: &[way], moods: &[Mood::Plain], object: None, rest: false };
    let first = speaker.action(subject, &wish)?;
    let wish = Wish { object: Some(stands_for(&first)?), ..wish };
    let second = speaker.action(Phrase::Pronoun(who), &wish)?;
    let late = matches!(second.verb.french, "voir" | "entendre" | "trouver" | "chercher");
    if same(first.verb, second.verb) || late || first.verb.has(STATE) || second.verb.has(STATE) {
        return None;
    }
    Some(stop(&joined(&[&first.say(), &both("and", "et"), &second.predicate()])))
}

/// Marie has a book, but she does not read it, *mais elle ne le lit pas*.
pub(super) fn but_it(speaker: &mut Speaker) -> Option<Both> {
    let subject = person(speaker);
    let who = subject.who();
    let plain = Wish { ways: &[Way::Now, Way::Past], moods: &[Mood::Plain], ..ANY };
    let first = speaker.action(subject, &Wish { rest: false, ..plain })?;
    let object = Some(stands_for(&first)?);
    let ways =
        if first.way == Way::Past { &[Way::Past][..] } else { &[Way::Now, Way::Can, Way::Want] };
    let wish = Wish { ways, moods: &[Mood::Not], object, rest: false };
    let second = speaker.action(Phrase::Pronoun(who), &wish)?;
    if same(first.verb, second.verb) || first.verb.has(GIVE | PUT) || second.verb.has(GIVE) {
        return None;
    }
    let mut said = first.say();
    said.english = said.english.trim_end().to_owned() + ",";
    said.french = said.french.trim_end().to_owned() + ",";
    Some(stop(&joined(&[&said, &both("but", "mais"), &second.say()])))
}

/// What one is for a reason.
const FOR_A_REASON: [&str; 6] = ["happy", "sad", "tired", "sick", "rich", "famous"];

/// The boys are sad because they lost their ball, *parce qu'ils ont perdu leur ballon*.
pub(super) fn because(speaker: &mut Speaker) -> Option<Both> {
    let subject = person(speaker);
    if speaker.often(40) {
        return because_it_is(speaker, subject);
    }
    let first = quality(speaker, &subject)?;
    if !FOR_A_REASON.iter().any(|word| first.english.ends_with(word)) {
        return None;
    }
    let who = subject.who();
    let wish = Wish {
        ways: &[Way::Past, Way::Past, Way::Soon],
        moods: &[Mood::Plain, Mood::Plain, Mood::Not],
        object: None,
        rest: false,
    };
    let mut second = speaker.action(Phrase::Pronoun(who), &wish)?;
    if let Object::Phrase(Phrase::Thing(thing)) = &mut second.object
        && matches!(thing.determiner, Determiner::Whose(_))
    {
        thing.determiner = Determiner::Whose(who.owner());
    }
    Some(stop(&joined(&[&first, &both("because", "parce que"), &second.say()])))
}

/// She sleeps because she is tired.
fn because_it_is(speaker: &mut Speaker, subject: Phrase) -> Option<Both> {
    let who = subject.who();
    let wish = Wish { moods: &[Mood::Plain, Mood::Not], rest: false, ..ANY };
    let first = speaker.action(subject, &wish)?;
    let again = Phrase::Pronoun(who);
    let second = state(speaker, &again)?;
    Some(stop(&joined(&[&first.say(), &both("because", "parce que"), &second])))
}

/// She is tired, she is hungry.
fn state(speaker: &mut Speaker, subject: &Phrase) -> Option<Both> {
    if speaker.often(50) {
        return quality(speaker, subject);
    }
    Some(joined(&[&subject.say(Mood::Plain), &feels(speaker, subject, false)]))
}

/// When it rains, she stays at home. If he is tired, he sleeps, *s'il est fatigué, il dort*.
pub(super) fn whenever(speaker: &mut Speaker) -> Option<Both> {
    let (when, subject, mut first) = if speaker.often(60) {
        let [english, french] = speaker.pick(&WEATHER);
        (speaker.often(50), person(speaker), both(english, french))
    } else {
        let subject = Phrase::Pronoun(speaker.pronoun());
        let first = state(speaker, &subject)?;
        (speaker.often(50), subject, first)
    };
    let wish = Wish {
        ways: &[Way::Now, Way::Now, Way::Can, Way::Must],
        moods: &[Mood::Plain, Mood::Plain, Mood::Not],
        object: None,
        rest: false,
    };
    let second = speaker.action(subject, &wish)?;
    if second.verb.has(STATE) {
        return None;
    }
    first.english.push(',');
    first.french.push(',');
    let word = if when { both("when", "quand") } else { both("if", "si") };
    Some(stop(&joined(&[&word, &first, &second.say()])))
}

/// I think that the queen is sick, *je pense que la reine est malade*.
pub(super) fn thinks(speaker: &mut Speaker) -> Option<Both> {
    let subject = person(speaker);
    let who = subject.who();
    let verb = if speaker.often(50) { &THINK } else { &SAY };
    let third = usize::from(who.form() == 2);
    let that =
        both(format!("{} that", verb.english(third)), format!("{} que", verb.french(who.form())));
    let inner = speaker.someone();
    let said = if speaker.often(40) {
        state(speaker, &inner)?
    } else {
        speaker.action(inner, &Wish { rest: false, ..ANY })?.say()
    };
    Some(stop(&joined(&[&subject.say(Mood::Plain), &that, &said])))
}

/// The girl who reads the book is happy, *la fille qui lit le livre est heureuse*.
pub(super) fn one_who(speaker: &mut Speaker) -> Option<Both> {
    let subject = plain(speaker, PERSON)?;
    let who = subject.who();
    let adjective = speaker.trait_of(&subject, false)?;
    let wish = Wish {
        ways: &[Way::Now, Way::Going, Way::Past],
        moods: &[Mood::Plain, Mood::Plain, Mood::Not],
        object: None,
        rest: false,
    };
    let said = subject.say(Mood::Plain);
    let does = speaker.action(subject, &wish)?.predicate();
    let quality = both(adjective.english[0], adjective.agreeing(who));
    Some(stop(&joined(&[&said, &both("who", "qui"), &does, &is(who, false), &quality])))
}

/// The one of whom more is said: without an adjective.
fn plain(speaker: &mut Speaker, kinds: Kinds) -> Option<Phrase> {
    let phrase = known(speaker, kinds);
    let Phrase::Thing(Thing { noun, many, .. }) = phrase else { return None };
    if noun.kinds & KIN != 0 {
        return None;
    }
    let determiner = Determiner::The;
    Some(Phrase::Thing(Thing { noun, many, determiner, before: None, after: None }))
}

/// The apple that Marie ate is red, *la pomme que Marie a mangée est rouge*.
pub(super) fn thing_that(speaker: &mut Speaker) -> Option<Both> {
    let thing = plain(speaker, VISIBLE & !ANIMAL)?;
    let who = thing.who();
    let adjective = speaker.trait_of(&thing, false)?;
    let subject = person(speaker);
    let wish = Wish {
        ways: &[Way::Now, Way::Going, Way::Past, Way::Past, Way::Want],
        moods: &[Mood::Plain],
        object: Some((who, thing.kinds())),
        rest: false,
    };
    let mut clause = speaker.action(subject, &wish)?;
    if clause.verb.has(GIVE) {
        return None;
    }
    clause.object = Object::Ahead(who);
    let quality = both(adjective.english[0], adjective.agreeing(who));
    let verb = both(be(who), BE.french(who.form()));
    Some(stop(&joined(&[
        &thing.say(Mood::Plain),
        &both("that", "que"),
        &clause.say(),
        &verb,
        &quality,
    ])))
}
