//! Tests unwind tables where Cranelift's unwind information is incomplete.

use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu};
use crate::object::tests::unwind::{LARGE, frame_addresses, frames_of_tail_calls};

/// `add x29, sp, #0`
const SET_FRAME_POINTER: [u8; 4] = [0xfd, 0x03, 0x00, 0x91];
/// `ret`
const RETURN: [u8; 4] = [0xc0, 0x03, 0x5f, 0xd6];

/// A debugger finds the caller everywhere: also while the stack is probed, and at the return.
#[test]
fn frames_in_prologues_and_epilogues() {
    let (stack, frame) = ((gimli::AArch64::SP.0, 0), (gimli::AArch64::X29.0, 16));
    let mut cgu = TestCgu::new(TARGETS[1]);
    cgu.function("large", LARGE);
    let bytes = cgu.bytes();
    let code = &cgu.functions[0].code;
    let addresses = frame_addresses(&Loaded::new(&bytes), "large", code.len());
    // stp x29, x30, [sp, #-16]!
    assert_eq!(addresses[0], stack);
    assert_eq!(code[4..8], SET_FRAME_POINTER);
    assert_eq!(addresses[4], (stack.0, 16));
    let returns = code.chunks(4).filter(|instruction| **instruction == RETURN).count();
    assert_eq!(returns, 2, "{code:x?}");
    for (index, instruction) in code.chunks(4).enumerate().skip(2) {
        let expected = if *instruction == RETURN { stack } else { frame };
        assert_eq!(addresses[index * 4], expected, "at {index}: {code:x?}");
    }
}

/// Also at a tail call, after the frame has ended.
#[test]
fn frames_at_tail_calls() {
    for addresses in frames_of_tail_calls(TARGETS[1]) {
        let (body, jump) = addresses.split_at(addresses.len() - 4);
        assert_eq!(body.last(), Some(&(gimli::AArch64::X29.0, 16)));
        // `b` or `br`
        assert!(jump.iter().all(|address| *address == (gimli::AArch64::SP.0, 0)), "{addresses:?}");
    }
}
