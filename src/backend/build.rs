//! The backend's build script: sets the driver's link arguments, and computes two constants.
//!
//! - `CLIF_SOURCE_HASH` is a hash of the backend's sources. `rustc-clif -vV` prints it, and cargo keeps the
//!   artifacts of different compilers apart by that output: a changed backend never reuses what an older one
//!   compiled.
//! - `MIMALLOC_PURGE_DELAY` is the number of a mimalloc option, read from mimalloc's own header.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The backend's sources, relative to this package. The compiler that compiles them is hashed separately.
const SOURCES: [&str; 12] = [
    "build.rs",
    "Cargo.toml",
    "src",
    "../engine/Cargo.toml",
    "../engine/src",
    "../options/Cargo.toml",
    "../options/src",
    "../targets/Cargo.toml",
    "../targets/src",
    "../../Cargo.toml",
    "../../Cargo.lock",
    "../../patches",
];

fn main() -> io::Result<()> {
    // The library's references into the compiler get their final names only after linking, in the build
    // system's renaming step. The linker must not look for them yet.
    println!("cargo::rustc-link-arg-bins=-Wl,--allow-shlib-undefined");
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files)?;
    }
    // The order of directory entries differs between file systems.
    files.sort();
    let mut hash = fnv1a(FNV_OFFSET, &compiler_version()?);
    for file in files {
        hash = fnv1a(hash, file.to_string_lossy().as_bytes());
        hash = fnv1a(hash, &fs::read(&file)?);
    }
    println!("cargo::rustc-env=CLIF_SOURCE_HASH={hash:016x}");
    println!("cargo::rustc-env=MIMALLOC_PURGE_DELAY={}", mimalloc_option("mi_option_purge_delay")?);
    Ok(())
}

/// Returns the number of a mimalloc option: its position in the enum of the header that `libmimalloc-sys`
/// compiles. Its Rust bindings lack some options, and the numbers may change with each version of mimalloc.
fn mimalloc_option(name: &str) -> io::Result<usize> {
    let folder = env::var_os("DEP_MIMALLOC_INCLUDE_DIR")
        .ok_or_else(|| io::Error::other("libmimalloc-sys does not name its folder of headers"))?;
    let header = Path::new(&folder).join("mimalloc.h");
    println!("cargo::rerun-if-changed={}", header.display());
    let text = fs::read_to_string(&header)?;
    let options = text.split_once("enum mi_option_e {").and_then(|(_, rest)| rest.split_once('}'));
    let options = options.map_or("", |(options, _)| options).lines();
    // One option a line, numbered from 0. The aliases after the last one have a value (`a = b`).
    let names = options.filter_map(|line| line.trim().split_once(',').map(|(name, _)| name));
    names
        .filter(|name| name.starts_with("mi_option_"))
        .position(|option| option == name)
        .ok_or_else(|| io::Error::other(format!("{} does not define `{name}`", header.display())))
}

/// Returns the output of `rustc -vV` for the compiler that compiles the backend. Cargo reruns this script
/// when that compiler changes.
fn compiler_version() -> io::Result<Vec<u8>> {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    Ok(Command::new(compiler).arg("-vV").output()?.stdout)
}

/// Collects all files at or below `path`, if it exists.
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

/// Offset basis and prime of the 64-bit FNV-1a hash (draft-eastlake-fnv).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}
