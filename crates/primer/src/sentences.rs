//! The built-in pairs: endless English sentences with their French, made by a two-language grammar
//! of our own, so that translation can be learned on a machine that has nothing else.
//!
//! What is meant is drawn once, by chance, and said twice:
//!
//! ```text
//! The girl sees the old trees.     La fille voit les vieux arbres.
//! Where do you live?               Où habites-tu ?
//! Marie has an apple, but she does not eat it.    Marie a une pomme, mais elle ne la mange pas.
//! ```
//!
//! Word for word does not lead there. A noun decides about the words around it (*un vieil arbre
//! vert*, *une vieille maison verte*), whoever does it about the verb, a word said earlier about a
//! later one ("it" is *le* or *la*); pronouns stand before the verb, colours behind the noun, and
//! neighbours melt (*l'école*, *au parc*). "You" is always *tu*, and whether I am a man or a woman
//! is not known: so "I am happy" is never said, and each sentence has one translation.
//!
//! 1. `nouns`, `adjectives`, `verbs`, `places`: the words, in pairs
//! 2. `phrase`: someone or something; `clause`: who does what
//! 3. `draw`, `action`: by chance, but so that it goes together: apples are eaten, and not read
//! 4. `frames`, `questions`, `two`: the kinds of sentences
//! 5. `french`: what happens where one word meets the next

use std::collections::HashSet;

use neuron::init::seeded;

mod action;
mod adjectives;
mod clause;
mod draw;
mod frames;
mod french;
mod nouns;
mod phrase;
mod places;
mod questions;
mod two;
mod verbs;

use draw::Speaker;

/// So many lines, each an English sentence, a tab, its French. No English sentence comes twice.
/// The same seed gives the same lines, however many are asked for; there are more than a million.
///
/// ```
/// let lines = primer::sentences::sentences(1, 100);
/// assert_eq!(lines.lines().count(), 100);
/// for line in lines.lines() {
///     let (english, french) = line.split_once('\t').unwrap();
///     assert!(english.ends_with(['.', '?', '!']) && french.ends_with(['.', '?', '!']));
/// }
/// assert!(primer::sentences::sentences(1, 200).starts_with(&lines));
/// ```
pub fn sentences(seed: u64, count: usize) -> String {
    let mut speaker = Speaker { rng: seeded(seed) };
    let mut said = HashSet::with_capacity(count);
    let mut text = String::with_capacity(count * 80);
    while said.len() < count {
        let Some(both) = speaker.sentence() else { continue };
        let english = capital(both.english.trim());
        if !said.insert(english.clone()) {
            continue;
        }
        text.push_str(&english);
        text.push('\t');
        text.push_str(&capital(&french::join(&both.french)));
        text.push('\n');
    }
    text
}

/// A sentence begins with a capital.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
