//! The program `objdiff`, which `./y.sh objdiff` starts.

use std::process::ExitCode;

fn main() -> ExitCode {
    objdiff::command::run()
}
