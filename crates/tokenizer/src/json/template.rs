//! The part `post_processor`: what it puts around one text. It is written back as it was read.

use serde_json::Value;

use super::{
    part::Part,
    refuse::{broken, short, shown, unsupported},
};
use crate::{FormatError, template::Template};

const SUPPORTED: &str =
    "one of TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence";

pub(super) fn read(value: &Value) -> Result<Template, FormatError> {
    let mut template = Template::default();
    if !value.is_null() {
        let part = Part { value, place: "post_processor".into() };
        add(&part, &mut 0, &mut template)?;
        template.written = value.to_string();
    }
    Ok(template)
}

fn add(part: &Part, steps: &mut usize, template: &mut Template) -> Result<(), FormatError> {
    *steps += 1;
    part.few(*steps)?;
    match part.kind()? {
        "Sequence" => part.each("processors")?.try_for_each(|part| add(&part, steps, template)),
        "ByteLevel" => Ok(()), // it only says where in the text a token comes from
        "BertProcessing" | "RobertaProcessing" => {
            template.around(&[id(&part.at("cls"))?], &[id(&part.at("sep"))?]);
            Ok(())
        }
        "TemplateProcessing" => {
            let (before, after) = single(part)?;
            template.around(&before, &after);
            Ok(())
        }
        _ => part.refused(SUPPORTED),
    }
}

/// `["[CLS]", 101]`
fn id(part: &Part) -> Result<u32, FormatError> {
    match part.value[1].as_u64().and_then(|id| u32::try_from(id).ok()) {
        Some(id) => Ok(id),
        None => unsupported(&*part.place, shown(part.value), "a text and an id"),
    }
}

/// The ids before and after the one text.
fn single(part: &Part) -> Result<(Vec<u32>, Vec<u32>), FormatError> {
    let (mut before, mut after) = (Vec::new(), None);
    for piece in part.each("single")? {
        let text = piece.value["Sequence"]["id"].as_str();
        match (text, piece.value["SpecialToken"]["id"].as_str(), &mut after) {
            (Some("A"), _, None) => after = Some(Vec::new()),
            (None, Some(token), None) => before.extend(ids(part, token)?),
            (None, Some(token), Some(after)) => after.extend(ids(part, token)?),
            _ => {
                let place = piece.place;
                return unsupported(place, shown(piece.value), "a SpecialToken, or A once");
            }
        }
    }
    match after {
        Some(after) => Ok((before, after)),
        None => broken(part.at("single").place, "has no place for the text".into()),
    }
}

/// The ids of a special token of the template: one as a rule.
fn ids(part: &Part, token: &str) -> Result<Vec<u32>, FormatError> {
    let place = part.at("special_tokens").at(token);
    let id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
    match place.value["ids"].as_array().map(|ids| ids.iter().map(id).collect()) {
        Some(Some(ids)) => Ok(ids),
        _ => broken(part.at("special_tokens").place, format!("has no ids for {}", short(token))),
    }
}
