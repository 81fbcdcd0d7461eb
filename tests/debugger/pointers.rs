//! References, raw pointers and references of references.

struct Pair {
    one: u32,
    two: u32,
}

fn main() {
    let mut number = 5u64;
    let pair = Pair { one: 1, two: 2 };
    let reference = &pair;
    let twice = &reference;
    let raw: *const Pair = &pair;
    let changeable = &mut number;
    *changeable += 1;
    let null: *mut u8 = std::ptr::null_mut();
    look(); // #here
    //> break #here
    //> run
    //both is: pointers::main at #here
    //> print *reference
    //gdb is: pointers::Pair {one: 1, two: 2}
    //lldb is: { one = 1 two = 2 }
    //gdb> print reference.two
    //gdb is: 2
    //lldb> print reference->two
    //lldb is: 2
    //> print **twice
    //gdb is: pointers::Pair {one: 1, two: 2}
    //lldb is: { one = 1 two = 2 }
    //> print *raw
    //gdb is: pointers::Pair {one: 1, two: 2}
    //lldb is: { one = 1 two = 2 }
    //> print *changeable
    //both is: 6
    //> print number
    //both is: 6
    //> print null
    //gdb is: (*mut u8) 0x0
    //lldb is: 0x0000000000000000
    //> type reference
    //gdb is: *mut pointers::Pair
    //lldb is: pointers::Pair *
    //> type twice
    //gdb is: *mut *mut pointers::Pair
    //lldb is: pointers::Pair **
    //> type raw
    //gdb is: *mut pointers::Pair
    //lldb is: pointers::Pair *
    //> type changeable
    //gdb is: *mut u64
    //lldb is: unsigned long *
    //> type null
    //gdb is: *mut u8
    //lldb is: unsigned char *
    let _ = (reference.one, twice.two, raw, *changeable, null);
}

fn look() {}
