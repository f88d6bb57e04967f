//! How a story begins, goes on and ends.

/// Who it is about.
pub(super) const OPENINGS: &[&str] = &[
    "Once there was {a nature} {child} [named|called] {A}.",
    "Once there was {a nature} {child} [named|called] {A}. {He} lived {home}.",
    "Once upon a time, {a nature} {child} [named|called] {A} lived {home}.",
    "Once upon a time there was {a child} [named|called] {A}. {He} was [very|always] {nature}.",
    "{A} was {a nature} {child}. {He} lived {home} with {his} {grown-up}.",
    "{A} lived {home}. {He} was {a nature} {child}, and {his} {grown-up} [loved|liked] {him} for it.",
    "There was {a child} [named|called] {A}, who lived {home}. {He} and {friend} were always together.",
    "This is a story about {A}, {a nature} {child}, and about {friend}.",
    "Once {a child} [named|called] {A} lived {home}. {He} had {a animal} and {a colour} {thing}.",
];

/// Before the first scene.
pub(super) const FIRST: &str = "[One day, |One [|sunny |warm |cold |quiet ]morning, \
    |On {day}, |On {day}, |It was a [sunny|windy|warm|bright] day. ]";

/// Between two scenes.
pub(super) const NEXT: &str = "[Then |After that, |Later, |Soon after, |A little later, \
    |The {next} [day|morning|afternoon], |On {next-day}, ]";

/// What became of it all.
pub(super) const ENDINGS: &[&str] = &[
    "In the evening, {A} went home. It was a [good|fine|lovely] day.",
    "That night, {A} told {his} {grown-up} all about it. Then {he} fell asleep.",
    "That night, {A} slept [well|deeply|like a stone].",
    "When the sun went down, {A} [ran|walked] home to {his} {grown-up}.",
    "\"What a day!\" said {A}, and {his} {grown-up} [laughed|smiled].",
    "{His} {grown-up} made [soup|tea|dinner], and {A} [ate every bit|asked for more|was not hungry \
     any more].",
    "{A} never forgot that day.",
    "And so the day ended with a song.",
    "{A} and {friend} [stayed friends|played together] [for a long time|for many years].",
    "Then it was time for bed. \"Good night, {A},\" said {his} {grown-up}. \"Good night,\" said {A}.",
    "{A} drew a picture of it. It showed {a animal}, {a colour} {thing} and {friend}. \
     {He} put it {spot}.",
    "{A} was tired, but {he} was [happy|glad]. The end.",
];
