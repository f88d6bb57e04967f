//! Who does what, said in both languages.

use super::phrase::{Both, Mood, Phrase, Who, both};
use super::verbs::{BE, CAN, ETRE, GO, HAVE, MUST, SELF, Verb, WANT};

/// When it is done, or how.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// She eats, *elle mange*.
    Now,
    /// She is eating: in French the same.
    Going,
    /// She ate, *elle a mangé*.
    Past,
    /// She is going to eat, *elle va manger*.
    Soon,
    /// She wants to eat, *elle veut manger*.
    Want,
    Can,
    Must,
}

/// What it is done to.
pub(super) enum Object {
    Nothing,
    Phrase(Phrase),
    /// It, him, them: before the verb in French.
    Pronoun(Who),
    /// Said already: the apple that she ate, *la pomme qu'elle a mangée*.
    Ahead(Who),
}

/// To whom it is given.
pub(super) enum Receiver {
    Nobody,
    Phrase(Phrase),
    Pronoun(Who),
}

pub(super) struct Clause {
    pub subject: Phrase,
    pub verb: &'static Verb,
    pub way: Way,
    pub mood: Mood,
    pub object: Object,
    pub receiver: Receiver,
    /// Often, always.
    pub often: Option<[&'static str; 2]>,
    /// Where and when.
    pub rest: Vec<Both>,
}

impl Clause {
    /// The whole of it.
    pub(super) fn say(&self) -> Both {
        let subject = self.subject.say(Mood::Plain);
        let rest = self.predicate();
        both(
            format!("{} {}", subject.english, rest.english),
            format!("{} {}", subject.french, rest.french),
        )
    }

    /// All but the one who does it.
    pub(super) fn predicate(&self) -> Both {
        let who = self.subject.who();
        let (helper, main) = english_verb(who, self.verb, self.way, self.mood);
        let often = self.often.map(|often| often[0]).unwrap_or_default();
        let helper = match (self.mood, helper.as_str()) {
            (Mood::Not, "can") => "cannot".to_owned(),
            (Mood::Not, _) => format!("{helper} not"),
            (Mood::Never, _) => format!("{helper} never"),
            _ => helper,
        };
        let behind = self.behind();
        let english = [&helper, often, &main, &behind.english];
        both(spaced(&english), format!("{} {}", self.french_verb(), behind.french))
    }

    /// Asked for yes or no: does she eat it? *Est-ce qu'elle la mange ?*
    pub(super) fn asked(&self) -> Both {
        let subject = self.subject.say(Mood::Plain);
        let (helper, main) = english_verb(self.subject.who(), self.verb, self.way, Mood::Asked);
        let behind = self.behind();
        both(
            spaced(&[&helper, &subject.english, &main, &behind.english]) + "?",
            format!("est-ce que {} {} {} ?", subject.french, self.french_verb(), behind.french),
        )
    }

    /// Told to do it: eat it! *mange-la !* But for the sign.
    pub(super) fn told(&self) -> Both {
        let behind = self.behind();
        let form = self.subject.who().form();
        let verb = told_form(self.verb, form);
        let oneself = if form == 1 { "toi" } else { "nous" };
        let pronoun = match self.object {
            Object::Pronoun(who) => Some(who.object().french),
            _ => None,
        };
        let denied = self.mood == Mood::Not;
        let french = match pronoun {
            Some(it) if denied => format!("ne {it} {verb} pas"),
            Some(it) => format!("{verb}-{it}"),
            None if self.verb.has(SELF) && denied => {
                format!("ne {} {verb} pas", self.subject.who().oneself())
            }
            None if self.verb.has(SELF) => format!("{verb}-{oneself}"),
            None if denied => format!("ne {verb} pas"),
            None => verb,
        };
        let english = match (form, denied) {
            (1, true) => "do not",
            (1, false) => "",
            (_, true) => "let us not",
            (_, false) => "let us",
        };
        both(
            spaced(&[english, &self.verb.english(0), &behind.english]),
            format!("{french} {}", behind.french),
        )
    }

    /// What follows the verb.
    fn behind(&self) -> Both {
        let (mut english, mut french) = (vec![], vec![]);
        match &self.object {
            Object::Nothing | Object::Ahead(_) => {}
            Object::Phrase(phrase) => {
                let said = phrase.say(self.mood);
                english.push(said.english);
                french.push(said.french);
            }
            Object::Pronoun(who) => english.push(who.object().english),
        }
        match &self.receiver {
            Receiver::Nobody => {}
            Receiver::Phrase(phrase) => {
                let said = phrase.say(Mood::Plain);
                english.push(format!("to {}", said.english));
                french.push(format!("à {}", said.french));
            }
            // "gives me an apple"
            Receiver::Pronoun(who) => english.insert(0, who.receiver().english),
        }
        for said in &self.rest {
            english.push(said.english.clone());
            french.push(said.french.clone());
        }
        both(english.join(" "), french.join(" "))
    }

    /// The verb with what stands around it: *ne la mange pas*, *ne l'a pas mangée*.
    fn french_verb(&self) -> String {
        let who = self.subject.who();
        let mut pronoun = match (&self.object, &self.receiver) {
            (Object::Pronoun(who), _) => who.object().french,
            (_, Receiver::Pronoun(who)) => who.receiver().french,
            _ => String::new(),
        };
        if self.verb.has(SELF) {
            pronoun = who.oneself().to_owned();
        }
        let pronoun = pronoun.as_str();
        let (ne, pas) = match self.mood {
            Mood::Not => ("ne", "pas"),
            Mood::Never => ("ne", "jamais"),
            Mood::Plain | Mood::Asked => ("", self.often.map_or("", |often| often[1])),
        };
        let first = |verb: &Verb| verb.french(who.form());
        match self.way {
            Way::Now | Way::Going => spaced(&[ne, pronoun, &first(self.verb), pas]),
            Way::Past => {
                let helper = if self.verb.has(ETRE | SELF) { &BE } else { &HAVE };
                spaced(&[ne, pronoun, &first(helper), pas, &self.participle()])
            }
            Way::Soon | Way::Want | Way::Can | Way::Must => {
                let helper = first(self.way.helper());
                spaced(&[ne, &helper, pas, pronoun, self.verb.french])
            }
        }
    }

    /// It agrees with the one who did it after *être*, with what it was done to if that stands
    /// before it, and else with nothing.
    fn participle(&self) -> String {
        let agrees = match &self.object {
            Object::Pronoun(who) | Object::Ahead(who) => Some(*who),
            _ if self.verb.has(ETRE | SELF) => Some(self.subject.who()),
            _ => None,
        };
        let feminine = agrees.and_then(|who| who.feminine).unwrap_or(false);
        self.verb.participle(feminine, agrees.is_some_and(|who| who.many))
    }
}

impl Way {
    /// The verb that stands before another.
    fn helper(self) -> &'static Verb {
        match self {
            Way::Want => &WANT,
            Way::Can => &CAN,
            Way::Must => &MUST,
            _ => &GO,
        }
    }
}

/// am, are, is.
pub(super) fn be(who: Who) -> &'static str {
    ["am", "are", "is", "are", "are"][who.form()]
}

/// The helper, "does", and the rest, "eat". Said plainly the simple forms have no helper.
fn english_verb(who: Who, verb: &Verb, way: Way, mood: Mood) -> (String, String) {
    let third = usize::from(who.form() == 2);
    let helped = matches!(mood, Mood::Not | Mood::Asked);
    let does = if helped { ["do", "does"][third] } else { "" };
    let third = if helped { 0 } else { third };
    let base = verb.english(0);
    let (helper, rest) = match way {
        Way::Now => (does, verb.english(third)),
        Way::Going => (be(who), verb.english(3)),
        Way::Past if helped => ("did", base),
        Way::Past => ("", verb.english(2)),
        Way::Soon => (be(who), format!("going to {base}")),
        Way::Want => (does, format!("{} to {base}", WANT.english(third))),
        Way::Can => ("can", base),
        Way::Must => ("must", base),
    };
    (helper.to_owned(), rest)
}

/// The form in which one is told: that of tu without its s after an e, and *va*; that of nous.
fn told_form(verb: &Verb, form: usize) -> String {
    let mut said = verb.french(form);
    if said.ends_with("es") || said == "vas" {
        said.pop();
    }
    said
}

/// Words with one space between two.
pub(super) fn spaced(words: &[&str]) -> String {
    let words: Vec<_> =
        words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
