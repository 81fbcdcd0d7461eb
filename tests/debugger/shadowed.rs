//! Variables of the same name, one after the other and in inner blocks.

fn main() {
    let value = 1u8;
    look(); // #first
    let value = u32::from(value) + 10;
    look(); // #second
    {
        let value = "inner";
        look(); // #inner
        let _ = value;
    }
    look(); // #after
    let value = Some(value);
    look(); // #last
    //> break #first
    //> break #second
    //> break #inner
    //> break #after
    //> break #last
    //> run
    //both is: shadowed::main at #first
    //> print value
    //gdb is: 1
    //lldb is: '\x01'
    //> type value
    //gdb is: u8
    //lldb is: unsigned char
    //> continue
    //both is: shadowed::main at #second
    //> print value
    //both is: 11
    //> type value
    //gdb is: u32
    //lldb is: unsigned int
    //> continue
    //both is: shadowed::main at #inner
    //> print value
    //gdb is: "inner"
    //lldb is: "inner" { [0] = 'i' [1] = 'n' [2] = 'n' [3] = 'e' [4] = 'r' }
    //> continue
    //both is: shadowed::main at #after
    //> print value
    //both is: 11
    //> continue
    //both is: shadowed::main at #last
    //> print value
    //gdb is: core::option::Option<u32>::Some(11)
    //lldb is: Some(11) { 0 = 11 }
    //> type value
    //both is: core::option::Option<u32>
    let _ = value;
}

fn look() {}
