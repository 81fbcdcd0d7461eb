//! Variables that the debugger changes; the program continues with the new values.

struct Settings {
    limit: u32,
    verbose: bool,
}

fn main() {
    let mut number = 1i32;
    let mut settings = Settings { limit: 5, verbose: false };
    let mut ratio = 0.5f64;
    look(&mut number, &mut settings, &mut ratio); // #here
    let doubled = number * 2;
    let bounded = settings.limit + 1;
    let half = ratio / 2.0;
    look(&mut number, &mut settings, &mut ratio); // #then
    //> break #here
    //> run
    //both is: set_variable::main at #here
    //> set number = -21
    //> set settings.limit = 99
    //> set settings.verbose = true
    //> set ratio = 8.0
    //> print number
    //both is: -21
    //> break #then
    //> continue
    //both is: set_variable::main at #then
    //> print doubled
    //both is: -42
    //> print bounded
    //both is: 100
    //> print half
    //both is: 4
    //> print settings
    //gdb is: set_variable::Settings {limit: 99, verbose: true}
    //lldb is: { limit = 99 verbose = true }
    std::process::exit(doubled + bounded as i32 + half as i32 + i32::from(settings.verbose));
    //> continue
    //both is: exited with 63
}

fn look(_: &mut i32, _: &mut Settings, _: &mut f64) {}
