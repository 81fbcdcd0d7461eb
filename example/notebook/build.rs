//! Turns `stop_words.txt` into a sorted table that the program includes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=stop_words.txt");
    println!("cargo::rerun-if-changed=build.rs");
    let text = fs::read_to_string("stop_words.txt").expect("stop_words.txt is beside build.rs");
    let words: BTreeSet<&str> = text.split_whitespace().collect();
    let list: String = words.iter().map(|word| format!("    {word:?},\n")).collect();
    let code = format!("pub const STOP_WORDS: [&str; {}] = [\n{list}];\n", words.len());
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    fs::write(folder.join("stop_words.rs"), code).expect("OUT_DIR is writable");
}
