//! Strings, owned, borrowed and of the operating system.

use std::ffi::OsString;
use std::path::PathBuf;

fn main() {
    let owned = String::from("grüße");
    let empty = String::new();
    let borrowed = "literal";
    let part = &owned[..4];
    let boxed: Box<str> = "boxed".into();
    let system = OsString::from("system");
    let path = PathBuf::from("/a/b");
    let text = &owned;
    look(); // #here
    //> break #here
    //> run
    //both is: strings::main at #here
    //> print owned
    //gdb is: "grüße"
    //lldb is: "grüße" { [0] = 'g' [1] = 'r' [2] = '\xc3' [3] = '\xbc' [4] = '\xc3' [5] = '\x9f' [6] = 'e' }
    //> print empty
    //both is: ""
    //> print borrowed
    //gdb is: "literal"
    //lldb is: "literal" { [0] = 'l' [1] = 'i' [2] = 't' [3] = 'e' [4] = 'r' [5] = 'a' [6] = 'l' }
    //> print part
    //gdb is: "grü"
    //lldb is: "grü" { [0] = 'g' [1] = 'r' [2] = '\xc3' [3] = '\xbc' }
    //> print boxed
    //gdb is: alloc::boxed::Box<str, alloc::alloc::Global> [98, 111, 120, 101, 100]
    //lldb is: { data_ptr = [..] "boxed" length = 5 }
    //> print system
    //gdb is: "system"
    //lldb is: "system" { inner = { inner = size=6 { [0] = 's' [1] = 'y' [2] = 's' [3] = 't' [4] = 'e' [5] = 'm' } } }
    //> print path
    //gdb is: std::path::PathBuf {inner: "/a/b"}
    //lldb is: "/a/b" { inner = "/a/b" { inner = { inner = size=4 { [0] = '/' [1] = 'a' [2] = '/' [3] = 'b' } } } }
    //> print *text
    //gdb is: "grüße"
    //lldb is: "grüße" { [0] = 'g' [1] = 'r' [2] = '\xc3' [3] = '\xbc' [4] = '\xc3' [5] = '\x9f' [6] = 'e' }
    //> type owned
    //both is: alloc::string::String
    //> type borrowed
    //both is: &str
    let _ = (owned.len(), empty, borrowed, part.len(), boxed, system, path, text.len());
}

fn look() {}
