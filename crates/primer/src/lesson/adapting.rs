//! A text to go on with, by a model that stays as it is, and two small matrices beside each large one.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use backprop::{Dropout, Loss};
use neuron::Parameters;
use transformer::lora::Adapted;

use super::{Exam, Lesson, Size, Text};
use crate::ids::Stretch;
use crate::language::Language;
use crate::preset::Settings;
use crate::{adapter, evaluate, folder};

/// A text to go on with, learned beside a model.
#[derive(Debug)]
pub struct Adapting<M> {
    text: Text<M>,
    base: Arc<M>,
}

impl<M: Language> Adapting<M> {
    /// A text, and the model that stays as it is.
    ///
    /// # Errors
    /// If the model cannot be read.
    pub fn new(text: Text<M>, settings: &Settings) -> Result<Self> {
        let base = Arc::new(text.first(settings)?);
        Ok(Adapting { text, base })
    }

    fn adapted(&self, settings: &Settings) -> Result<Adapted<M>> {
        let (rank, alpha) = (settings.lora_rank, settings.lora_alpha);
        adapter::new(self.base.clone(), rank, alpha, settings.seed)
    }
}

impl<M: Language> Lesson for Adapting<M> {
    type Network = Adapted<M>;
    type Example<'a>
        = Stretch<'a>
    where
        M: 'a;

    fn begin(&self, settings: &Settings) -> Result<Adapted<M>> {
        self.adapted(settings)
    }

    fn open(&self, folder: &Path) -> Result<Adapted<M>> {
        adapter::open(folder, self.base.clone())
    }

    fn files<'a>(&self, network: &'a Adapted<M>, settings: &Settings) -> Result<folder::Files<'a>> {
        let (parts, tokenizer) = self.text.beside();
        adapter::files(network, settings, parts, tokenizer)
    }

    fn size(&self, settings: &Settings) -> Size {
        let parameters = self.adapted(settings).map_or(0, |adapted| adapted.count());
        // The model and a copy with what is learned, beside what learning itself takes.
        let whole = self.text.size(settings);
        Size { parameters, kept: whole.kept + 3 * whole.parameters, ..whole }
    }

    fn describe(&self) -> String {
        self.text.describe()
    }

    fn draw(&self, settings: &Settings, step: usize) -> Vec<Stretch<'_>> {
        self.text.drawn(settings, step)
    }

    fn tokens(window: &Stretch<'_>) -> usize {
        window.len()
    }

    fn learn(
        network: &Adapted<M>,
        windows: &[Stretch<'_>],
        settings: &Settings,
        dropout: Dropout,
        grad: &mut Adapted<M>,
    ) -> Loss {
        let (ids, targets) = evaluate::flat(windows);
        let merged = network.merge();
        let mut slopes = merged.zeros_like();
        let loss = merged.learn(&ids, &targets, settings.context, dropout, &mut slopes);
        network.backward(&slopes, grad);
        loss
    }

    fn examine(&self, network: &Adapted<M>, settings: &Settings, _last: bool) -> Exam {
        self.text.examined(&network.merge(), settings)
    }
}
