//! Tests constructs that are refused with an error at their place in the source.
//!
//! To add one: a row in [`REFUSED_SOURCES`].

use super::Setting;
use super::refused::refusal;
use crate::suite::Group;

/// A source, the place of the error, and how it names the construct.
const REFUSED_SOURCES: &[(&str, &str, &str)] = &[
    (
        "#![feature(abi_vectorcall)]\npub extern \"vectorcall\" fn defined(number: u64) -> u64 {\n    number\n}\n",
        "main.rs:2:1",
        "the calling convention `vectorcall`",
    ),
    (
        "#![feature(abi_vectorcall)]\nunsafe extern \"vectorcall\" {\n    fn foreign(number: u64);\n}\npub fn calls() {\n    \
         unsafe { foreign(1) }\n}\n",
        "main.rs:6:14",
        "the calling convention `vectorcall`",
    ),
    (
        "#![feature(rust_preserve_none_cc)]\npub extern \"rust-preserve-none\" fn defined() {}\n",
        "main.rs:2:1",
        "the calling convention `rust-preserve-none`",
    ),
    (
        "#![feature(rust_preserve_none_cc)]\npub fn calls(function: extern \"rust-preserve-none\" fn(u64)) {\n    \
         function(1)\n}\n",
        "main.rs:3:5",
        "the calling convention `rust-preserve-none`",
    ),
    (
        "#![feature(abi_x86_interrupt)]\npub extern \"x86-interrupt\" fn handler(_frame: &u64) {}\n",
        "main.rs:2:1",
        "the calling convention `x86-interrupt`",
    ),
    (
        "#![feature(explicit_tail_calls, rust_cold_cc)]\n#![allow(incomplete_features)]\n\
         pub extern \"rust-cold\" fn cold(count: u64) {\n    become cold(count - 1)\n}\n",
        "main.rs:4:12",
        "explicit tail calls (`become`) of functions with arguments on the stack or another calling convention",
    ),
];

fn case(place: &str, what: &str) -> String {
    format!("refused: {what} at {place}")
}

/// Adds a case for each construct.
pub fn cases<'a>(group: Group<'a, Setting>) -> Group<'a, Setting> {
    group.cases(
        REFUSED_SOURCES,
        |(_, place, what)| case(place, what),
        |setting, (source, place, what)| {
            let folder = setting.folder("refused source", source)?;
            refusal(setting, &folder, &["--crate-type=lib"], what, place)
        },
    )
}
