//! Tests unwind tables where Cranelift's unwind information is incomplete.

use crate::compile::IsaSettings;
use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu, settings};
use crate::object::tests::unwind::{LARGE, frame_addresses, frames_of_tail_calls};

/// Checks the rules of a function whose `addi sp, sp, 16` and `ret` are these instructions.
fn check(features: &[&str], release: &[u8], ret: &[u8]) {
    let size = ret.len();
    let stack = |distance| (gimli::RiscV::SP.0, distance);
    let features = features.iter().map(|&name| name.to_owned()).collect();
    let mut cgu = TestCgu::with(&IsaSettings { features, ..settings(TARGETS[2]) });
    cgu.function("large", LARGE);
    let bytes = cgu.bytes();
    let code = &cgu.functions[0].code;
    let addresses = frame_addresses(&Loaded::new(&bytes), "large", code.len());
    // addi sp, sp, -16; sd ra, 8(sp); sd s0, 0(sp); mv s0, sp
    let prologue = [0, 1, 2, 3].map(|instruction| addresses[instruction * size]);
    assert_eq!(prologue, [stack(0), stack(16), stack(16), stack(16)]);
    let mut returns = 0;
    for (offset, &address) in addresses.iter().enumerate().skip(4 * size).step_by(size) {
        let expected = match offset {
            _ if code[offset..].starts_with(&[release, ret].concat()) => stack(16),
            _ if code[offset - size..].starts_with(&[release, ret].concat()) => stack(0),
            _ => (8, 16),
        };
        returns += usize::from(expected == stack(0));
        assert_eq!(address, expected, "at {offset}: {code:x?}");
    }
    assert_eq!(returns, 2, "{code:x?}");
}

/// A debugger finds the caller also while the stack is probed, and at the end of epilogues.
#[test]
fn frames_in_prologues_and_epilogues() {
    check(&[], &[0x13, 0x01, 0x01, 0x01], &[0x67, 0x80, 0, 0]);
    check(&["has_c"], &[0x41, 0x61], &[0x82, 0x80]);
}

/// Also at a tail call, after the frame has ended.
#[test]
fn frames_at_tail_calls() {
    for (addresses, jump) in frames_of_tail_calls(TARGETS[2]).into_iter().zip([8, 4]) {
        let (body, end) = addresses.split_at(addresses.len() - jump - 4);
        assert_eq!(body.last(), Some(&(8, 16)));
        // `addi sp, sp, 80`, then the jump
        let expected = |offset| (gimli::RiscV::SP.0, if offset < 4 { 80 } else { 0 });
        assert!(
            end.iter().enumerate().all(|(offset, address)| *address == expected(offset)),
            "{addresses:?}"
        );
    }
}
