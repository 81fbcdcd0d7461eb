//! Shuffles of SSE2, and others.

use crate::x86_64::shuffles::is_baseline_shuffle;

/// The bytes of a shuffle of four lanes of four bytes.
fn words(lanes: [u8; 4]) -> [u8; 16] {
    std::array::from_fn(|position| lanes[position / 4] * 4 + position as u8 % 4)
}

#[test]
fn groups_of_four_bytes() {
    assert!(is_baseline_shuffle(&words([3, 2, 1, 0])), "pshufd");
    assert!(is_baseline_shuffle(&words([1, 0, 6, 7])), "shufps");
    assert!(!is_baseline_shuffle(&words([1, 6, 0, 7])), "both vectors in one half");
}

#[test]
fn interleaved_lanes() {
    let low: [u8; 16] = [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23];
    assert!(is_baseline_shuffle(&low), "punpcklbw");
    assert!(is_baseline_shuffle(&low.map(|byte| byte + 8)), "punpckhbw");
    assert!(!is_baseline_shuffle(&low.map(|byte| byte + 1)), "neither half");
    assert!(!is_baseline_shuffle(&std::array::from_fn(|position| 15 - position as u8)), "reversed bytes");
}
