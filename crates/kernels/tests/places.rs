//! Every processor's way of listing bits finds what the plain one finds.

use kernels::places::{list, plain, ways};
use proptest::prelude::*;

proptest! {
    #[test]
    fn all_ways_list_the_same(
        bits in prop::collection::vec(
            prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), (any::<u64>(), any::<u64>()).prop_map(|(a, b)| a & b)],
            0..9,
        ),
    ) {
        let mut wanted = vec![7];
        plain(&bits, &mut wanted);
        prop_assert!(wanted.is_sorted_by(|one, next| one < next));
        prop_assert_eq!(wanted.len() as u32, bits.iter().map(|bits| bits.count_ones()).sum::<u32>());
        prop_assert!(wanted.iter().all(|&place| bits[place as usize / 64] >> (place % 64) & 1 == 1));
        for way in ways().into_iter().chain([list as _]) {
            let mut places = vec![3; 2];
            way(&bits, &mut places);
            prop_assert_eq!(&places, &wanted);
        }
    }
}
