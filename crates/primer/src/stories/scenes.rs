//! What can happen. Each scene begins with A's name, so that it can follow any other, and each
//! number in it follows from those before.

/// The rules, by what they are about: counting, looking, animals, feelings.
pub(super) const SCENES: &[&str] = &[
    // More.
    "{A} had {n food}. {Friend} gave {him} {m more}. Now {A} had {n+m food}. [\"Thank you!\" said \
     {A}.|{A} was [glad|pleased] and said thank you.|They ate them all together.]",
    "{A} had {n treasure} in {a colour} {box}. {Friend} [gave|brought|lent] {him} {m more}. \
     \"Now you have {n+m treasure},\" said {B}. [{A} counted them again, and it was true.|\"That is \
     a lot!\" said {A}.]",
    "{A} went {to-place} and [found|saw] {n find}. Then {he} [found|saw] {m more}. That made {n+m \
     find}. [{A} had never seen so many.|{He} told {friend} about it.]",
    "{A} and {friend} were {place}. {A} found {n find}. {B} found {m more}. Together they had {n+m \
     find} in all.",
    "{A} bought {n food} at the market. {His} {grown-up} bought {m more}. Now they had {n+m food} in \
     the basket. [They made a cake.|It was heavy, and they carried it together.]",
    // Fewer.
    "{A} had {n food}. {He} ate {k of} them. {n-k food} {n-k was} left. [{A} kept the rest for {friend}.|{A} was full and lay down in the sun.]",
    "{A} had {n treasure}. {He} gave {k of} them to {friend}. {A} had {n-k treasure} left. \
     [\"Thank you, {A},\" said {B}.|{B} was so happy that {b.he} jumped.]",
    "{A} put {n treasure} {spot}. {A animal} came and took {k of} them. Only {n-k treasure} {n-k \
     was} left. [{A} had to laugh.|{A} was cross with the {animal}, but not for long.]",
    "{A} carried {n food} in a bag. The bag had a hole, and {he} lost {k of} them \
     on the way. {A} had {n-k food} left. {He} was [sad|upset], but {friend} helped {him} look.",
    "{A} saw {n find} {place}. {He} took {k of} them home. {n-k find} {n-k was} left {place}.",
    // Times, and more than.
    "{A} had {r box}. {He} put {e treasure} into each {box}. That made {r*e treasure} in all. \
     [{His} {grown-up} was proud of {him}.|\"I can count them all,\" said {A}.]",
    "{A} and {friend} set {r box} {spot}. In each they put {e treasure}. {r*e treasure} in all! They were \
     [very |]proud.",
    "{A} had {n treasure}. {Friend} had {n+m treasure}. {B} had {m more} than {A}. [\"Let us \
     share,\" said {B}.|{A} did not mind at all.]",
    "{A} counted {n find} {place}. {Friend} counted better and got to {n+m find}. {A} had missed {m of} them, and they laughed about it.",
    // Birthdays.
    "{A} was {age year} old. That night {he} could not sleep. In the morning it was {his} birthday. \
     Now {A} was {age+1 year} old! {His} {grown-up} gave {him} {a colour} {thing}, and {he} {used} it at once.",
    "{A} made a cake for {friend}. {B} was {age year} old. {A} put {age candle} on the cake. \
     [{B} blew them out at once.|\"Happy birthday, {B}!\" said {A}.]",
    // Lost and found.
    "{A} [put|left] {his} {colour} {thing} {spot}. Later {he} wanted to {use} it, but {he} forgot \
     where it was. {He} looked {spot2}. It was not there. Then {he} looked {spot}. There was the \
     {colour} {thing}! {He} [{used} it at once|was so glad|laughed at {himself}].",
    "{A} could not find {his} {thing}. \"Where is my {thing}?\" asked {A}. \"Is it {spot2}?\" asked \
     {friend}. It was not. \"Is it {spot}?\" It was! The {thing} was {spot} all the time. {A} \
     [hugged|thanked] {B}.",
    "{A} put {a colour} {thing} {spot} and {a colour2} {thing2} {spot2}. {His} {grown-up} came in. \
     \"Where is the {thing}?\" asked {his} {grown-up}. \"It is {spot},\" said {A}. And the {thing2}? \
     That was {spot2}.",
    "{A} hid {a colour} {thing} {spot}. \"Find it!\" {he} said to {friend}. {B} looked {spot2}. \
     \"Cold!\" said {A}. {B} looked {spot}. \"Hot!\" said {A}, and {B} held up the {colour} {thing}.",
    "{A} moved {his} {thing} away. First it was {spot}. Now it was {spot2}. When {friend} wanted to \
     {use} it, {b.he} looked {spot}, but found it {spot2}.",
    // Giving, swapping, quarrels.
    "{A} had {a colour} {thing}, and {friend} had {a colour2} {thing2}. They swapped. Now {A} had the \
     {colour2} {thing2}, and {B} had the {colour} {thing}. [Both were happy.|{A} {used2} it, and \
     {B} {used} the {thing}.]",
    "{A} wanted to {use} the {thing}, but {friend} had it. \"It is mine!\" said {B}. {A} was \
     [sad|angry] and went away. Then {B} was sorry. \"You can {use} it too,\" said {B}. So \
     they {used} it by turns.",
    "{A} made {a thing} for {friend}. It was {colour}. {B} loved it and {used} it the same day. That \
     made {A} [proud|happy].",
    "{A} lost {friend}'s {colour} {thing}. {B} cried. \"I am sorry,\" said {A}. {He} looked all day, and in the evening {he} \
     found it {spot}. {B} smiled and {used} it.",
    "{A} asked {friend} for help with the {thing}. {B} showed {him} how to {use} it. Soon {A} \
     {used} it alone. \"Well done!\" said {B}.",
    "{A} saw {a colour} {thing} in a shop. {He} did not have enough coins. {He} helped {his} \
     {grown-up} all week, and then {he} bought it. {He} {used} it at once.",
    // Animals.
    "{A} met {a animal} {place}. \"{sound}!\" said the {animal}. It was hungry. {A} gave it {feed}. \
     The {animal} ate it all and [was happy|followed {him} home|lay down to sleep].",
    "{A} heard a noise {place}. \"{sound}!\" {He} was afraid. What was it? It was only {a animal}. \
     {A} [laughed|was afraid no more] and gave it {feed}.",
    "{A} saw {a colour} {animal}. It {moved} up to {him}. \"{sound},\" it said. \"Do you want {feed}?\" \
     asked {A}. It did.",
    "{A} had {a animal}. It {moved} off, and {A} could not find it. {He} called and called. Then \
     {friend} heard it. \"{sound}!\" It was {spot}. {A} was so glad that {he} cried.",
    "{A} drew {a animal}. \"What does it say?\" asked {friend}. \"It says {sound},\" said {A}. \
     \"And what does it eat?\" It ate {feed}, of course.",
    "{A} went {to-place} with {his} {grown-up}. {A animal} {moved} by. {A} wanted to follow it, but \
     {his} {grown-up} said no. So they gave it {feed} and watched it eat.",
    // Weather, fear, courage, patience.
    "{A} was {place} when it began to rain. {He} got [very |]wet. {He} ran home, and {his} \
     {grown-up} gave {him} dry socks and [hot milk|warm soup]. Soon {A} was warm again.",
    "{A} fell down {place} and hurt {his} [knee|hand|foot]. {He} cried. {Friend} ran to {him} and \
     helped {him} up. \"Does it hurt?\" asked {B}. \"Not any more,\" said {A}.",
    "{A} was afraid of the dark. {His} {grown-up} gave {him} a [lamp|candle]. \"Look, there is only \
     your {thing} {spot},\" said {his} {grown-up}. {A} looked and was afraid no more.",
    "{A} wanted to climb a tree {place}. It was too high. {He} tried and tried. On {next-day} {he} got to the top at last, and {he} was [very |]proud of {himself}.",
    "{A} planted a seed {place}. Each day {he} gave it water. First nothing came. {A} was \
     [sad|cross]. Then one day there was a small {colour} flower, and {A} [danced|jumped] for joy.",
    "{A} waited for {friend} {place}. {B} was late. [{A} was angry. Then {B} came with {a colour} {thing}. \"I \
     made it for you,\" said {B}. {A} was not angry any more.|{A} was worried. Then {B} came, and {A} \
     was not worried any more.]",
    "{A} was sick and had to stay in bed. {He} was [bored|sad]. {Friend} came and read {him} a \
     story about {a animal}. {A} laughed so much that {he} felt better.",
    "{A} was alone. Nobody wanted to play. Then {he} saw {friend}, who was alone too. \"Do you want \
     to {use} my {thing}?\" asked {A}. {B} said yes, and they were not alone any more.",
    "{A} told a lie. \"I did not eat the {foods},\" {he} said. But {he} had crumbs on {his} chin. {His} \
     {grown-up} looked at {him}. \"I did eat them,\" said {A}. \"I am sorry.\" After that {he} felt \
     better.",
    // Doing things.
    "{A} built a tower of blocks with {friend}. It was as tall as {a animal}. Then {B} touched it, \
     and it fell. They were not sad. They built it again.",
    "{A} ran a race with {friend}. {A} was fast, but {B} was faster, so {B} won. \"Well done,\" said \
     {A}. {B} gave {him} {a food}.",
    "{A} ran a race with {friend}. {B} was fast, but {A} was faster, so {A} won. \"Well done,\" said \
     {B}. {A} gave {b.him} {a food}.",
    "{A} painted {a animal} and {a thing}. The {animal} was {colour}, and the {thing} was {colour2}. \
     {Friend} liked the {colour} {animal} best.",
    "{A} had a dream. In it {a animal} {used} {a thing} {place}. When {A} woke up, the {animal} was \
     gone. The {thing} was still {spot}.",
    "{A} and {his} {grown-up} baked a cake with {n food} in it. {A} stirred, and {his} {grown-up} lit the oven. They \
     gave a piece to {friend}. {B} ate it and wanted more.",
    "{A} opened {a box}. In the {box} was a pouch. In the pouch was {a treasure}. It was \
     {colour}, and {A} gave it to {friend}.",
    "{A} wrote a letter to {friend}. \"Come {to-place} on {tomorrow},\" it said. {B} read it and \
     came. They played until it was dark.",
    "{A} was too small to reach the {thing} {spot}. {Friend} was tall and got it for {him}. \
     \"Thank you,\" said {A}. \"One day I will be tall too.\"",
];
