//! The process exit code is the one given to `process::exit`, without any std machinery before it.
// exit: 42

fn main() {
    std::process::exit(42);
}
