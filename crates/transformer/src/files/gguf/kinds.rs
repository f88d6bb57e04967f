//! The numbers and names that GGUF has for kinds of numbers.

use kernels::Kind;

const KINDS: [(u32, Kind); 8] = [
    (0, Kind::F32),
    (1, Kind::F16),
    (2, Kind::Q4_0),
    (3, Kind::Q4_1),
    (8, Kind::Q8_0),
    (12, Kind::Q4K),
    (14, Kind::Q6K),
    (30, Kind::Bf16),
];

/// Those that cannot be read.
const OTHERS: [(u32, &str); 26] = [
    (6, "Q5_0"),
    (7, "Q5_1"),
    (9, "Q8_1"),
    (10, "Q2_K"),
    (11, "Q3_K"),
    (13, "Q5_K"),
    (15, "Q8_K"),
    (16, "IQ2_XXS"),
    (17, "IQ2_XS"),
    (18, "IQ3_XXS"),
    (19, "IQ1_S"),
    (20, "IQ4_NL"),
    (21, "IQ3_S"),
    (22, "IQ2_S"),
    (23, "IQ4_XS"),
    (24, "I8"),
    (25, "I16"),
    (26, "I32"),
    (27, "I64"),
    (28, "F64"),
    (29, "IQ1_M"),
    (34, "TQ1_0"),
    (35, "TQ2_0"),
    (39, "MXFP4"),
    (40, "NVFP4"),
    (41, "Q1_0"),
];

/// The kind that a number stands for.
pub(super) fn of(number: u32) -> Option<Kind> {
    KINDS.into_iter().find(|&(other, _)| other == number).map(|(_, kind)| kind)
}

/// The number that stands for a kind.
pub(super) fn number(kind: Kind) -> Option<u32> {
    KINDS.into_iter().find(|&(_, other)| other == kind).map(|(number, _)| number)
}

/// What a number that is none of ours is called.
pub(super) fn other(number: u32) -> String {
    let known = OTHERS.into_iter().find(|&(other, _)| other == number);
    known.map_or_else(|| format!("of the kind number {number}"), |(_, name)| name.to_owned())
}

/// The number that `general.file_type` has for a file whose matrices are mostly of this kind.
pub(super) fn file_type(kind: Kind) -> u32 {
    match kind {
        Kind::F32 => 0,
        Kind::F16 => 1,
        Kind::Q4_0 => 2,
        Kind::Q4_1 => 3,
        Kind::Q8_0 => 7,
        Kind::Q4K => 15,
        Kind::Q6K => 18,
        Kind::Bf16 => 32,
    }
}
