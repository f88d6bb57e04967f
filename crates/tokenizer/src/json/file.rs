//! The file as it is parsed: in one walk, and with the texts left where they are.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::score;
use crate::added::AddedToken;

/// What is read of a file.
#[derive(Deserialize)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    pub(super) truncation: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) padding: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) added_tokens: Vec<AddedToken>,
    #[serde(borrow)]
    pub(super) normalizer: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) pre_tokenizer: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) post_processor: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) decoder: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model: Model<'a>,
}

/// The part `model`, of any kind.
#[derive(Deserialize)]
pub(super) struct Model<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) vocab: Vocab<'a>,
    #[serde(borrow)]
    pub(super) merges: Option<Vec<Merge<'a>>>,
    #[serde(borrow)]
    pub(super) unk_token: Option<Text<'a>>,
    pub(super) unk_id: Option<u64>,
    #[serde(borrow)]
    pub(super) continuing_subword_prefix: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) end_of_word_suffix: Option<Text<'a>>,
    pub(super) max_input_chars_per_word: Option<u64>,
    pub(super) dropout: Option<f64>,
    pub(super) fuse_unk: Option<bool>,
    pub(super) byte_fallback: Option<bool>,
    pub(super) ignore_merges: Option<bool>,
}

/// The vocabulary: a number for each token, or a score for each in the order of their numbers.
#[derive(Default)]
pub(super) enum Vocab<'a> {
    #[default]
    Absent,
    Numbered(Vec<(Text<'a>, Id)>),
    Scored(Vec<(Text<'a>, Score)>),
}

/// A text of the file, which is not copied where it stands as it is.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

/// The score of a token.
pub(super) struct Score(pub(super) f64);

/// What should be an id.
pub(super) enum Id {
    Id(u32),
    Other(Box<str>),
}

/// What should be two tokens.
pub(super) enum Merge<'a> {
    Line(Text<'a>),
    Pair(Text<'a>, Text<'a>),
    Other(usize),
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Text<'de>;
            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Visit)
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let score = if number { score::read(text) } else { None };
        score.map(Score).ok_or_else(|| Error::custom("a score must be a number of bearable size"))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl Visitor<'_> for Visit {
            type Value = Id;
            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("an id")
            }
            fn visit_u64<E: Error>(self, id: u64) -> Result<Id, E> {
                Ok(u32::try_from(id).map_or_else(|_| Id::Other(id.to_string().into()), Id::Id))
            }
            fn visit_i64<E: Error>(self, id: i64) -> Result<Id, E> {
                Ok(Id::Other(id.to_string().into()))
            }
            fn visit_f64<E: Error>(self, id: f64) -> Result<Id, E> {
                Ok(Id::Other(id.to_string().into()))
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Vocab<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Vocab<'de>;
            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a vocabulary")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocab<'de>, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(Vocab::Numbered(all))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vocab<'de>, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = list.next_element()? {
                    all.push(entry);
                }
                Ok(Vocab::Scored(all))
            }
        }
        deserializer.deserialize_any(Visit)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Merge<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Merge<'de>;
            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a merge")
            }
            fn visit_borrowed_str<E: Error>(self, line: &'de str) -> Result<Merge<'de>, E> {
                Ok(Merge::Line(Text(Cow::Borrowed(line))))
            }
            fn visit_str<E: Error>(self, line: &str) -> Result<Merge<'de>, E> {
                Ok(Merge::Line(Text(Cow::Owned(line.to_owned()))))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Merge<'de>, A::Error> {
                let (left, right) = (list.next_element()?, list.next_element()?);
                let mut parts = usize::from(left.is_some()) + usize::from(right.is_some());
                while list.next_element::<IgnoredAny>()?.is_some() {
                    parts += 1;
                }
                Ok(match (left, right, parts) {
                    (Some(left), Some(right), 2) => Merge::Pair(left, right),
                    _ => Merge::Other(parts),
                })
            }
        }
        deserializer.deserialize_any(Visit)
    }
}
