//! A long text, encoded piece by piece, so that text and ids never lie side by side as a whole.
//!
//! ```text
//! text      The cat sat on the mat. It was a …
//! pieces    The cat sat|on the mat. It|was a …          cut where no token reaches across
//!           ids, let go|ids, let go   |
//! ```

use super::{Specials, Tokenizer};
use crate::{
    EncodeError,
    cut::{Step, find::Find},
    model::Model,
    normalize,
    split::{ends_run, parts},
    words,
};

/// How long a piece is, or a little longer.
const PIECE: usize = 1 << 20;

/// Whether a text can be cut between two characters, and the ids of its pieces are still those of the whole.
type Ends<'a> = Box<dyn Fn(char, char) -> bool + 'a>;

impl Tokenizer {
    /// The ids of a text, as [`encode_with`](Self::encode_with) says them, some at a time and in order. The
    /// text is let go piece by piece as it is encoded; where a token may reach across any place of it, it
    /// is encoded as a whole.
    ///
    /// ```
    /// use tokenizer::{Specials, Tokenizer};
    ///
    /// let (text, mut ids) = ("cab".to_owned(), Vec::new());
    /// let tokenizer = Tokenizer::characters("abc");
    /// tokenizer.encode_long(text, Specials::default(), |some| ids.extend(some))?;
    /// assert_eq!(ids, [2, 0, 1]);
    /// # Ok::<(), tokenizer::EncodeError>(())
    /// ```
    pub fn encode_long(
        &self,
        text: String,
        specials: Specials,
        mut take: impl FnMut(Vec<u32>),
    ) -> Result<(), EncodeError> {
        let in_text = specials.in_text;
        if specials.around {
            take(self.template.before.clone());
        }
        let mut start = 0;
        for piece in self.pieces(text, in_text) {
            let ids = self.encode_piece(&piece, start, in_text);
            let ids = ids.map_err(|error| error.behind(start))?;
            start += piece.len();
            drop(piece);
            take(ids);
        }
        if specials.around {
            take(self.template.after.clone());
        }
        Ok(())
    }

    /// The text in pieces of their own.
    fn pieces(&self, text: String, special: bool) -> Vec<String> {
        match self.ends(special) {
            Some(ends) => parts(&text, PIECE, ends).map(str::to_owned).collect(),
            None => vec![text],
        }
    }

    /// The ids of a piece that begins at a byte of the text.
    fn encode_piece(
        &self,
        piece: &str,
        start: usize,
        in_text: bool,
    ) -> Result<Vec<u32>, EncodeError> {
        if let (Model::SentencePiece(model), Some(_), 1..) =
            (&self.model, self.makes_blanks(), start)
        {
            let mut ids = Vec::new(); // no other blank in front
            if !model.encode_blanks(piece, false, &mut ids) {
                model.encode_piece(&piece.replace(' ', "▁"), &mut ids);
            }
            return Ok(ids);
        }
        self.encode_with(piece, Specials { in_text, around: false })
    }

    /// Where pieces end; nothing, where a token may reach across any place.
    fn ends(&self, special: bool) -> Option<Ends<'_>> {
        if self.added.looks_for_any(special) {
            return None;
        }
        match (&self.model, self.cut.pattern()) {
            (Model::Characters(_) | Model::Bytes, _) if self.is_as_made() => {
                Some(Box::new(|_, _| true))
            }
            (Model::Words(_), _) if self.is_as_made() => Some(Box::new(words::ends_before)),
            (Model::SentencePiece(model), _) if self.makes_blanks().is_some() => {
                let apart = model.apart()?;
                Some(Box::new(|before, after| apart.are_apart(before, after)))
            }
            (Model::Pairs(_), Some((before, _))) => {
                let composes = matches!(self.normalizer.steps[..], [] | [normalize::Step::Nfc]);
                let digits = |step: &Step| matches!(step, Step::Split { find: Find::Digits, .. });
                (composes && before.iter().all(digits)).then(|| Box::new(ends_run) as Ends<'_>)
            }
            _ => None,
        }
    }

    /// As it is made here, with nothing added, and nothing done to a text before it is cut.
    fn is_as_made(&self) -> bool {
        *self == self.model.clone().into()
    }
}
