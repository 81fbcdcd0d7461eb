//! Link arguments of the driver executable.

fn main() {
    // The library's references into the compiler get their final names only after linking (the renaming step of the
    // build system), so the linker must not look for them yet.
    println!("cargo::rustc-link-arg-bins=-Wl,--allow-shlib-undefined");
    println!("cargo::rerun-if-changed=build.rs");
}
