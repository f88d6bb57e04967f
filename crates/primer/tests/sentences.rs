//! What must hold in every pair: one English sentence, one French one, and no fault in it.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use std::time::Instant;

use primer::sentences::sentences;

static TEXT: LazyLock<String> = LazyLock::new(|| sentences(1, 40_000));

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().map(|line| line.split_once('\t').unwrap())
}

/// The words of a sentence, those before an apostrophe with it.
fn words(sentence: &str) -> Vec<String> {
    let apart = sentence.to_lowercase().replace('\'', "' ");
    let words = apart.split([' ', '.', ',', '?', '!']).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

fn vowel(word: &str) -> bool {
    word.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h', 'à', 'â', 'é', 'ê', 'î', 'ô', 'œ'])
        && !is_in("hibou hiboux huit", word)
}

#[test]
fn each_english_sentence_comes_once() {
    let text = sentences(1, 150_000);
    assert!(text.starts_with(TEXT.as_str()));
    let english: HashSet<_> = pairs(&text).map(|(english, _)| english).collect();
    assert_eq!([english.len(), text.lines().count()], [150_000; 2]);
    assert_eq!(sentences(1, 0), "");
    assert_ne!(sentences(2, 10), sentences(3, 10));
}

#[test]
fn a_sentence_has_one_translation() {
    let texts: Vec<_> = (1..5).map(|seed| sentences(seed, 40_000)).collect();
    let mut french = HashMap::new();
    let mut again = 0;
    for (english, said) in texts.iter().flat_map(|text| pairs(text)) {
        if let Some(before) = french.insert(english, said) {
            assert_eq!(before, said, "{english}");
            again += 1;
        }
    }
    assert!(again > 5_000, "only {again} were said twice");
}

#[test]
fn what_everyone_knows() {
    let french: HashMap<_, _> = pairs(&TEXT).collect();
    for (english, said) in [
        ("Where do you live?", "Où habites-tu ?"),
        ("What is your name?", "Comment t'appelles-tu ?"),
        ("What is she wearing?", "Que porte-t-elle ?"),
        ("She is not hungry.", "Elle n'a pas faim."),
        ("What time do you get up?", "À quelle heure te lèves-tu ?"),
        ("She got dressed.", "Elle s'est habillée."),
    ] {
        assert_eq!(french.get(english), Some(&said), "{english}");
    }
}

#[test]
fn neighbours_melt() {
    let mut seen = [0; 4];
    for (_, french) in pairs(&TEXT) {
        for pair in words(french).windows(2) {
            let (word, next) = (pair[0].as_str(), pair[1].as_str());
            if is_in("le la de je ne me te se que", word) {
                assert!(!vowel(next), "{word} {next}: {french}");
                seen[0] += 1;
            }
            if is_in("l' d' j' n' m' t' s' qu'", word) {
                assert!(vowel(next), "{word} {next}: {french}");
                seen[1] += 1;
            }
            if is_in("de à", word) {
                assert!(next != "les" && next != "le", "{word} {next}: {french}");
            }
            if is_in("du au", word) {
                assert!(!vowel(next), "{word} {next}: {french}");
                seen[2] += 1;
            }
            if word == "si" {
                assert!(!is_in("il ils", next), "{word} {next}: {french}");
                seen[3] += 1;
            }
        }
    }
    assert!(seen.iter().all(|&count| count > 30), "{seen:?}");
}

/// All that is said of one: masculine, then feminine; but for those that are verbs too.
const MASCULINE: &str = "garçon homme roi boulanger professeur médecin voisin ami père frère oncle
    grand-père chat chien cheval oiseau canard âne hibou œuf oignon gâteau pain fromage lait thé
    café journal chapeau manteau ballon sac couteau parapluie crayon arbre pont hôtel château
    bateau vélo parc jardin marché restaurant hôpital musée";
const FEMININE: &str = "fille femme reine actrice mère sœur tante grand-mère vache poule tortue
    pomme poire tomate carotte soupe viande eau lettre histoire robe jupe chemise écharpe clé boîte
    tasse assiette fleur lampe chaise fenêtre maison église voiture cuisine forêt gare plage école";
const MANY_MASCULINE: &str = "garçons hommes rois boulangers professeurs médecins voisins amis
    frères oncles grands-pères chats chiens chevaux oiseaux canards ânes hiboux œufs oignons
    gâteaux livres journaux chapeaux manteaux ballons sacs couteaux parapluies crayons lits arbres
    ponts hôtels châteaux bateaux vélos";
const MANY_FEMININE: &str = "filles femmes reines actrices sœurs tantes grands-mères vaches poules
    tortues pommes poires tomates carottes lettres histoires robes jupes chemises écharpes clés
    boîtes tasses assiettes fleurs lampes tables chaises fenêtres maisons églises voitures";

/// Before the noun: masculine, feminine, the plurals, and before a vowel.
const BEFORE: &str = "
    petit petite petits petites petit, grand grande grands grandes grand, vieux vieille vieux
    vieilles vieil, beau belle beaux belles bel, nouveau nouvelle nouveaux nouvelles nouvel, bon
    bonne bons bonnes bon, jeune jeune jeunes jeunes jeune";
/// Behind it.
const AFTER: &str = "
    rouge rouge rouges rouges, vert verte verts vertes, jaune jaune jaunes jaunes, bleu bleue
    bleus bleues, noir noire noirs noires, blanc blanche blancs blanches, gris grise gris
    grises, lourd lourde lourds lourdes, vide vide vides vides, propre propre propres propres,
    sale sale sales sales, cher chère chers chères, chaud chaude chauds chaudes, froid froide
    froids froides, dangereux dangereuse dangereux dangereuses, heureux heureuse heureux
    heureuses, triste triste tristes tristes, fatigué fatiguée fatigués fatiguées, malade malade
    malades malades, courageux courageuse courageux courageuses, intelligent intelligente
    intelligents intelligentes, riche riche riches riches, français française français
    françaises, anglais anglaise anglais anglaises";

/// Masculine 0, feminine 1, the plurals 2 and 3.
fn form(noun: &str) -> Option<usize> {
    [MASCULINE, FEMININE, MANY_MASCULINE, MANY_FEMININE].iter().position(|list| is_in(list, noun))
}

/// The forms of an adjective, from one of them.
fn forms<'a>(table: &'a str, word: &str) -> Option<Vec<&'a str>> {
    let mut rows = table.split(',').map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.find(|forms| forms.contains(&word))
}

#[test]
fn adjectives_agree_and_stand_where_they_should() {
    let mut seen = [[0; 5]; 2];
    for (_, french) in pairs(&TEXT) {
        let words = words(french);
        for (at, noun) in words.iter().enumerate() {
            let Some(form) = form(noun) else { continue };
            let before = if at > 0 { words[at - 1].as_str() } else { "" };
            let after = words.get(at + 1).map_or("", String::as_str);
            assert!(forms(AFTER, before).is_none(), "{before} {noun}: {french}");
            assert!(forms(BEFORE, after).is_none(), "{noun} {after}: {french}");
            if let Some(forms) = forms(BEFORE, before) {
                let form = if form == 0 && vowel(noun) { 4 } else { form };
                assert_eq!(before, forms[form], "{noun}: {french}");
                seen[0][form] += 1;
            }
            if let Some(forms) = forms(AFTER, after) {
                assert_eq!(after, forms[form], "{noun}: {french}");
                seen[1][form] += 1;
            }
        }
    }
    assert!(seen[0].iter().chain(&seen[1][..4]).all(|&count| count > 200), "{seen:?}");
}

#[test]
fn what_stands_before_a_noun_agrees_with_it() {
    let mut seen = HashMap::new();
    for (_, french) in pairs(&TEXT) {
        let words = words(french);
        for (at, noun) in words.iter().enumerate() {
            let Some(form) = form(noun) else { continue };
            let adjective = at > 0 && forms(BEFORE, &words[at - 1]).is_some();
            let first = at - usize::from(adjective);
            let Some(word) = first.checked_sub(1).map(|before| words[before].as_str()) else {
                continue;
            };
            let soft = vowel(&words[first]);
            let fits = match word {
                "le" | "un" | "du" | "au" => form == 0,
                "la" | "une" | "cette" => form == 1,
                "les" | "des" | "ces" | "mes" | "tes" | "ses" | "nos" | "leurs" => form > 1,
                "ce" => form == 0 && !soft,
                "cet" => form == 0 && soft,
                "ma" | "ta" | "sa" => form == 1 && !soft,
                "mon" | "ton" | "son" => form == 0 || (form == 1 && soft),
                "leur" | "notre" => form < 2,
                "deux" | "trois" | "cinq" | "six" | "dix" => form > 1,
                _ => continue,
            };
            assert!(fits, "{word} {noun}: {french}");
            *seen.entry(word.to_owned()).or_insert(0) += 1;
        }
    }
    assert!(seen.len() >= 28 && seen.values().all(|&count| count > 20), "{seen:?}");
}

#[test]
fn a_denial_has_two_halves() {
    let mut seen = 0;
    for (english, french) in pairs(&TEXT) {
        let count = |text, list| words(text).iter().filter(|word| is_in(list, word)).count();
        let denied = count(english, "not cannot never no");
        assert_eq!(denied, count(french, "ne n'"), "{english} {french}");
        assert_eq!(denied, count(french, "pas jamais"), "{english} {french}");
        seen += denied;
    }
    assert!(seen > 5_000, "only {seen}");
}

#[test]
fn participles_agree() {
    let moved = "allé venu revenu parti arrivé resté tombé levé réveillé habillé reposé endormi";
    let mut seen = [0; 3];
    for (_, french) in pairs(&TEXT) {
        let mut words = words(french);
        words.retain(|word| !is_in("ne n' pas s' se", word));
        for three in words.windows(3) {
            let [one, helper, done] = [0, 1, 2].map(|at| three[at].as_str());
            // "les a mangées": what was eaten stands before it
            if one == "les" && is_in("ai as a avons ont", helper) {
                assert!(done.ends_with('s'), "{french}");
                seen[0] += 1;
            }
            // "elles sont venues"
            let root = done.trim_end_matches('s').trim_end_matches('e');
            let place = ["il", "elle", "ils", "elles"].iter().position(|who| *who == one);
            if let (Some(place), true) = (place, is_in(moved, root) && is_in("est sont", helper)) {
                assert_eq!(done, format!("{root}{}", ["", "e", "s", "es"][place]), "{french}");
                seen[1] += 1;
            }
            // "a mangé les pommes": nothing stands before it
            if is_in("a ont ai", helper) && done.ends_with("ées") {
                assert!(
                    is_in("les", one)
                        || words.contains(&"que".into())
                        || words.contains(&"qu'".into()),
                    "{french}"
                );
                seen[2] += 1;
            }
        }
    }
    assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
}

#[test]
fn nobody_sees_himself_and_i_have_no_gender() {
    for (english, french) in pairs(&TEXT) {
        let mut said = words(french);
        said.retain(|word| word != "pas");
        for pair in said.windows(2).filter(|pair| is_in("suis es sommes", &pair[0])) {
            let agreeing = forms(AFTER, &pair[1]).is_some_and(|forms| forms[0] != forms[1]);
            assert!(!agreeing, "{english} {french}");
        }
        for three in words(english).windows(3).filter(|three| three[1] != "and") {
            let same = [("i", "me"), ("we", "us")];
            assert!(!same.contains(&(&three[0], &three[2])), "{english}");
        }
    }
}

#[test]
fn sentences_are_short_and_clean() {
    let (mut english_words, mut longest) = (HashSet::new(), 0);
    for (english, french) in pairs(&TEXT) {
        let count = english.split(' ').count();
        assert!((1..=22).contains(&count), "{english}");
        longest = longest.max(count);
        english_words.extend(words(english));
        for text in [english, french] {
            assert!(text.starts_with(char::is_uppercase), "{text}");
            assert_eq!(text.matches(['.', '?', '!']).count(), 1, "{text}");
            for wrong in ["  ", " .", " ,", "*", "\t"] {
                assert!(!text.contains(wrong), "{wrong:?} in {text}");
            }
        }
        let (asks, told) = (english.ends_with('?'), english.ends_with('!'));
        assert_eq!(asks, french.ends_with(" ?"), "{english} {french}");
        assert_eq!(told, french.ends_with(" !"), "{english} {french}");
    }
    assert!(longest > 14);
    assert!((300..600).contains(&english_words.len()), "{} words", english_words.len());
}

#[test]
fn they_are_made_fast() {
    let best = (0..3).map(|seed| {
        let start = Instant::now();
        assert_eq!(sentences(seed, 20_000).lines().count(), 20_000);
        start.elapsed().as_secs_f64()
    });
    let best = best.fold(f64::INFINITY, f64::min);
    assert!(best < 1.0, "{best:.2} s");
}
