//! Blame flows back, one number at a time.
//!
//! ```text
//! y = w x + b         ┌ w        its blame is the product's, times x: so far the product moves with w
//!              ┌ w x ─┤
//!          y ──┤      └ x        … times w
//!              └ b               y's, times 1
//! ```
//!
//! Whatever is calculated from a [`Number`] is written down on a tape: the value, from which numbers it
//! was made, and how far it moves with each of them. [`Number::backward`] reads the tape from its end. The
//! blame of a number is the sum, over all that was made from it, of their blame times that slope.
//!
//! It would do for any model, but slowly: every sum of every neuron is an entry. The layers of the house
//! do the same for whole arrays, and the tape is their second witness, in tests.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Sub};

/// What was calculated, in order.
#[derive(Debug, Default)]
pub struct Tape(RefCell<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    sign: &'static str,         // what was done
    value: f64,                 // what came of it
    parents: Vec<(usize, f64)>, // from which entries, and how far it moves with each
}

impl Tape {
    /// A number to start from.
    ///
    /// ```
    /// let tape = backprop::Tape::default();
    /// let [w, x, b] = [2.0, 3.0, 1.0].map(|value| tape.number(value));
    /// let y = w * x + b + x;
    /// let blame = y.backward();
    /// assert_eq!((y.value(), blame.of(w), blame.of(x), blame.of(b)), (10.0, 3.0, 2.0 + 1.0, 1.0));
    /// ```
    pub fn number(&self, value: f64) -> Number<'_> {
        self.write("", value, &[])
    }

    fn write(&self, sign: &'static str, value: f64, parents: &[(Number<'_>, f64)]) -> Number<'_> {
        let parents = parents.iter().map(|(parent, slope)| (parent.place, *slope)).collect();
        self.0.borrow_mut().push(Entry { sign, value, parents });
        Number { tape: self, place: self.0.borrow().len() - 1 }
    }
}

/// One number on a tape.
#[derive(Clone, Copy, Debug)]
pub struct Number<'t> {
    tape: &'t Tape,
    place: usize,
}

/// How far a result moves with each number of its tape.
#[derive(Clone, Debug)]
pub struct Blame(Vec<f64>);

impl Blame {
    /// How far the result moves with this number.
    pub fn of(&self, number: Number<'_>) -> f64 {
        self.0.get(number.place).copied().unwrap_or(0.0) // what came later has no part in it
    }
}

impl<'t> Number<'t> {
    /// What it is.
    pub fn value(self) -> f64 {
        self.tape.0.borrow()[self.place].value
    }

    /// What was done to get it, with what, and how far it moves with each of these.
    pub fn made_of(self) -> (&'static str, Vec<(Number<'t>, f64)>) {
        let entry = &self.tape.0.borrow()[self.place];
        let number = |&(place, slope)| (Number { tape: self.tape, place }, slope);
        (entry.sign, entry.parents.iter().map(number).collect())
    }

    /// The blame of every number on the tape for this one. Its own is 1.
    pub fn backward(self) -> Blame {
        let mut blame = vec![0.0; self.place + 1];
        blame[self.place] = 1.0;
        for (place, entry) in self.tape.0.borrow()[..=self.place].iter().enumerate().rev() {
            for &(parent, slope) in &entry.parents {
                blame[parent] += blame[place] * slope;
            }
        }
        Blame(blame)
    }
}

/// `sign`, how it is called, what comes of `a`, and how far that moves with `a`.
macro_rules! one {
    ($sign:literal, $name:ident, |$a:ident $(, $with:ident)?| $value:expr, $slope:expr) => {
        impl<'t> Number<'t> {
            #[doc = concat!("`", $sign, "`")]
            pub fn $name(self $(, $with: f64)?) -> Number<'t> {
                let $a = self.value();
                self.tape.write($sign, $value, &[(self, $slope)])
            }
        }
    };
}

one!("power", powf, |a, power| a.powf(power), power * a.powf(power - 1.0));
one!("exp", exp, |a| a.exp(), a.exp());
one!("ln", ln, |a| a.ln(), 1.0 / a);
one!("tanh", tanh, |a| a.tanh(), 1.0 - a.tanh() * a.tanh());
one!("relu", relu, |a| a.max(0.0), f64::from(a > 0.0));

/// The same for two numbers, or for one and a constant.
macro_rules! two {
    ($sign:literal, $operator:ident, $name:ident, |$a:ident, $b:ident| $value:expr, $da:expr, $db:expr) => {
        impl<'t> $operator for Number<'t> {
            type Output = Number<'t>;

            fn $name(self, other: Number<'t>) -> Number<'t> {
                let ($a, $b) = (self.value(), other.value());
                self.tape.write($sign, $value, &[(self, $da), (other, $db)])
            }
        }

        impl<'t> $operator<f64> for Number<'t> {
            type Output = Number<'t>;

            fn $name(self, constant: f64) -> Number<'t> {
                $operator::$name(self, self.tape.number(constant))
            }
        }
    };
}

two!("+", Add, add, |a, b| a + b, 1.0, 1.0);
two!("-", Sub, sub, |a, b| a - b, 1.0, -1.0);
two!("·", Mul, mul, |a, b| a * b, b, a);
two!("/", Div, div, |a, b| a / b, 1.0 / b, -a / (b * b));
