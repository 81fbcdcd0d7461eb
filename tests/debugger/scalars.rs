//! Numbers of all widths, booleans and characters.

fn main() {
    let tiny: i8 = -8;
    let byte: u8 = 200;
    let short: i16 = -1600;
    let word: u16 = 60_000;
    let signed: i32 = -320_000;
    let unsigned: u32 = 4_000_000_000;
    let long: i64 = -6_400_000_000;
    let unsigned_long: u64 = 18_000_000_000_000_000_000;
    let size: usize = 12;
    let offset: isize = -12;
    let single: f32 = 1.5;
    let double: f64 = -0.0625;
    let yes = true;
    let no = false;
    look(); // #here
    //> break #here
    //> run
    //both is: scalars::main at #here
    //> print tiny
    //gdb is: -8
    //lldb is: '\xf8'
    //> print byte
    //gdb is: 200
    //lldb is: '\xc8'
    //> print short
    //both is: -1600
    //> print word
    //both is: 60000
    //> print signed
    //both is: -320000
    //> print unsigned
    //both is: 4000000000
    //> print long
    //both is: -6400000000
    //> print unsigned_long
    //both is: 18000000000000000000
    //> print size
    //both is: 12
    //> print offset
    //both is: -12
    //> print single
    //both is: 1.5
    //> print double
    //both is: -0.0625
    //> print yes
    //both is: true
    //> print no
    //both is: false
    //> type tiny
    //gdb is: i8
    //lldb is: char
    //> type byte
    //gdb is: u8
    //lldb is: unsigned char
    //> type word
    //gdb is: u16
    //lldb is: unsigned short
    //> type unsigned
    //gdb is: u32
    //lldb is: unsigned int
    //> type unsigned_long
    //gdb is: u64
    //lldb is: unsigned long
    //> type size
    //gdb is: usize
    //lldb is: unsigned long
    //> type offset
    //gdb is: isize
    //lldb is: long
    //> type single
    //gdb is: f32
    //lldb is: float
    //> type double
    //gdb is: f64
    //lldb is: double
    //> type yes
    //both is: bool
    let _ = (tiny, byte, short, word, signed, unsigned, long, unsigned_long, size, offset, single, double);
    let _ = (yes, no);
}

fn look() {}
