//! `Option` and `Result`, with and without a separate discriminant.

use std::num::NonZeroU32;

#[derive(Debug)]
struct Failure {
    code: i32,
}

fn main() {
    let some = Some(7i32);
    let none: Option<i32> = None;
    let boxed = Some(Box::new(9u64));
    let no_box: Option<Box<u64>> = None;
    let value = 11u16;
    let reference = Some(&value);
    let no_reference: Option<&u16> = None;
    let non_zero = NonZeroU32::new(13);
    let zero = NonZeroU32::new(0);
    let good: Result<u8, Failure> = Ok(1);
    let bad: Result<u8, Failure> = Err(Failure { code: -5 });
    let text: Option<&str> = Some("text");
    let nested: Option<Option<bool>> = Some(None);
    look(); // #here
    //> break #here
    //> run
    //both is: options::main at #here
    //> print some
    //gdb is: core::option::Option<i32>::Some(7)
    //lldb is: Some(7) { 0 = 7 }
    //> print none
    //gdb is: core::option::Option<i32>::None
    //lldb is: None
    //> print boxed
    //gdb is: core::option::Option<alloc::boxed::Box<u64, alloc::alloc::Global>>::Some([..])
    //lldb is: Some([..]) { 0 = [..] }
    //> print no_box
    //gdb is: core::option::Option<alloc::boxed::Box<u64, alloc::alloc::Global>>::None
    //lldb is: None
    //> print reference
    //gdb is: core::option::Option<&u16>::Some([..])
    //lldb is: Some([..]) { 0 = [..] }
    //> print no_reference
    //gdb is: core::option::Option<&u16>::None
    //lldb is: None
    //> print non_zero
    //gdb is: core::option::Option<core::num::nonzero::NonZero<u32>>::Some(13)
    //lldb is: Some(13) { 0 = 13 { 0 = { 0 = 13 } } }
    //> print zero
    //gdb is: core::option::Option<core::num::nonzero::NonZero<u32>>::None
    //lldb is: None
    //> print good
    //gdb is: core::result::Result<u8, options::Failure>::Ok(1)
    //lldb is: Ok('\x01') { 0 = '\x01' }
    //> print bad
    //gdb is: core::result::Result<u8, options::Failure>::Err(options::Failure {code: -5})
    //lldb is: Err({code:-5}) { 0 = { code = -5 } }
    //> print text
    //gdb is: core::option::Option<&str>::Some("text")
    //lldb is: Some("text") { 0 = "text" { [0] = 't' [1] = 'e' [2] = 'x' [3] = 't' } }
    //> print nested
    //gdb is: core::option::Option<core::option::Option<bool>>::Some(core::option::Option<bool>::None)
    //lldb is: Some(None) { 0 = None }
    //> type some
    //both is: core::option::Option<i32>
    //> type good
    //both is: core::result::Result<u8, options::Failure>
    let _ = (some, none, boxed, no_box, reference, no_reference, non_zero, zero, text, nested);
    let _ = (good.is_ok(), bad.map_err(|failure| failure.code));
}

fn look() {}
