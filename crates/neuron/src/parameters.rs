//! Every number that training may change, as one list of named arrays.
//!
//! A gradient, and what an optimizer remembers, are values of the model's own type. So one list
//! serves them all: taking a step, counting, saving and loading walk along it, and need to know
//! nothing else of a model.

use std::iter::zip;

use ndarray::{Array, ArrayViewD, ArrayViewMutD, Dimension, Zip};

use crate::{Float, side_by_side};

/// Arrays of fewer numbers than this are not worth waking another thread for.
const WORTH_SHARING: usize = 1 << 15;

/// Arrays, each with its name, such as `blocks.0.attention.query.weight`.
pub type Named<A> = Vec<(String, A)>;

/// A model, a layer or a single array: anything that training may change.
pub trait Parameters<F: Float>: Clone {
    /// Every array with its name, always in the same order.
    fn parameters(&self) -> Named<ArrayViewD<'_, F>>;

    /// The same list, to be changed.
    fn parameters_mut(&mut self) -> Named<ArrayViewMutD<'_, F>>;

    /// Every number of every array, one after another.
    fn numbers_mut(&mut self) -> Vec<&mut F> {
        self.parameters_mut().into_iter().flat_map(|(_, array)| array).collect()
    }

    /// How many numbers there are.
    fn count(&self) -> usize {
        self.parameters().iter().map(|(_, array)| array.len()).sum()
    }

    /// The same shapes with 0 everywhere: where a gradient starts.
    fn zeros_like(&self) -> Self {
        let mut zeros = self.clone();
        zeros.clear();
        zeros
    }

    /// Sets every number to 0.
    fn clear(&mut self) {
        for (_, mut array) in self.parameters_mut() {
            match array.as_slice_memory_order_mut() {
                Some(all) if all.len() >= WORTH_SHARING => {
                    let some = all.chunks_mut(WORTH_SHARING).collect();
                    side_by_side(some, |some| some.fill(F::zero()));
                }
                _ => array.fill(F::zero()),
            }
        }
    }

    /// Adds the numbers of another of the same shapes: the gradient of two shares of the data is the
    /// sum of theirs.
    fn add(&mut self, other: &Self) {
        for ((_, mut array), (_, other)) in zip(self.parameters_mut(), other.parameters()) {
            let together = Zip::from(&mut array).and(&other);
            if together.size() >= WORTH_SHARING {
                together.par_for_each(|number, &other| *number += other);
            } else {
                together.for_each(|number, &other| *number += other);
            }
        }
    }
}

/// Declares the parameters of a layer, once: first what is learned, then what is not.
///
/// ```
/// use ndarray::{Array1, array};
/// use neuron::{Parameters, parameters};
///
/// #[derive(Clone)]
/// struct Scale<F> {
///     gain: Array1<F>,
///     epsilon: f64,
/// }
/// parameters!(Scale { gain; epsilon });
///
/// let scale = Scale { gain: array![1.0, 2.0], epsilon: 1e-5 };
/// assert_eq!(scale.parameters()[0].0, "gain");
/// assert_eq!(scale.count(), 2);
/// ```
///
/// The struct is taken apart field by field: one that is in neither list does not compile. No
/// gradient test could see it.
#[macro_export]
macro_rules! parameters {
    ($layer:ident { $($part:ident),+ $(; $($constant:ident),+)? }) => {
        const _: () = {
            use $crate::ndarray::{ArrayViewD, ArrayViewMutD};
            use $crate::parameters::{Named, inside};

            impl<F: $crate::Float> $crate::Parameters<F> for $layer<F> {
                fn parameters(&self) -> Named<ArrayViewD<'_, F>> {
                    let Self { $($part),+ $(, $($constant: _),+)? } = self;
                    let parts = [$(inside(stringify!($part), $part.parameters())),+];
                    parts.into_iter().flatten().collect()
                }

                fn parameters_mut(&mut self) -> Named<ArrayViewMutD<'_, F>> {
                    let Self { $($part),+ $(, $($constant: _),+)? } = self;
                    let parts = [$(inside(stringify!($part), $part.parameters_mut())),+];
                    parts.into_iter().flatten().collect()
                }
            }
        };
    };
}

/// The list of a part, as it appears in the list of the whole.
pub fn inside<A>(whole: &str, part: Named<A>) -> Named<A> {
    let full = |name: String| match name.as_str() {
        "" => whole.to_owned(),
        name => format!("{whole}.{name}"),
    };
    part.into_iter().map(|(name, array)| (full(name), array)).collect()
}

/// An array is its own only parameter; what holds it gives it its name.
impl<F: Float, D: Dimension> Parameters<F> for Array<F, D> {
    fn parameters(&self) -> Named<ArrayViewD<'_, F>> {
        vec![(String::new(), self.view().into_dyn())]
    }

    fn parameters_mut(&mut self) -> Named<ArrayViewMutD<'_, F>> {
        vec![(String::new(), self.view_mut().into_dyn())]
    }
}

/// What may be left out has no parameters where it is left out.
impl<F: Float, P: Parameters<F>> Parameters<F> for Option<P> {
    fn parameters(&self) -> Named<ArrayViewD<'_, F>> {
        self.iter().flat_map(P::parameters).collect()
    }

    fn parameters_mut(&mut self) -> Named<ArrayViewMutD<'_, F>> {
        self.iter_mut().flat_map(P::parameters_mut).collect()
    }
}

/// Layers in a row are named by their numbers.
impl<F: Float, P: Parameters<F>> Parameters<F> for Vec<P> {
    fn parameters(&self) -> Named<ArrayViewD<'_, F>> {
        let parts = self.iter().enumerate();
        parts.flat_map(|(i, part)| inside(&i.to_string(), part.parameters())).collect()
    }

    fn parameters_mut(&mut self) -> Named<ArrayViewMutD<'_, F>> {
        let parts = self.iter_mut().enumerate();
        parts.flat_map(|(i, part)| inside(&i.to_string(), part.parameters_mut())).collect()
    }
}
