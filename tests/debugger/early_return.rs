//! `?` and early returns: steps through them.

fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    let trimmed = text.trim(); // #parse
    let number: u32 = trimmed.parse()?; // #line_1
    Ok(number + 1) // #line_2
} // #line_3

fn main() {
    let good = parse(" 41 "); // #line_4
    let bad = parse("x"); // #line_5
    look(); // #here
    //> break #parse
    //> run
    //both is: early_return::parse at #parse
    //> next
    //both is: early_return::parse at #line_1
    //> print trimmed
    //gdb is: "41"
    //lldb is: "41" { [0] = '4' [1] = '1' }
    //> next
    //both is: early_return::parse at #line_2
    //> print number
    //both is: 41
    //> next
    //both is: early_return::parse at #line_3
    //> next
    //gdb is: early_return::main at #line_5
    //lldb is: early_return::main at #line_4
    //> continue
    //both is: early_return::parse at #parse
    //> next
    //both is: early_return::parse at #line_1
    //> next
    //both is: early_return::parse at #line_3
    //> delete
    //> break #here
    //> continue
    //both is: early_return::main at #here
    //> print good
    //gdb is: core::result::Result<u32, core::num::error::ParseIntError>::Ok(42)
    //lldb is: Ok(42) { 0 = 42 }
    //gdb> print bad
    //gdb is: core::result::Result<u32, core::num::error::ParseIntError>::Err(core::num::error::ParseIntError {kind: core::num::error::IntErrorKind::InvalidDigit})
    let _ = (good, bad);
}

fn look() {}
