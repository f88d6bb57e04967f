//! Weights in each kind, against the published package's reading and writing of them.
#![allow(clippy::unwrap_used)] // helpers of tests

use kernels::{Kind, Rows, narrow};

/// A line of the reference: the direction, the kind, the bytes, the numbers.
fn reference(way: &str) -> Vec<(Kind, Vec<u8>, Vec<f32>)> {
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
    };
    let line = |line: &str| {
        let [direction, name, data, numbers] =
            line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name).unwrap();
        let numbers = bytes(numbers);
        let numbers = numbers.chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
        (direction == way).then(|| (kind, bytes(data), numbers.collect()))
    };
    include_str!("weights_reference.txt").lines().filter_map(line).collect()
}

#[test]
fn numbers_are_those_of_the_published_package() {
    let reference = reference("read");
    assert!(Kind::ALL.iter().all(|kind| reference.iter().any(|(other, ..)| other == kind)));
    for (kind, bytes, expected) in reference {
        let rows = Rows::new(kind, 1, expected.len(), &bytes);
        let mut numbers = vec![0.0; expected.len()];
        rows.widen(0, &mut numbers);
        assert_eq!(numbers, expected, "{kind:?}");
    }
}

#[test]
fn bytes_are_those_of_the_published_package() {
    let reference = reference("write");
    assert_eq!(reference.len(), 4);
    for (kind, expected, numbers) in reference {
        let bytes = narrow(kind, &numbers).unwrap();
        for (i, (block, expected)) in
            bytes.chunks(kind.block_bytes()).zip(expected.chunks(kind.block_bytes())).enumerate()
        {
            let numbers = &numbers[i * kind.block()..][..kind.block()];
            assert_eq!(block, expected, "{kind:?}, block {i}: {numbers:?}");
        }
        assert_eq!(bytes.len(), expected.len());
    }
}

#[test]
fn what_is_narrowed_is_near() {
    let numbers: Vec<f32> = (0..640).map(|i| (i as f32 * 0.7).sin() * (i % 7) as f32).collect();
    for (kind, digits) in
        [(Kind::F32, 0.0), (Kind::F16, 5e-4), (Kind::Bf16, 4e-3), (Kind::Q8_0, 4.5e-3)]
    {
        let bytes = narrow(kind, &numbers).unwrap();
        let rows = Rows::new(kind, 5, 128, &bytes);
        let mut row = [0.0; 128];
        for i in 0..5 {
            rows.widen(i, &mut row);
            for (got, x) in row.iter().zip(&numbers[i * 128..]) {
                assert!((got - x).abs() <= digits * 6.0, "{kind:?}: {got} for {x}");
            }
        }
    }
}

#[test]
fn numbers_that_are_none_do_no_harm() {
    for odd in [f32::NAN, f32::INFINITY, f32::MIN, f32::MAX, f32::from_bits(1)] {
        let mut numbers = [1.0; 32];
        numbers[3] = odd;
        for kind in Kind::ALL {
            let bytes = narrow(kind, &numbers);
            assert_eq!(bytes.is_some(), matches!(kind.name(), "F32" | "F16" | "BF16" | "Q8_0"));
        }
        let [half, brain] = [Kind::F16, Kind::Bf16].map(|kind| {
            let mut back = [0.0; 32];
            Rows::new(kind, 1, 32, &narrow(kind, &numbers).unwrap()).widen(0, &mut back);
            back[3]
        });
        assert_eq!((half.is_nan(), brain.is_nan()), (odd.is_nan(), odd.is_nan()));
    }
}

#[test]
fn rows_are_cut_where_they_end() {
    let bytes: Vec<u8> = (0..3 * 2 * 34).map(|i| i as u8).collect();
    let rows = Rows::new(Kind::Q8_0, 3, 64, &bytes);
    assert_eq!((rows.kind(), rows.rows(), rows.columns()), (Kind::Q8_0, 3, 64));
    let [mut a, mut b] = [[0.0; 64]; 2];
    let part = rows.slice(1..3);
    assert_eq!((part.rows(), part.bytes()), (2, &bytes[68..]));
    part.widen(1, &mut a);
    rows.widen(2, &mut b);
    assert_eq!(a.map(f32::to_bits), b.map(f32::to_bits));
    assert_eq!(rows.slice(3..3).bytes(), &[] as &[u8]);
}

#[test]
#[should_panic(expected = "a matrix (2, 64) of Q4_0 takes 72, not 71 bytes")]
fn bytes_that_are_missing_are_told() {
    Rows::new(Kind::Q4_0, 2, 64, &[0; 71]);
}

#[test]
#[should_panic(expected = "a matrix (2, 100) of Q6_K takes blocks of 256, not 420 bytes")]
fn half_a_block_is_told() {
    Rows::new(Kind::Q6K, 2, 100, &[0; 420]);
}

#[test]
#[should_panic(expected = "not 8 bytes")]
fn a_matrix_without_end_is_told() {
    Rows::new(Kind::F32, usize::MAX / 2, 3, &[0; 8]);
}
