//! Adapts or refuses the intrinsics about the frame of the function that calls them. In a stub, they would be
//! about the stub's own frame.
//!
//! The intrinsics for return and frame addresses take a number of frames. Every function keeps a frame
//! pointer, so a stub passes a number that is greater by one. This is impossible on machines where
//! Cranelift's frame pointers are not LLVM's. The other intrinsics read or change the frame itself; they are
//! refused.

/// Intrinsics whose first argument is the number of frames to go up (the name of the second one continues
/// with the pointer's type).
const COUNTED: [&str; 2] = ["llvm.returnaddress", "llvm.frameaddress"];

/// Prefixes of the names of intrinsics that cannot be called from another function.
const OUT_OF_REACH: [&str; 18] = [
    "llvm.addressofreturnaddress",
    "llvm.call.preallocated.",
    "llvm.coro.",
    "llvm.eh.",
    "llvm.experimental.deoptimize",
    "llvm.experimental.gc.",
    "llvm.experimental.guard",
    "llvm.experimental.patchpoint",
    "llvm.experimental.stackmap",
    "llvm.get.dynamic.area.offset",
    "llvm.local",
    "llvm.sponentry",
    "llvm.stackrestore",
    "llvm.stacksave",
    "llvm.swift.async.context.addr",
    "llvm.va_",
    "llvm.wasm.",
    "llvm.x86.seh.",
];

/// Whether a stub cannot call the intrinsic `name`. `common_frame_pointers` is the machine's fact.
pub(super) fn is_out_of_reach(name: &str, common_frame_pointers: bool) -> bool {
    OUT_OF_REACH.iter().any(|beginning| name.starts_with(beginning))
        || !common_frame_pointers && is_counted(name)
}

fn is_counted(name: &str) -> bool {
    COUNTED.into_iter().any(|counted| {
        name.strip_prefix(counted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Returns how many frames to add to a constant argument of the intrinsic `name`.
pub(super) fn frames_between(name: &str, argument: usize) -> u128 {
    u128::from(argument == 0 && is_counted(name))
}
