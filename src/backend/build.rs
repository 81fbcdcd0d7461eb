//! Link arguments of the driver executable, and what tells one build of the backend from another.
//!
//! `rustc-clif -vV` shows a hash of what the backend is made of: cargo keeps what different compilers made
//! apart by that text, so a changed backend never goes on with what its predecessor compiled.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// What the backend is made of, relative to this package, beside the compiler that compiles it.
const SOURCES: [&str; 8] = [
    "build.rs",
    "Cargo.toml",
    "src",
    "../engine/Cargo.toml",
    "../engine/src",
    "../../Cargo.toml",
    "../../Cargo.lock",
    "../../patches",
];

fn main() -> io::Result<()> {
    // The library's references into the compiler get their final names only after linking (the renaming step
    // of the build system), so the linker must not look for them yet.
    println!("cargo::rustc-link-arg-bins=-Wl,--allow-shlib-undefined");
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files)?;
    }
    // The order in which folders are read is not the same everywhere.
    files.sort();
    let mut hash = fnv1a(FNV_OFFSET, &compiler_version()?);
    for file in files {
        hash = fnv1a(hash, file.to_string_lossy().as_bytes());
        hash = fnv1a(hash, &fs::read(&file)?);
    }
    println!("cargo::rustc-env=CLIF_SOURCE_HASH={hash:016x}");
    Ok(())
}

/// What the compiler that compiles the backend says of itself. cargo runs this program again when it is
/// another one.
fn compiler_version() -> io::Result<Vec<u8>> {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    Ok(Command::new(compiler).arg("-vV").output()?.stdout)
}

/// All files at or below `path`; none if there is no such path.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

/// Start and factor of the 64-bit FNV-1a hash (its authors' draft-eastlake-fnv).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}
