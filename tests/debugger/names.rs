//! Names that other languages do not have: raw, of other scripts, with underscores.

#[allow(non_camel_case_types)]
struct r#type {
    r#match: u32,
}

fn größe(länge: u32) -> u32 {
    let r#fn = länge + 1;
    look(); // #here
    r#fn
}

fn main() {
    let _unused = 4u8;
    let __ = 5u8;
    let keyword = r#type { r#match: 3 };
    let size = größe(keyword.r#match); // #line
    let _ = (size, __);
    //> break #here
    //> run
    //gdb is: names::größe at #here
    //lldb is: names::gr$uf6$$udf$e at #here
    //gdb> print länge
    //gdb is: 3
    //gdb> print r#fn
    //gdb is: 4
    //> frame 1
    //both is: names::main at #line
    //> print _unused
    //gdb is: 4
    //lldb is: '\x04'
    //> print __
    //gdb is: 5
    //lldb is: '\x05'
    //> print keyword
    //gdb is: names::type {match: 3}
    //lldb is: { match = 3 }
    //> backtrace
    //gdb is: #0 names::größe at #here #1 names::main at #line
    //lldb is: #0 names::gr$uf6$$udf$e at #here #1 names::main at #line
}

fn look() {}
