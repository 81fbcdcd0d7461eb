//! Locals and arguments that are aligned more than the stack.

#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line {
    bytes: [u8; 4],
}

#[repr(align(4096))]
struct Page {
    number: u32,
}

fn main() {
    let before = 1u8;
    let line = Line { bytes: [1, 2, 3, 4] };
    let page = Page { number: 77 };
    let after = 2u8;
    look(); // #here
    take(line, &page); // #line
    //> break #here
    //> run
    //both is: over_aligned::main at #here
    //> print before
    //gdb is: 1
    //lldb is: '\x01'
    //> print line
    //gdb is: over_aligned::Line {bytes: [1, 2, 3, 4]}
    //lldb is: { bytes = "\U00000001\U00000002\U00000003\U00000004" }
    //> print page
    //gdb is: over_aligned::Page {number: 77}
    //lldb is: { number = 77 }
    //> print after
    //gdb is: 2
    //lldb is: '\x02'
    //gdb> raw print &line as usize % 64
    //gdb is: $5 = 0
    //gdb> raw print &page as usize % 4096
    //gdb is: $6 = 0
    //> break #take
    //> continue
    //both is: over_aligned::take at #take
    //> print line.bytes
    //gdb is: [1, 2, 3, 4]
    //lldb is: "\U00000001\U00000002\U00000003\U00000004"
    //gdb> print page.number
    //gdb is: 77
    //lldb> print page->number
    //lldb is: 77
    //> print local
    //gdb is: over_aligned::Line {bytes: [9, 9, 9, 9]}
    //lldb is: { bytes = "\t\t\t\t" }
    //> frame 1
    //both is: over_aligned::main at #line
    //> print page
    //gdb is: over_aligned::Page {number: 77}
    //lldb is: { number = 77 }
    let _ = (before, after, line.bytes, page.number);
}

fn take(line: Line, page: &Page) -> u32 {
    let local = Line { bytes: [9; 4] };
    u32::from(line.bytes[0]) + page.number + u32::from(local.bytes[0]) // #take
}

fn look() {}
