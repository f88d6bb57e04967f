//! The words that the stories are made of, those that belong together side by side.

/// Someone's sex decides the words for her or him.
pub(super) struct Pronouns {
    pub he: &'static str,
    pub him: &'static str,
    pub his: &'static str,
    pub himself: &'static str,
    pub child: &'static str,
    pub sibling: &'static str,
}

/// The words for a girl or a woman, then those for a boy or a man.
pub(super) const PRONOUNS: [Pronouns; 2] = [
    Pronouns {
        he: "she",
        him: "her",
        his: "her",
        himself: "herself",
        child: "girl",
        sibling: "sister",
    },
    Pronouns {
        he: "he",
        him: "him",
        his: "his",
        himself: "himself",
        child: "boy",
        sibling: "brother",
    },
];

/// Names of girls and names of boys, one for each letter.
#[rustfmt::skip]
pub(super) const NAMES: [[&str; 26]; 2] = [
    ["Anna", "Bella", "Clara", "Dora", "Emma", "Fiona", "Greta", "Hannah", "Ida", "Julia", "Kate",
     "Lily", "Mia", "Nora", "Olga", "Paula", "Queenie", "Rosa", "Sophie", "Tilda", "Uma", "Vera",
     "Wendy", "Xenia", "Yara", "Zoe"],
    ["Adam", "Ben", "Carl", "David", "Eric", "Felix", "George", "Hugo", "Ivan", "Jack", "Kevin",
     "Leo", "Max", "Noah", "Oscar", "Peter", "Quentin", "Ryan", "Sam", "Tom", "Ulrich", "Victor",
     "Walter", "Xavier", "Yusuf", "Zack"],
];

/// Women of the family, then men.
pub(super) const GROWN_UPS: [[&str; 3]; 2] =
    [["mother", "grandmother", "aunt"], ["father", "grandfather", "uncle"]];

/// What someone is like.
#[rustfmt::skip]
pub(super) const TRAITS: [&str; 14] = [
    "kind", "clever", "shy", "brave", "quiet", "cheerful", "curious", "gentle", "eager", "careful",
    "merry", "patient", "playful", "active",
];

/// Where someone lives.
pub(super) const HOMES: [&str; 10] = [
    "in a small house by the sea",
    "near a forest",
    "in a village in the hills",
    "next to a bakery",
    "in an old mill",
    "at the end of a long street",
    "in a house with a green door",
    "at the edge of a town",
    "above a shop",
    "by a wide river",
];

/// Where a story plays: being there, going there, what lies about there (one, several).
pub(super) struct Place {
    pub at: &'static str,
    pub to: &'static str,
    pub finds: [[&'static str; 2]; 3],
}

const fn place(at: &'static str, to: &'static str, finds: [[&'static str; 2]; 3]) -> Place {
    Place { at, to, finds }
}

#[rustfmt::skip]
pub(super) const PLACES: [Place; 9] = [
    place("at the beach", "to the beach", [["shell", "shells"], ["crab", "crabs"], ["pebble", "pebbles"]]),
    place("in the forest", "to the forest", [["acorn", "acorns"], ["mushroom", "mushrooms"], ["fern", "ferns"]]),
    place("in the garden", "to the garden", [["daisy", "daisies"], ["snail", "snails"], ["tulip", "tulips"]]),
    place("in the park", "to the park", [["leaf", "leaves"], ["chestnut", "chestnuts"], ["feather", "feathers"]]),
    place("on the farm", "to the farm", [["egg", "eggs"], ["horseshoe", "horseshoes"], ["pumpkin", "pumpkins"]]),
    place("by the river", "to the river", [["frog", "frogs"], ["stone", "stones"], ["reed", "reeds"]]),
    place("in the orchard", "to the orchard", [["apple", "apples"], ["plum", "plums"], ["apricot", "apricots"]]),
    place("on the hill", "to the hill", [["flower", "flowers"], ["beetle", "beetles"], ["berry", "berries"]]),
    place("by the lake", "to the lake", [["petal", "petals"], ["twig", "twigs"], ["lily", "lilies"]]),
];

/// What is eaten: one, several.
#[rustfmt::skip]
pub(super) const FOODS: [[&str; 2]; 16] = [
    ["apple", "apples"], ["pear", "pears"], ["plum", "plums"], ["orange", "oranges"],
    ["cookie", "cookies"], ["egg", "eggs"], ["nut", "nuts"], ["cherry", "cherries"],
    ["strawberry", "strawberries"], ["carrot", "carrots"], ["onion", "onions"],
    ["peach", "peaches"], ["tomato", "tomatoes"], ["olive", "olives"], ["bun", "buns"],
    ["banana", "bananas"],
];

/// What is kept: one, several.
#[rustfmt::skip]
pub(super) const TREASURES: [[&str; 2]; 14] = [
    ["marble", "marbles"], ["button", "buttons"], ["sticker", "stickers"], ["pencil", "pencils"],
    ["coin", "coins"], ["balloon", "balloons"], ["stamp", "stamps"], ["bead", "beads"],
    ["candle", "candles"], ["card", "cards"], ["ribbon", "ribbons"], ["brush", "brushes"],
    ["arrow", "arrows"], ["block", "blocks"],
];

/// What treasures are kept in: one, several.
pub(super) const BOXES: [[&str; 2]; 6] = [
    ["box", "boxes"],
    ["bag", "bags"],
    ["jar", "jars"],
    ["basket", "baskets"],
    ["tin", "tins"],
    ["envelope", "envelopes"],
];

/// A toy or a tool: its name, what one wants to do with it, what one did.
#[rustfmt::skip]
pub(super) const THINGS: [[&str; 3]; 22] = [
    ["kite", "fly", "flew"], ["ball", "throw", "threw"], ["drum", "beat", "beat"],
    ["book", "read", "read"], ["hat", "wear", "wore"], ["scarf", "wear", "wore"],
    ["umbrella", "open", "opened"], ["boat", "sail", "sailed"], ["whistle", "blow", "blew"],
    ["lantern", "light", "lit"], ["bell", "ring", "rang"], ["flute", "play", "played"],
    ["apron", "wear", "wore"], ["map", "study", "studied"], ["wagon", "pull", "pulled"],
    ["hoop", "roll", "rolled"], ["letter", "read", "read"], ["mask", "wear", "wore"],
    ["puzzle", "finish", "finished"], ["accordion", "play", "played"],
    ["doll", "dress", "dressed"], ["broom", "use", "used"],
];

#[rustfmt::skip]
pub(super) const COLOURS: [&str; 11] = [
    "red", "blue", "green", "yellow", "orange", "purple", "white", "black", "brown", "pink",
    "silver",
];

/// Where in a house something can be put.
#[rustfmt::skip]
pub(super) const SPOTS: [&str; 14] = [
    "under the bed", "behind the door", "on the shelf", "in the drawer", "on the chair",
    "under the stairs", "in the cupboard", "by the window", "on the table", "in the hall",
    "behind the sofa", "in the shed", "next to the stove", "beside the lamp",
];

/// An animal, what it eats, what it says, how it moves.
#[rustfmt::skip]
pub(super) const ANIMALS: [[&str; 4]; 12] = [
    ["cat", "some fish", "Meow", "crept"], ["dog", "a bone", "Woof", "ran"],
    ["duck", "some bread", "Quack", "swam"], ["horse", "an apple", "Neigh", "trotted"],
    ["mouse", "some cheese", "Squeak", "scurried"], ["hen", "some corn", "Cluck", "strutted"],
    ["cow", "some grass", "Moo", "walked"], ["goat", "a turnip", "Baa", "climbed"],
    ["owl", "a beetle", "Hoo", "flew"], ["frog", "a fly", "Croak", "hopped"],
    ["donkey", "some hay", "Hee-haw", "plodded"], ["bird", "some seeds", "Tweet", "fluttered"],
];

/// The days of a week in their order.
pub(super) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
