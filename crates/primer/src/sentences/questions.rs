//! Questions. Yes or no is asked with *est-ce que*, all else by turning the words round.

use rand::RngExt;

use super::action::{ANY, Wish};
use super::clause::{Way, be, spaced};
use super::draw::Speaker;
use super::frames::{PRESENT, VISIBLE, is, known};
use super::nouns::{ANIMAL, KIN, Kinds, MASS, NOUNS, PERSON};
use super::phrase::{Both, Mood, Phrase, Who, both};
use super::verbs::{
    AT, BEASTS, FROM, GIVE, LIKES, POINT, PUT, SELF, STATE, THERE, TO, VERBS, Verb,
};

/// Do you see the cat? *Est-ce que tu vois le chat ?*
pub(super) fn whether(speaker: &mut Speaker) -> Option<Both> {
    let subject = speaker.someone();
    let wish = Wish { moods: &[Mood::Asked], ..ANY };
    Some(speaker.action(subject, &wish)?.asked())
}

/// Is the girl happy? *Est-ce que la fille est heureuse ?*
pub(super) fn whether_it_is(speaker: &mut Speaker) -> Option<Both> {
    let subject = if speaker.often(60) { speaker.someone() } else { known(speaker, VISIBLE) };
    let adjective = speaker.trait_of(&subject, false)?;
    let (who, said) = (subject.who(), subject.say(Mood::Plain));
    let quality = adjective.agreeing(who);
    Some(both(
        format!("{} {} {}?", be(who), said.english, adjective.english[0]),
        format!("est-ce que {} {} {quality} ?", said.french, is(who, false).french),
    ))
}

/// Someone other than I: "where do I live?" is seldom asked.
fn other(speaker: &mut Speaker) -> Phrase {
    loop {
        let subject = speaker.someone();
        if subject.who().form() != 0 {
            return subject;
        }
    }
}

/// One who is called by a pronoun: you, she, he, we.
fn pronoun(speaker: &mut Speaker) -> Who {
    loop {
        let who = speaker.pronoun();
        if who.form() != 0 {
            return who;
        }
    }
}

fn verb(speaker: &mut Speaker, fits: impl Fn(&Verb) -> bool) -> &'static Verb {
    loop {
        let verb = &VERBS[speaker.rng.random_range(0..VERBS.len())];
        if fits(verb) {
            return verb;
        }
    }
}

/// Turned round: *habites-tu, mange-t-elle, se lève-t-il, mange la fille*.
fn turned(verb: &Verb, subject: &Phrase) -> String {
    let who = subject.who();
    let form = verb.french(who.form());
    if !matches!(subject, Phrase::Pronoun(_)) {
        return format!("{form} {}", subject.say(Mood::Plain).french);
    }
    let oneself = if verb.has(SELF) { who.oneself() } else { "" };
    let soft = if who.form() == 2 && form.ends_with(['a', 'e']) { "-t" } else { "" };
    format!("{oneself} {form}{soft}-{}", who.subject().french)
}

/// Do you live, is she eating.
fn asked(speaker: &mut Speaker, verb: &Verb, subject: &Phrase) -> String {
    let who = subject.who();
    let name = subject.say(Mood::Plain).english;
    if !verb.has(STATE) && speaker.often(40) {
        return format!("{} {name} {}", be(who), verb.english(3));
    }
    let does = if who.form() == 2 { "does" } else { "do" };
    format!("{does} {name} {}", verb.english(0))
}

/// Where do you live? *Où habites-tu ?* When do you leave? *Quand pars-tu ?*
pub(super) fn place(speaker: &mut Speaker) -> Option<Both> {
    let subject = other(speaker);
    let leaves = |verb: &Verb| matches!(verb.french, "partir" | "arriver" | "revenir" | "venir");
    if !subject.is_animal() && speaker.often(25) {
        let verb = verb(speaker, leaves);
        let english = asked(speaker, verb, &subject);
        return Some(both(
            format!("when {english}?"),
            format!("quand {} ?", turned(verb, &subject)),
        ));
    }
    let verb = verb(speaker, |verb| {
        let somewhere = verb.has(AT | THERE | TO) && !verb.has(SELF | FROM) && !leaves(verb);
        let fits = !subject.is_animal() || verb.has(BEASTS);
        verb.takes == 0 && somewhere && fits
    });
    let english = asked(speaker, verb, &subject);
    Some(both(format!("where {english}?"), format!("où {} ?", turned(verb, &subject))))
}

/// What does the girl eat? *Que mange la fille ?*
pub(super) fn what(speaker: &mut Speaker) -> Option<Both> {
    let subject = other(speaker);
    let verb = verb(speaker, |verb| {
        let thing = verb.takes & !(PERSON | ANIMAL) != 0;
        thing && !verb.has(PUT | GIVE | LIKES | POINT) && verb.french != "avoir"
    });
    if subject.is_animal() {
        return None;
    }
    let english = asked(speaker, verb, &subject);
    Some(both(format!("what {english}?"), format!("que {} ?", turned(verb, &subject))))
}

/// Who is eating the apple? *Qui mange la pomme ?*
pub(super) fn who(speaker: &mut Speaker) -> Option<Both> {
    let he = Who { person: 2, many: false, feminine: Some(false), thing: false };
    let wish = Wish { ways: &[Way::Now, Way::Going, Way::Past], ..PRESENT };
    let said = speaker.action(Phrase::Pronoun(he), &wish)?.predicate();
    Some(both(format!("who {}?", said.english), format!("qui {} ?", said.french)))
}

/// How many apples do you have? *Combien de pommes as-tu ?*
pub(super) fn how_many(speaker: &mut Speaker) -> Option<Both> {
    let subject = Phrase::Pronoun(pronoun(speaker));
    let verb = verb(speaker, |verb| {
        matches!(verb.french, "avoir" | "vouloir" | "voir" | "acheter" | "manger" | "boire")
            && verb.takes != 0
    });
    let fits = |kinds: Kinds| kinds & verb.takes != 0 && kinds & KIN == 0;
    let fitting: Vec<_> = NOUNS.iter().filter(|noun| fits(noun.kinds)).collect();
    let noun = speaker.pick(&fitting);
    let mass = noun.kinds & MASS != 0;
    let count = usize::from(!mass);
    let many = if mass { "much" } else { "many" };
    let does = if subject.who().form() == 2 { "does" } else { "do" };
    let asked = format!("{does} {} {}", subject.say(Mood::Plain).english, verb.english(0));
    Some(both(
        format!("how {many} {} {asked}?", noun.english[count]),
        format!("combien de {} {} ?", noun.french[count], turned(verb, &subject)),
    ))
}

/// What time do you get up? *À quelle heure te lèves-tu ?*
pub(super) fn time(speaker: &mut Speaker) -> Option<Both> {
    let subject = Phrase::Pronoun(pronoun(speaker));
    let verb = verb(speaker, |verb| {
        let moment = verb.has(SELF | FROM) || matches!(verb.french, "partir" | "arriver");
        moment && verb.french != "reposer"
    });
    let who = subject.who();
    let does = if who.form() == 2 { "does" } else { "do" };
    let english = format!("{does} {} {}", subject.say(Mood::Plain).english, verb.english(0));
    Some(both(
        format!("what time {english}?"),
        format!("à quelle heure {} ?", turned(verb, &subject)),
    ))
}

/// Where is my hat? *Où est mon chapeau ?*
pub(super) fn where_is(speaker: &mut Speaker) -> Option<Both> {
    let subject = match speaker.rng.random_range(0..10) {
        0..2 => speaker.somebody(),
        _ => known(speaker, VISIBLE),
    };
    let (who, said) = (subject.who(), subject.say(Mood::Plain));
    let french = is(who, false).french;
    Some(both(
        format!("where {} {}?", be(who), said.english),
        format!("où {french} {} ?", said.french),
    ))
}

/// Why are you sad? *Pourquoi es-tu triste ?* *Pourquoi la fille est-elle triste ?*
pub(super) fn why(speaker: &mut Speaker) -> Option<Both> {
    let subject = other(speaker);
    let adjective = speaker.trait_of(&subject, false)?;
    let (who, said) = (subject.who(), subject.say(Mood::Plain));
    let named = if matches!(subject, Phrase::Pronoun(_)) { "" } else { &said.french };
    let turned = format!("{}-{}", is(who, false).french, who.subject().french);
    Some(both(
        format!("why {} {} {}?", be(who), said.english, adjective.english[0]),
        spaced(&["pourquoi", named, &turned, &adjective.agreeing(who), "?"]),
    ))
}
