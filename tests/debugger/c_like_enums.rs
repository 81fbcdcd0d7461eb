//! Enums without data, of several widths.

#[derive(Clone, Copy)]
enum Color {
    Red,
    Green,
    Blue,
}

#[derive(Clone, Copy)]
#[repr(i16)]
enum Level {
    Low = -300,
    High = 1000,
}

#[derive(Clone, Copy)]
#[repr(u64)]
enum Big {
    Zero = 0,
    Huge = 0xFFFF_FFFF_0000_0000,
}

#[derive(Clone, Copy)]
struct Paint {
    color: Color,
    level: Level,
}

fn main() {
    let red = Color::Red;
    let colors = [Color::Green, Color::Blue];
    let low = Level::Low;
    let high = Level::High;
    let zero = Big::Zero;
    let huge = Big::Huge;
    let paint = Paint { color: Color::Blue, level: Level::High };
    let maybe = Some(Color::Green);
    look(); // #here
    //> break #here
    //> run
    //both is: c_like_enums::main at #here
    //> print red
    //gdb is: c_like_enums::Color::Red
    //lldb is: Red
    //> print colors
    //gdb is: [c_like_enums::Color::Green, c_like_enums::Color::Blue]
    //lldb is: { [0] = Green [1] = Blue }
    //> print low
    //gdb is: c_like_enums::Level::Low
    //lldb is: Low
    //> print high
    //gdb is: c_like_enums::Level::High
    //lldb is: High
    //> print zero
    //gdb is: c_like_enums::Big::Zero
    //lldb is: Zero
    //> print huge
    //gdb is: c_like_enums::Big::Huge
    //lldb is: Huge
    //> print paint
    //gdb is: c_like_enums::Paint {color: c_like_enums::Color::Blue, level: c_like_enums::Level::High}
    //lldb is: { color = Blue level = High }
    //> print maybe
    //gdb is: core::option::Option<c_like_enums::Color>::Some(c_like_enums::Color::Green)
    //lldb is: Some(Green) { 0 = Green }
    //> type red
    //both is: c_like_enums::Color
    let _ = (red, colors, low, high, zero, huge, paint.color, paint.level, maybe);
}

fn look() {}
