//! The names of the library functions that Cranelift calls for single CLIF instructions, without a `call` in
//! the CLIF.

use cranelift_codegen::ir::LibCall;

/// Returns the C name of a routine that Cranelift calls; `None` if no library has it.
pub(crate) fn name(libcall: LibCall) -> Option<&'static str> {
    Some(match libcall {
        LibCall::CeilF32 => "ceilf",
        LibCall::CeilF64 => "ceil",
        LibCall::FloorF32 => "floorf",
        LibCall::FloorF64 => "floor",
        LibCall::TruncF32 => "truncf",
        LibCall::TruncF64 => "trunc",
        // To nearest, ties to even: the rounding mode that Rust programs run in.
        LibCall::NearestF32 => "rintf",
        LibCall::NearestF64 => "rint",
        LibCall::FmaF32 => "fmaf",
        LibCall::FmaF64 => "fma",
        LibCall::Memcpy => "memcpy",
        LibCall::Memset => "memset",
        LibCall::Memmove => "memmove",
        LibCall::Memcmp => "memcmp",
        LibCall::ElfTlsGetAddr => "__tls_get_addr",
        LibCall::Probestack | LibCall::ElfTlsGetOffset | LibCall::X86Pshufb => return None,
    })
}

/// Whether `name` is a routine that Cranelift may call.
pub(crate) fn is_routine(name: &str) -> bool {
    LibCall::all_libcalls().iter().any(|&libcall| self::name(libcall) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::is_routine;

    #[test]
    fn libcalls_are_routines() {
        for name in [
            "ceilf",
            "ceil",
            "floorf",
            "floor",
            "truncf",
            "trunc",
            "rintf",
            "rint",
            "fmaf",
            "fma",
            "memcpy",
            "memset",
            "memmove",
            "memcmp",
            "__tls_get_addr",
        ] {
            assert!(is_routine(name), "{name}");
        }
        assert!(!is_routine("strlen"));
    }
}
