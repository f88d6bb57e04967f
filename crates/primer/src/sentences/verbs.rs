//! The verbs, and what they take.

use super::french::agree;
use super::nouns::{
    ANIMAL, BUILT, CAR, CLOTHES, COOKED, DRINK, FOOD, FRAGILE, Kinds, OPEN, PERSON, READ, SURFACE,
    THING, VEHICLE, WASHED, WRITE,
};

/// Its past is made with *être*, and agrees: *elle est venue*.
pub(super) const ETRE: u32 = 1;
/// Done to oneself in French: *elle se lève*.
pub(super) const SELF: u32 = 1 << 1;
/// Nobody "is knowing", and the past would be *savait* and not *a su*: it is said of now alone.
pub(super) const STATE: u32 = 1 << 2;
/// Nobody "is finding": the present is the simple one.
pub(super) const POINT: u32 = 1 << 13;
/// "Apples" in general are liked: *les pommes*, while some are eaten: *des pommes*.
pub(super) const LIKES: u32 = 1 << 3;
/// "I read", now or before? Said only where it is clear.
pub(super) const SAME: u32 = 1 << 4;
/// May be said of animals too.
pub(super) const BEASTS: u32 = 1 << 5;
/// May be done somewhere.
pub(super) const AT: u32 = 1 << 6;
/// Must be done somewhere.
pub(super) const THERE: u32 = 1 << 7;
/// Leads to a place.
pub(super) const TO: u32 = 1 << 8;
/// Leads from a place.
pub(super) const FROM: u32 = 1 << 9;
/// Leaves something on, under or behind something else.
pub(super) const PUT: u32 = 1 << 10;
/// May be done for someone: *donner à*.
pub(super) const GIVE: u32 = 1 << 11;
/// Nothing can be said to do it: "Sleep!" is, "Fall!" is not.
pub(super) const UNASKED: u32 = 1 << 12;

/// What is done.
pub(super) struct Verb {
    /// `see sees saw seeing`, and behind a bar what follows: `look looks looked looking|at`.
    pub english: &'static str,
    /// The infinitive.
    pub french: &'static str,
    /// je, tu, il, nous, ils and the participle; nothing if it goes by its ending.
    pub forms: &'static str,
    pub takes: Kinds,
    pub traits: u32,
}

const fn verb(
    english: &'static str,
    french: &'static str,
    forms: &'static str,
    takes: Kinds,
    traits: u32,
) -> Verb {
    Verb { english, french, forms, takes, traits }
}

const CARRIED: Kinds = THING | CLOTHES | READ;

#[rustfmt::skip]
pub(super) const VERBS: &[Verb] = &[
    // Done to something.
    verb("see sees saw seeing", "voir", "vois vois voit voyons voient vu", PERSON | ANIMAL | THING | VEHICLE | BUILT, AT | BEASTS | POINT | UNASKED),
    verb("hear hears heard hearing", "entendre", "", PERSON | ANIMAL, BEASTS | POINT | UNASKED),
    verb("look looks looked looking|at", "regarder", "", PERSON | ANIMAL | THING | CLOTHES | BUILT, BEASTS),
    verb("look looks looked looking|for", "chercher", "", PERSON | ANIMAL | CARRIED, AT | BEASTS),
    verb("find finds found finding", "trouver", "", CARRIED | ANIMAL, AT | POINT | UNASKED),
    verb("lose loses lost losing", "perdre", "", CARRIED, AT | POINT | UNASKED),
    verb("have has had having", "avoir", "ai as a avons ont eu", CARRIED | ANIMAL | VEHICLE, STATE | UNASKED),
    verb("want wants wanted wanting", "vouloir", "veux veux veut voulons veulent voulu", CARRIED | FOOD | DRINK | VEHICLE, STATE | UNASKED),
    verb("like likes liked liking", "aimer", "", CLOTHES | ANIMAL | FOOD | DRINK | WRITE, STATE | LIKES | UNASKED),
    verb("hate hates hated hating", "détester", "", ANIMAL | FOOD | DRINK, STATE | LIKES | UNASKED),
    verb("know knows knew knowing", "connaître", "connais connais connaît connaissons connaissent connu", PERSON, STATE | UNASKED),
    verb("eat eats ate eating", "manger", "", FOOD, AT),
    verb("drink drinks drank drinking", "boire", "bois bois boit buvons boivent bu", DRINK, AT),
    verb("make makes made making", "faire", "fais fais fait faisons font fait", COOKED, AT),
    verb("buy buys bought buying", "acheter", "achète achètes achète achetons achètent acheté", CARRIED | FOOD | DRINK | VEHICLE | SURFACE, AT),
    verb("sell sells sold selling", "vendre", "", THING | CLOTHES | FOOD | VEHICLE | SURFACE, AT),
    verb("take takes took taking", "prendre", "prends prends prend prenons prennent pris", CARRIED | FOOD, 0),
    verb("choose chooses chose choosing", "choisir", "", THING | CLOTHES | READ, 0),
    verb("carry carries carried carrying", "porter", "", THING, 0),
    verb("wear wears wore wearing", "porter", "", CLOTHES, 0),
    verb("read reads read reading", "lire", "lis lis lit lisons lisent lu", READ | WRITE, AT | SAME),
    verb("write writes wrote writing", "écrire", "écris écris écrit écrivons écrivent écrit", WRITE, AT),
    verb("open opens opened opening", "ouvrir", "ouvre ouvres ouvre ouvrons ouvrent ouvert", OPEN, 0),
    verb("close closes closed closing", "fermer", "", OPEN, 0),
    verb("wash washes washed washing", "laver", "", CLOTHES | WASHED, AT),
    verb("break breaks broke breaking", "casser", "", FRAGILE, UNASKED | POINT),
    verb("draw draws drew drawing", "dessiner", "", ANIMAL | BUILT | VEHICLE, AT),
    verb("drive drives drove driving", "conduire", "conduis conduis conduit conduisons conduisent conduit", CAR, 0),
    verb("help helps helped helping", "aider", "", PERSON, 0),
    verb("call calls called calling", "appeler", "appelle appelles appelle appelons appellent appelé", PERSON, 0),
    verb("follow follows followed following", "suivre", "suis suis suit suivons suivent suivi", PERSON | ANIMAL, BEASTS),
    verb("wait waits waited waiting|for", "attendre", "", PERSON, AT),
    verb("give gives gave giving", "donner", "", CARRIED | FOOD, GIVE),
    verb("show shows showed showing", "montrer", "", CARRIED | BUILT, GIVE),
    verb("put puts put putting", "mettre", "mets mets met mettons mettent mis", CARRIED, PUT | SAME),
    // Done alone.
    verb("sleep sleeps slept sleeping", "dormir", "dors dors dort dormons dorment dormi", 0, AT | BEASTS),
    verb("run runs ran running", "courir", "cours cours court courons courent couru", 0, AT | BEASTS),
    verb("eat eats ate eating", "manger", "", 0, AT | BEASTS),
    verb("swim swims swam swimming", "nager", "", 0, BEASTS),
    verb("work works worked working", "travailler", "", 0, AT),
    verb("sing sings sang singing", "chanter", "", 0, AT),
    verb("dance dances danced dancing", "danser", "", 0, AT),
    verb("play plays played playing", "jouer", "", 0, AT | BEASTS),
    verb("laugh laughs laughed laughing", "rire", "ris ris rit rions rient ri", 0, 0),
    verb("live lives lived living", "habiter", "", 0, THERE | STATE | UNASKED),
    verb("stay stays stayed staying", "rester", "", 0, THERE | ETRE | BEASTS),
    verb("go goes went going", "aller", "vais vas va allons vont allé", 0, TO | ETRE | BEASTS),
    verb("come comes came coming", "venir", "viens viens vient venons viennent venu", 0, TO | ETRE | BEASTS),
    verb("come comes came coming|back", "revenir", "reviens reviens revient revenons reviennent revenu", 0, FROM | ETRE | BEASTS | UNASKED),
    verb("arrive arrives arrived arriving", "arriver", "", 0, AT | ETRE | UNASKED),
    verb("leave leaves left leaving", "partir", "pars pars part partons partent parti", 0, ETRE),
    verb("fall falls fell falling", "tomber", "", 0, ETRE | BEASTS | UNASKED),
    verb("get gets got getting|up", "lever", "lève lèves lève levons lèvent levé", 0, SELF),
    verb("wake wakes woke waking|up", "réveiller", "", 0, SELF | BEASTS | UNASKED),
    verb("get gets got getting|dressed", "habiller", "", 0, SELF),
    verb("rest rests rested resting", "reposer", "", 0, SELF | AT | BEASTS),
    verb("fall falls fell falling|asleep", "endormir", "endors endors endort endormons endorment endormi", 0, SELF | BEASTS | UNASKED),
];

/// What a verb is made with: avoir, être, and those that stand before another verb.
#[rustfmt::skip]
pub(super) const HAVE: Verb = verb("have has had having", "avoir", "ai as a avons ont eu", 0, STATE);
#[rustfmt::skip]
pub(super) const BE: Verb = verb("be is was being", "être", "suis es est sommes sont été", 0, STATE);
#[rustfmt::skip]
pub(super) const GO: Verb = verb("go goes went going", "aller", "vais vas va allons vont allé", 0, STATE);
#[rustfmt::skip]
pub(super) const WANT: Verb = verb("want wants wanted wanting", "vouloir", "veux veux veut voulons veulent voulu", 0, STATE);
#[rustfmt::skip]
pub(super) const CAN: Verb = verb("can can could", "pouvoir", "peux peux peut pouvons peuvent pu", 0, STATE);
#[rustfmt::skip]
pub(super) const MUST: Verb = verb("must must must", "devoir", "dois dois doit devons doivent dû", 0, STATE);
pub(super) const THINK: Verb = verb("think thinks thought thinking", "penser", "", 0, STATE);
#[rustfmt::skip]
pub(super) const SAY: Verb = verb("say says said saying", "dire", "dis dis dit disons disent dit", 0, STATE);

impl Verb {
    pub(super) fn has(&self, traits: u32) -> bool {
        self.traits & traits != 0
    }

    /// The infinitive 0, the third person 1, the past 2, the `-ing` 3.
    pub(super) fn english(&self, form: usize) -> String {
        let (forms, particle) = self.english.split_once('|').unwrap_or((self.english, ""));
        let word = forms.split(' ').nth(form).unwrap_or_default();
        format!("{word} {particle}").trim_end().to_owned()
    }

    /// je 0, tu 1, il or elle 2, nous 3, ils or elles 4, and the participle 5.
    pub(super) fn french(&self, form: usize) -> String {
        if !self.forms.is_empty() {
            return self.forms.split(' ').nth(form).unwrap_or_default().to_owned();
        }
        let (stem, ending) = self.french.split_at(self.french.len() - 2);
        let endings = match ending {
            "er" => ["e", "es", "e", "ons", "ent", "é"],
            "ir" => ["is", "is", "it", "issons", "issent", "i"],
            _ => ["s", "s", "", "ons", "ent", "u"],
        };
        let soft = if stem.ends_with('g') && form == 3 { "e" } else { "" }; // mangeons
        format!("{stem}{soft}{}", endings[form])
    }

    /// vu, vue, vus, vues.
    pub(super) fn participle(&self, feminine: bool, many: bool) -> String {
        let word = self.french(5);
        agree(&word, &format!("{word}e"), feminine, many)
    }
}
