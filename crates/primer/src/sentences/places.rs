//! Where and when.

/// A place: being there, the place, being there, going there and coming from there in French.
#[rustfmt::skip]
pub(super) const PLACES: [[&str; 5]; 19] = [
    ["in the park", "the park", "dans le parc", "à le parc", "de le parc"],
    ["in the garden", "the garden", "dans le jardin", "dans le jardin", "de le jardin"],
    ["in the kitchen", "the kitchen", "dans la cuisine", "dans la cuisine", "de la cuisine"],
    ["in the forest", "the forest", "dans la forêt", "dans la forêt", "de la forêt"],
    ["at the market", "the market", "à le marché", "à le marché", "de le marché"],
    ["at the station", "the station", "à la gare", "à la gare", "de la gare"],
    ["at the hotel", "the hotel", "à le hôtel", "à le hôtel", "de le hôtel"],
    ["at the beach", "the beach", "à la plage", "à la plage", "de la plage"],
    ["at the restaurant", "the restaurant", "à le restaurant", "à le restaurant", "de le restaurant"],
    ["at the hospital", "the hospital", "à le hôpital", "à le hôpital", "de le hôpital"],
    ["at the museum", "the museum", "à le musée", "à le musée", "de le musée"],
    ["at school", "school", "à la école", "à la école", "de la école"],
    ["at church", "church", "à la église", "à la église", "de la église"],
    ["in Paris", "Paris", "à Paris", "à Paris", "de Paris"],
    ["in London", "London", "à Londres", "à Londres", "de Londres"],
    ["in France", "France", "en France", "en France", "de France"],
    ["in Italy", "Italy", "en Italie", "en Italie", "de Italie"],
    ["in Canada", "Canada", "à le Canada", "à le Canada", "de le Canada"],
    ["in Japan", "Japan", "à le Japon", "à le Japon", "de le Japon"],
];

/// How many of the places are towns and countries, at the end.
pub(super) const FAR: usize = 6;

/// What something is on, under, behind or near, and which nouns that is said of.
#[rustfmt::skip]
pub(super) const SPOTS: [[&str; 2]; 6] = [
    ["on", "sur"], ["under", "sous"], ["behind", "derrière"], ["in front of", "devant"],
    ["near", "près de"], ["next to", "à côté de"],
];

/// Ever again.
#[rustfmt::skip]
pub(super) const HABITS: [[&str; 2]; 4] = [
    ["every day", "tous les jours"], ["in the morning", "le matin"], ["in the evening", "le soir"],
    ["on Sundays", "le dimanche"],
];

pub(super) const NOW: [[&str; 2]; 2] = [["now", "maintenant"], ["today", "aujourd'hui"]];

#[rustfmt::skip]
pub(super) const BEFORE: [[&str; 2]; 3] = [
    ["yesterday", "hier"], ["this morning", "ce matin"], ["last week", "la semaine dernière"],
];

#[rustfmt::skip]
pub(super) const AFTER: [[&str; 2]; 3] = [
    ["tomorrow", "demain"], ["this evening", "ce soir"], ["on Monday", "lundi"],
];

pub(super) const OFTEN: [[&str; 2]; 2] = [["often", "souvent"], ["always", "toujours"]];

/// What one has in French: hunger, thirst.
#[rustfmt::skip]
pub(super) const FEELINGS: [[&str; 2]; 6] = [
    ["hungry", "faim"], ["thirsty", "soif"], ["cold", "froid"], ["hot", "chaud"],
    ["afraid", "peur"], ["right", "raison"],
];

pub(super) const WEATHER: [[&str; 2]; 4] = [
    ["it rains", "il pleut"],
    ["it snows", "il neige"],
    ["it is cold", "il fait froid"],
    ["it is hot", "il fait chaud"],
];
