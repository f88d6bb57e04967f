//! Numbers of 24 bits come out of 16 bytes as they went in.

use kernels::packed::Packed;
use proptest::prelude::*;

proptest! {
    #[test]
    fn both_ways_write_what_was_packed(numbers in prop::collection::vec(0u32..1 << 24, 0..=Packed::MOST), beside: u8) {
        let packed = Packed::new(&numbers, beside).expect("they fit");
        prop_assert_eq!(packed.beside(), beside);
        prop_assert_eq!(packed.first(), numbers.first().copied().unwrap_or_default());
        for write in [Packed::write, Packed::write_plainly] {
            let mut out = [u32::MAX; Packed::ROOM];
            write(&packed, &mut out);
            prop_assert_eq!(&out[..numbers.len()], &numbers);
        }
    }
}

#[test]
fn what_does_not_fit_is_declined() {
    let largest = (1 << 24) - 1;
    assert!(Packed::new(&[largest; Packed::MOST], 0).is_some());
    assert_eq!(Packed::new(&[largest; Packed::MOST + 1], 0), None);
    assert_eq!(Packed::new(&[0, largest + 1], 0), None);
}
