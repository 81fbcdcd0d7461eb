//! Characters and bytes.

fn main() {
    let letter = 'x';
    let umlaut = 'ü';
    let emoji = '😀';
    let newline = '\n';
    let byte = b'a';
    let bytes = *b"ab\0";
    let chars = ['l', 'ø'];
    look(); // #here
    //> break #here
    //> run
    //both is: characters::main at #here
    //> print letter
    //gdb is: 120 'x'
    //lldb is: U+0x00000078 U'x'
    //> print umlaut
    //gdb is: 252 '\xfc'
    //lldb is: U+0x000000fc U'ü'
    //> print emoji
    //gdb is: 128512 '\u{01f600}'
    //lldb is: U+0x0001f600 U'😀'
    //> print newline
    //gdb is: 10 '\n'
    //lldb is: U+0x0000000a U'\n'
    //> print byte
    //gdb is: 97
    //lldb is: 'a'
    //> print bytes
    //gdb is: [97, 98, 0]
    //lldb is: "ab"
    //gdb> print chars
    //gdb is: [108 'l', 248 '\xf8']
    //> type letter
    //gdb is: char
    //lldb is: char32_t
    let _ = (letter, umlaut, emoji, newline, byte, bytes, chars);
}

fn look() {}
