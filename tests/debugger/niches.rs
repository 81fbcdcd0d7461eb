//! Enums that keep their discriminant in values that a field never has, and variants that cannot exist.

#![allow(dead_code)]

use std::cmp::Ordering;
use std::convert::Infallible;

enum Outer {
    Inner(Ordering),
    First,
    Second,
}

enum WithText {
    Text(String),
    Number(u64),
    Nothing,
}

enum Holder<'a> {
    Borrowed(&'a u32),
    Missing,
}

fn main() {
    let inner = Outer::Inner(Ordering::Greater);
    let first = Outer::First;
    let second = Outer::Second;
    let text = WithText::Text(String::from("kept"));
    let number = WithText::Number(77);
    let nothing = WithText::Nothing;
    let value = 5;
    let borrowed = Holder::Borrowed(&value);
    let missing = Holder::Missing;
    let character: Option<char> = Some('q');
    let no_character: Option<char> = None;
    let flag: Option<bool> = Some(true);
    let deep: Option<Option<Option<bool>>> = Some(Some(None));
    let sure: Result<u32, Infallible> = Ok(3);
    look(); // #here
    //> break #here
    //> run
    //both is: niches::main at #here
    //> print inner
    //gdb is: niches::Outer::Inner(core::cmp::Ordering::Greater)
    //lldb is: Inner(Greater) { 0 = Greater }
    //> print first
    //gdb is: niches::Outer::First
    //lldb is: First
    //> print second
    //gdb is: niches::Outer::Second
    //lldb is: Second
    //> print text
    //gdb is: niches::WithText::Text("kept")
    //lldb is: Text("kept") { 0 = "kept" { [0] = 'k' [1] = 'e' [2] = 'p' [3] = 't' } }
    //gdb> print number
    //gdb is: niches::WithText::Number(77)
    //gdb> print nothing
    //gdb is: niches::WithText::Nothing
    //> print borrowed
    //gdb is: niches::Holder::Borrowed([..])
    //lldb is: Borrowed([..]) { 0 = [..] }
    //> print missing
    //gdb is: niches::Holder::Missing
    //lldb is: Missing
    //> print character
    //gdb is: core::option::Option<char>::Some(113 'q')
    //lldb is: Some(U+0x00000071 U'q') { 0 = U+0x00000071 U'q' }
    //> print no_character
    //gdb is: core::option::Option<char>::None
    //lldb is: None
    //> print flag
    //gdb is: core::option::Option<bool>::Some(true)
    //lldb is: Some(true) { 0 = true }
    //> print deep
    //gdb is: core::option::Option<core::option::Option<core::option::Option<bool>>>::Some(core::option::Option<core::option::Option<bool>>::Some(core::option::Option<bool>::None))
    //lldb is: Some(Some(None)) { 0 = Some(None) { 0 = None } }
    //> type sure
    //both is: core::result::Result<u32, core::convert::Infallible>
    let _ = (inner, first, second, text, number, nothing, borrowed, missing);
    let _ = (character, no_character, flag, deep, sure);
}

fn look() {}
