//! Tests unwind tables where Cranelift's unwind information is incomplete.

use crate::object::tests::read::Loaded;
use crate::object::tests::support::{TARGETS, TestCgu};
use crate::object::tests::unwind::{LARGE, frame_addresses, frames_of_tail_calls};

/// A debugger finds the caller everywhere: also while the stack is probed, and between the end of the frame
/// and the return.
#[test]
fn frames_in_prologues_and_epilogues() {
    let (stack, frame) = ((gimli::X86_64::RSP.0, 8), (gimli::X86_64::RBP.0, 16));
    let mut cgu = TestCgu::new(TARGETS[0]);
    cgu.function("large", LARGE);
    let bytes = cgu.bytes();
    let code = &cgu.functions[0].code;
    let addresses = frame_addresses(&Loaded::new(&bytes), "large", code.len());
    // push %rbp; mov %rsp, %rbp
    assert_eq!(code[..4], [0x55, 0x48, 0x89, 0xe5]);
    assert_eq!(addresses[0], stack);
    assert_eq!(addresses[1], (stack.0, 16));
    // pop %rbp; ret
    let returns: Vec<usize> = (1..code.len()).filter(|&end| code[end - 1..=end] == [0x5d, 0xc3]).collect();
    assert_eq!(returns.len(), 2, "{code:x?}");
    for (offset, address) in addresses.iter().enumerate().skip(4) {
        assert_eq!(*address, if returns.contains(&offset) { stack } else { frame }, "at {offset}: {code:x?}");
    }
}

/// Also at a tail call, after the frame has ended.
#[test]
fn frames_at_tail_calls() {
    for (addresses, jump) in frames_of_tail_calls(TARGETS[0]).into_iter().zip([5, 3]) {
        let (body, jump) = addresses.split_at(addresses.len() - jump);
        assert_eq!(body.last(), Some(&(gimli::X86_64::RBP.0, 16)));
        // `jmp`
        assert!(jump.iter().all(|address| *address == (gimli::X86_64::RSP.0, 8)), "{addresses:?}");
    }
}
