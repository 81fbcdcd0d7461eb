//! Link arguments of the driver executable, and what tells one build of the backend from another.
//!
//! `rustc-clif -vV` shows a hash of the sources: cargo keeps what different compilers made apart by that text, so a
//! changed backend never goes on with what its predecessor compiled.

use std::path::{Path, PathBuf};

/// What the backend is made of, relative to this package.
const SOURCES: [&str; 3] = ["src", "../engine/src", "../../Cargo.lock"];

fn main() -> std::io::Result<()> {
    // The library's references into the compiler get their final names only after linking (the renaming step of the
    // build system), so the linker must not look for them yet.
    println!("cargo::rustc-link-arg-bins=-Wl,--allow-shlib-undefined");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files)?;
    }
    // The order in which folders are read is not the same everywhere.
    files.sort();
    let mut hash = FNV_OFFSET;
    for file in files {
        hash = fnv1a(hash, file.to_string_lossy().as_bytes());
        hash = fnv1a(hash, &std::fs::read(&file)?);
    }
    println!("cargo::rustc-env=CLIF_SOURCE_HASH={hash:016x}");
    Ok(())
}

/// All files at or below `path`.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

/// Start and factor of the 64-bit FNV-1a hash (its authors' draft-eastlake-fnv).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}
