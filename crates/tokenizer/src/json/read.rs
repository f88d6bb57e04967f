//! From a file to its tokenizer, or a refusal that names what is in the way.

use super::{
    cut, decoder,
    file::File,
    model, normalizer,
    part::parsed,
    refuse::{broken, must_be_null, unsupported},
    template,
    vocabulary::Vocabulary,
};
use crate::{FormatError, Tokenizer, added::Added, fast::Texts};

/// How many bytes all added tokens may have together.
const ADDED: usize = 1 << 20;

pub(super) fn read(file: File) -> Result<Tokenizer, FormatError> {
    must_be_null("truncation", file.truncation)?;
    must_be_null("padding", file.padding)?;
    let normalizer = normalizer::read(&parsed("normalizer", file.normalizer)?)?;
    let mut cut = cut::read(&parsed("pre_tokenizer", file.pre_tokenizer)?)?;
    let decoder = decoder::read(&parsed("decoder", file.decoder)?)?;
    let template = template::read(&parsed("post_processor", file.post_processor)?)?;
    if normalizer.spells() && cut.byte_level() {
        return broken("pre_tokenizer", "has ByteLevel, and so has the normalizer".into());
    }

    let bytes = normalizer.spells() || cut.byte_level();
    let vocabulary = Vocabulary::new(&file.model.vocab)?;
    let (model, literal) = model::read(&file.model, &vocabulary, &mut cut, bytes)?;
    let size: usize = file.added_tokens.iter().map(|token| token.content.len()).sum();
    if size > ADDED {
        return unsupported("added_tokens", format!("{size} bytes long"), "at most 1048576 bytes");
    }
    let added = Added::new(vocabulary.added(file.added_tokens)?, &normalizer)?;
    let texts = Texts::default();
    let tokenizer = Tokenizer { added, normalizer, cut, model, template, decoder, literal, texts };

    let around = tokenizer.template.before.iter().chain(&tokenizer.template.after);
    match around.copied().find(|&id| tokenizer.shown(id).is_none()) {
        Some(id) => broken("post_processor", format!("no entry of the vocabulary has its id {id}")),
        None => Ok(tokenizer),
    }
}
