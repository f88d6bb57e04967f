//! The nouns, and what may be done with what they name.

/// Properties of what a noun names, one bit each.
pub(super) type Kinds = u32;

pub(super) const PERSON: Kinds = 1;
/// One of the family: always somebody's.
pub(super) const KIN: Kinds = 1 << 1;
/// Somebody's, or nobody's: a friend, a doctor.
pub(super) const RELATED: Kinds = 1 << 2;
/// One has one alone.
pub(super) const SINGLE: Kinds = 1 << 3;
/// "Little", and not "small".
pub(super) const CHILD: Kinds = 1 << 4;
/// May be called beautiful, among people.
pub(super) const LOVELY: Kinds = 1 << 5;
/// May be called old, beside the noun: *une vieille fille* is no old girl.
pub(super) const GROWN: Kinds = 1 << 28;
pub(super) const ANIMAL: Kinds = 1 << 6;
pub(super) const FOOD: Kinds = 1 << 7;
pub(super) const FRUIT: Kinds = 1 << 8;
pub(super) const DRINK: Kinds = 1 << 9;
/// Not counted: some bread, *du pain*.
pub(super) const MASS: Kinds = 1 << 10;
pub(super) const READ: Kinds = 1 << 11;
pub(super) const WRITE: Kinds = 1 << 12;
pub(super) const CLOTHES: Kinds = 1 << 13;
/// Can be carried.
pub(super) const THING: Kinds = 1 << 14;
/// Opens and closes.
pub(super) const OPEN: Kinds = 1 << 15;
pub(super) const FRAGILE: Kinds = 1 << 16;
pub(super) const VEHICLE: Kinds = 1 << 17;
/// A house, or what stands about one.
pub(super) const BUILT: Kinds = 1 << 18;
/// Has something on it, and under it.
pub(super) const SURFACE: Kinds = 1 << 19;
/// Large enough to be hidden behind.
pub(super) const WALL: Kinds = 1 << 20;
/// "Big" is *grand*, and not *gros*.
pub(super) const SIZED: Kinds = 1 << 21;
pub(super) const WEIGHTY: Kinds = 1 << 22;
pub(super) const HOLLOW: Kinds = 1 << 23;
pub(super) const WASHED: Kinds = 1 << 24;
pub(super) const COOKED: Kinds = 1 << 25;
/// Hot or cold.
pub(super) const WARM: Kinds = 1 << 26;

/// Driven.
pub(super) const CAR: Kinds = 1 << 27;

/// What someone or something is called, one and several of them.
pub(super) struct Noun {
    pub english: [&'static str; 2],
    pub french: [&'static str; 2],
    pub feminine: bool,
    pub kinds: Kinds,
}

const fn la(english: [&'static str; 2], french: [&'static str; 2], kinds: Kinds) -> Noun {
    Noun { english, french, feminine: true, kinds }
}

const fn le(english: [&'static str; 2], french: [&'static str; 2], kinds: Kinds) -> Noun {
    Noun { english, french, feminine: false, kinds }
}

#[rustfmt::skip]
pub(super) const NOUNS: &[Noun] = &[
    la(["girl", "girls"], ["fille", "filles"], PERSON | CHILD | LOVELY),
    le(["boy", "boys"], ["garçon", "garçons"], PERSON | CHILD),
    la(["woman", "women"], ["femme", "femmes"], PERSON | GROWN | LOVELY),
    le(["man", "men"], ["homme", "hommes"], PERSON | GROWN),
    la(["queen", "queens"], ["reine", "reines"], PERSON | GROWN | LOVELY),
    le(["king", "kings"], ["roi", "rois"], PERSON | GROWN),
    la(["actress", "actresses"], ["actrice", "actrices"], PERSON | GROWN | LOVELY),
    le(["baker", "bakers"], ["boulanger", "boulangers"], PERSON | GROWN),
    le(["teacher", "teachers"], ["professeur", "professeurs"], PERSON | GROWN | RELATED),
    le(["doctor", "doctors"], ["médecin", "médecins"], PERSON | GROWN | RELATED),
    le(["neighbor", "neighbors"], ["voisin", "voisins"], PERSON | GROWN | RELATED),
    le(["friend", "friends"], ["ami", "amis"], PERSON | GROWN | RELATED),
    la(["mother", "mothers"], ["mère", "mères"], PERSON | KIN | SINGLE),
    le(["father", "fathers"], ["père", "pères"], PERSON | KIN | SINGLE),
    la(["sister", "sisters"], ["sœur", "sœurs"], PERSON | KIN | CHILD),
    le(["brother", "brothers"], ["frère", "frères"], PERSON | KIN | CHILD),
    la(["aunt", "aunts"], ["tante", "tantes"], PERSON | KIN),
    le(["uncle", "uncles"], ["oncle", "oncles"], PERSON | KIN),
    la(["grandmother", "grandmothers"], ["grand-mère", "grands-mères"], PERSON | KIN),
    le(["grandfather", "grandfathers"], ["grand-père", "grands-pères"], PERSON | KIN),

    le(["cat", "cats"], ["chat", "chats"], ANIMAL),
    le(["dog", "dogs"], ["chien", "chiens"], ANIMAL | SIZED),
    le(["horse", "horses"], ["cheval", "chevaux"], ANIMAL | SIZED),
    le(["bird", "birds"], ["oiseau", "oiseaux"], ANIMAL),
    la(["mouse", "mice"], ["souris", "souris"], ANIMAL),
    la(["cow", "cows"], ["vache", "vaches"], ANIMAL),
    la(["hen", "hens"], ["poule", "poules"], ANIMAL),
    le(["duck", "ducks"], ["canard", "canards"], ANIMAL),
    le(["donkey", "donkeys"], ["âne", "ânes"], ANIMAL),
    le(["owl", "owls"], ["*hibou", "*hiboux"], ANIMAL),
    la(["turtle", "turtles"], ["tortue", "tortues"], ANIMAL),

    la(["apple", "apples"], ["pomme", "pommes"], FOOD | FRUIT),
    la(["pear", "pears"], ["poire", "poires"], FOOD | FRUIT),
    la(["tomato", "tomatoes"], ["tomate", "tomates"], FOOD | FRUIT),
    la(["carrot", "carrots"], ["carotte", "carottes"], FOOD),
    le(["egg", "eggs"], ["œuf", "œufs"], FOOD),
    le(["onion", "onions"], ["oignon", "oignons"], FOOD),
    le(["cake", "cakes"], ["gâteau", "gâteaux"], FOOD | COOKED),
    le(["bread", ""], ["pain", ""], FOOD | COOKED | MASS),
    le(["cheese", ""], ["fromage", ""], FOOD | MASS),
    la(["soup", ""], ["soupe", ""], FOOD | COOKED | WARM | MASS),
    la(["meat", ""], ["viande", ""], FOOD | MASS),
    la(["water", ""], ["eau", ""], DRINK | WARM | MASS),
    le(["milk", ""], ["lait", ""], DRINK | WARM | MASS),
    le(["tea", ""], ["thé", ""], DRINK | COOKED | WARM | MASS),
    le(["coffee", ""], ["café", ""], DRINK | COOKED | WARM | MASS),

    le(["book", "books"], ["livre", "livres"], READ | WRITE | WEIGHTY | OPEN),
    la(["letter", "letters"], ["lettre", "lettres"], READ | WRITE),
    la(["story", "stories"], ["histoire", "histoires"], WRITE),
    le(["newspaper", "newspapers"], ["journal", "journaux"], READ),

    la(["dress", "dresses"], ["robe", "robes"], CLOTHES),
    la(["skirt", "skirts"], ["jupe", "jupes"], CLOTHES),
    la(["shirt", "shirts"], ["chemise", "chemises"], CLOTHES),
    la(["scarf", "scarves"], ["écharpe", "écharpes"], CLOTHES),
    le(["hat", "hats"], ["chapeau", "chapeaux"], CLOTHES),
    le(["coat", "coats"], ["manteau", "manteaux"], CLOTHES | WEIGHTY),

    la(["key", "keys"], ["clé", "clés"], THING),
    le(["ball", "balls"], ["ballon", "ballons"], THING),
    la(["box", "boxes"], ["boîte", "boîtes"], THING | OPEN | SIZED | WEIGHTY | HOLLOW),
    le(["bag", "bags"], ["sac", "sacs"], THING | OPEN | SIZED | WEIGHTY | HOLLOW),
    la(["cup", "cups"], ["tasse", "tasses"], THING | FRAGILE | HOLLOW | WASHED),
    la(["plate", "plates"], ["assiette", "assiettes"], THING | FRAGILE | HOLLOW | WASHED),
    le(["knife", "knives"], ["couteau", "couteaux"], THING | WASHED),
    la(["flower", "flowers"], ["fleur", "fleurs"], THING),
    le(["umbrella", "umbrellas"], ["parapluie", "parapluies"], THING | OPEN),
    le(["pencil", "pencils"], ["crayon", "crayons"], THING),
    la(["lamp", "lamps"], ["lampe", "lampes"], THING | FRAGILE | WEIGHTY),
    la(["watch", "watches"], ["montre", "montres"], THING | FRAGILE),

    la(["table", "tables"], ["table", "tables"], SURFACE | SIZED | WEIGHTY | WASHED),
    la(["chair", "chairs"], ["chaise", "chaises"], SURFACE | WALL),
    le(["bed", "beds"], ["lit", "lits"], SURFACE | WALL | SIZED),
    la(["door", "doors"], ["porte", "portes"], WALL | OPEN),
    la(["window", "windows"], ["fenêtre", "fenêtres"], OPEN | FRAGILE | SIZED | WASHED),
    le(["tree", "trees"], ["arbre", "arbres"], BUILT | WALL | SIZED),
    la(["house", "houses"], ["maison", "maisons"], BUILT | WALL | SIZED),
    le(["bridge", "bridges"], ["pont", "ponts"], BUILT | SIZED),
    la(["church", "churches"], ["église", "églises"], BUILT | WALL | SIZED),
    le(["hotel", "hotels"], ["hôtel", "hôtels"], BUILT | WALL | SIZED),
    le(["castle", "castles"], ["château", "châteaux"], BUILT | WALL | SIZED),
    la(["car", "cars"], ["voiture", "voitures"], VEHICLE | CAR | WALL | SIZED | WASHED),
    le(["boat", "boats"], ["bateau", "bateaux"], VEHICLE | SIZED),
    le(["bike", "bikes"], ["vélo", "vélos"], VEHICLE | WEIGHTY | WASHED),
];

/// What someone is called: the same in both languages.
#[rustfmt::skip]
pub(super) const NAMES: [[&str; 5]; 2] = [
    ["Marie", "Julie", "Claire", "Alice", "Anne"],
    ["Paul", "Marc", "Simon", "Antoine", "Arthur"],
];

/// Two and more of them.
#[rustfmt::skip]
pub(super) const NUMBERS: [[&str; 2]; 9] = [
    ["two", "deux"], ["three", "trois"], ["four", "quatre"], ["five", "cinq"], ["six", "six"],
    ["seven", "sept"], ["eight", "*huit"], ["nine", "neuf"], ["ten", "dix"],
];
