//! The vocabulary of the file by id, and the ids by token.

use rustc_hash::FxHashMap;

use super::{
    file::{Id, Merge, Score, Text, Vocab},
    refuse::{broken, clipped, short},
};
use crate::{FormatError, added::AddedToken, pairs::Merge as Pair};

/// How far beyond the number of entries an id may be, twice that number aside.
const FAR: usize = 1 << 16;

/// Tokens and ids.
pub(super) struct Vocabulary<'a> {
    /// The token of each id, where one has it.
    pub(super) tokens: Vec<Option<&'a str>>,
    pub(super) ids: FxHashMap<&'a str, u32>,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn new(vocab: &'a Vocab) -> Result<Self, FormatError> {
        let entries = match vocab {
            Vocab::Numbered(entries) => entries,
            Vocab::Scored(entries) => return Ok(Vocabulary::scored(entries)),
            Vocab::Absent => return broken("model.vocab", "is not there".into()),
        };
        let mut tokens = Vec::new();
        let mut ids = FxHashMap::with_capacity_and_hasher(entries.len(), Default::default());
        for (Text(token), id) in entries {
            let id = match id {
                Id::Id(id) if is_near(*id, entries.len()) => *id,
                Id::Id(id) => return too_far(token, &id.to_string(), entries.len()),
                Id::Other(id) => return too_far(token, id, entries.len()),
            };
            if tokens.len() <= id as usize {
                tokens.resize(id as usize + 1, None);
            }
            if let Some(other) = tokens[id as usize].replace(&**token) {
                let problem = format!("{} and {} both have id {id}", short(other), short(token));
                return broken("model.vocab", problem);
            }
            if ids.insert(&**token, id).is_some() {
                return broken("model.vocab", format!("{} is there twice", short(token)));
            }
        }
        Ok(Vocabulary { tokens, ids })
    }

    /// The ids are the places in the list.
    fn scored(entries: &'a [(Text, Score)]) -> Self {
        let tokens: Vec<&str> = entries.iter().map(|(Text(token), _)| &**token).collect();
        let ids = tokens.iter().zip(0..).map(|(&token, id)| (token, id)).collect();
        Vocabulary { tokens: tokens.into_iter().map(Some).collect(), ids }
    }

    /// Each token, or an empty one where there is none, as the model wants them.
    pub(super) fn all<T: Default>(&self, token: impl Fn(u32, &str) -> T) -> Vec<T> {
        let one = |(id, text): (u32, &Option<&str>)| text.map(|text| token(id, text));
        (0..).zip(&self.tokens).map(one).map(Option::unwrap_or_default).collect()
    }

    /// Each merge in ids: the two and what they become. `gone`: what the right one loses in front.
    pub(super) fn merges(&self, merges: &[Merge], gone: &str) -> Result<Vec<Pair>, FormatError> {
        let mut joined = String::new();
        let mut read = |merge: &Merge| {
            let (left, right) = match merge {
                Merge::Line(Text(both)) => {
                    both.split_once(' ').filter(|two| !two.1.contains(' '))?
                }
                Merge::Pair(Text(left), Text(right)) => (&**left, &**right),
                Merge::Other(_) => return None,
            };
            joined.clear();
            joined.push_str(left);
            joined.push_str(right.strip_prefix(gone)?);
            Some(((*self.ids.get(left)?, *self.ids.get(right)?), *self.ids.get(&*joined)?))
        };
        let version = |merge: &&Merge| match merge {
            Merge::Line(Text(line)) => !line.starts_with("#version"),
            _ => true,
        };
        let mut all = Vec::with_capacity(merges.len());
        for (rank, merge) in merges.iter().filter(version).enumerate() {
            let Some(merge) = read(merge) else {
                let problem = "is not two tokens of model.vocab whose joining is one, too";
                return broken(
                    format!("model.merges[{rank}]"),
                    format!("{} {problem}", named(merge)),
                );
            };
            all.push(merge);
        }
        Ok(all)
    }

    /// The added tokens, each once: they have ids of their own, or those of the vocabulary.
    pub(super) fn added(&self, all: Vec<AddedToken>) -> Result<Vec<AddedToken>, FormatError> {
        let entries = self.ids.len() + all.len();
        let mut by_id: FxHashMap<u32, usize> = FxHashMap::default();
        let mut ids: FxHashMap<String, u32> = FxHashMap::default();
        let mut kept: Vec<AddedToken> = Vec::with_capacity(all.len());
        for token in all {
            let (id, content) = (token.id, &token.content);
            let listed = self.ids.get(&**content).or_else(|| ids.get(content));
            let other = self.tokens.get(id as usize).copied().flatten();
            let problem = match (listed, other, by_id.get(&id)) {
                (Some(listed), ..) if *listed != id => format!("has id {id}, and id {listed}, too"),
                (_, Some(other), _) if other != content => {
                    format!("has id {id}, which is that of {}", short(other))
                }
                (_, _, Some(&at)) if kept[at].content != *content => {
                    format!("has id {id}, which is that of {}", short(&kept[at].content))
                }
                (_, _, Some(&at)) => {
                    kept[at] = token; // the later one counts
                    continue;
                }
                _ if !is_near(id, entries) => {
                    format!("has id {id}, far beyond the {entries} entries that there are")
                }
                _ => String::new(),
            };
            if !problem.is_empty() {
                return broken("added_tokens", format!("{} {problem}", short(content)));
            }
            if !content.is_empty() {
                by_id.insert(id, kept.len());
                ids.insert(content.clone(), id);
                kept.push(token);
            }
        }
        kept.sort_by_key(|token| token.id);
        Ok(kept)
    }
}

fn is_near(id: u32, entries: usize) -> bool {
    (id as usize) < entries * 2 + FAR
}

fn too_far<T>(token: &str, id: &str, entries: usize) -> Result<T, FormatError> {
    let want = format!("a whole number from 0 to {} in a list of {entries}", entries * 2 + FAR - 1);
    broken(
        "model.vocab",
        format!("{} has id {}, but it needs {want}", short(token), clipped(id.into())),
    )
}

fn named(merge: &Merge) -> String {
    match merge {
        Merge::Line(Text(line)) => short(line),
        Merge::Pair(Text(left), Text(right)) => format!("[{}, {}]", short(left), short(right)),
        Merge::Other(parts) => format!("a list of {parts}"),
    }
}
