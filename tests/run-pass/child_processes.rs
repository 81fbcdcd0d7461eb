//! Child processes: the program runs itself with arguments, pipes, environment, exit codes, signals.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, Stdio};

/// What the program does when it is called as a child.
fn child(role: &str) -> ExitCode {
    match role {
        "echo" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).unwrap();
            print!("{}", text.to_uppercase());
            eprint!("{} bytes", text.len());
        }
        "env" => println!("{:?} {:?}", std::env::var("CHILD_KEY"), std::env::var("PATH").is_ok()),
        "code" => return ExitCode::from(std::env::args().nth(2).unwrap().parse::<u8>().unwrap()),
        "panic" => panic!("child panics"),
        "abort" => std::process::abort(),
        "folder" => println!("{}", std::env::current_dir().unwrap().display()),
        _ => unreachable!(),
    }
    ExitCode::SUCCESS
}

fn main() -> ExitCode {
    if let Some(role) = std::env::args().nth(1) {
        return child(&role);
    }
    let me = std::env::current_exe().unwrap();
    // The words of the emulator's call, if there is one.
    let emulator = std::env::var("TEST_EMULATOR").unwrap_or_default();
    let command = |arguments: &[&str]| {
        let mut words = emulator.split_whitespace().map(std::ffi::OsStr::new).chain([me.as_os_str()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(arguments);
        command
    };

    let mut echo = command(&["echo"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = echo.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        for i in 0..2000 {
            writeln!(input, "line {i} of the input").unwrap();
        }
    });
    let output = echo.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    println!("{} {:?}", text.len(), text.lines().last());
    println!("{:?} {}", String::from_utf8_lossy(&output.stderr), output.status.success());

    let output = command(&["env"]).env_clear().env("CHILD_KEY", "value").output().unwrap();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    for code in ["0", "1", "255"] {
        let status = command(&["code", code]).status().unwrap();
        println!("{:?} {}", status.code(), status.success());
    }
    let output = command(&["panic"]).env("RUST_BACKTRACE", "0").output().unwrap();
    println!(
        "{:?} {}",
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).contains("child panics")
    );
    let status = command(&["abort"]).status().unwrap();
    println!("{:?} {:?}", status.code(), status.signal());
    let output = command(&["folder"]).current_dir("/").output().unwrap();
    println!("{:?}", String::from_utf8_lossy(&output.stdout));

    let mut killed = command(&["echo"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    println!("{:?}", killed.try_wait().map(|status| status.is_none()));
    killed.kill().unwrap();
    println!("{:?}", killed.wait().unwrap().signal());
    println!("{:?}", Command::new("/no/such/program").spawn().map(|_| ()).map_err(|error| error.kind()));
    ExitCode::SUCCESS
}
