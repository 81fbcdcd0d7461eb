//! Tests code for targets that use no registers for floats: the instructions of a library, and calls between
//! our code and LLVM's.
//!
//! The case `bare targets` of `own-std` compiles the library, with `core` and `alloc`. Here, each pair of
//! backends compiles `tests/soft-floats`: one the functions, the other their caller. C prints the results.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::cargo_clif::Project;
use crate::commands::succeed;
use crate::target::TestTarget;

/// The targets, and how the names of registers for floats and vectors begin in objdump's operands.
const TARGETS: [(&str, &[&str]); 2] = [
    ("x86_64-unknown-none", &["%xmm", "%ymm", "%mm"]),
    ("aarch64-unknown-none-softfloat", &["v", "q", "d", "s", "h", "b"]),
];
/// The backends: flags for `rustc-clif`.
const BACKENDS: [&[&str]; 2] = [&["-Zcodegen-backend=llvm"], &[]];
/// The sources, in the order in which they are compiled.
const SOURCES: [(&str, &str); 3] = [
    ("callee.rs", include_str!("../../../soft-floats/callee.rs")),
    ("caller.rs", include_str!("../../../soft-floats/caller.rs")),
    ("main.c", include_str!("../../../soft-floats/main.c")),
];

/// Checks the instructions of a library of such a target, and calls. Other targets are right.
pub fn check(project: &Project<'_>, triple: &str, target: TestTarget, library: &str) -> Result<()> {
    let Some((_, registers)) = TARGETS.iter().find(|(name, _)| *name == triple) else { return Ok(()) };
    let library = project.folder.join(library);
    let (code, _) = succeed(Command::new(target.gnu_tool("objdump")).arg("-d").arg(library))?;
    ensure!(code.lines().count() > 10_000, "{triple}: there is not much code");
    let wrong = code.lines().find(|line| mentions_register(line, registers));
    ensure!(wrong.is_none(), "{triple}: {wrong:?}");
    calls(project, triple, target)
}

/// Compares the results of calls with those of LLVM's code.
fn calls(project: &Project<'_>, triple: &str, target: TestTarget) -> Result<()> {
    for (name, text) in SOURCES {
        project.write(name, text)?;
    }
    let mut expected = None;
    for (callee, caller) in BACKENDS.into_iter().flat_map(|one| BACKENDS.map(|other| (one, other))) {
        for level in ["-Copt-level=0", "-Copt-level=2"] {
            let what = format!("{triple}: callee {callee:?}, caller {caller:?}, {level}");
            let results =
                results_of(project, triple, target, [callee, caller], level).with_context(|| what.clone())?;
            ensure!(results.lines().count() == 32, "{what}: {results}");
            let expected = expected.get_or_insert_with(|| results.clone());
            ensure!(results == *expected, "{what}: {results}instead of {expected}");
        }
    }
    Ok(())
}

fn results_of(
    project: &Project<'_>,
    triple: &str,
    target: TestTarget,
    backends: [&[&str]; 2],
    level: &str,
) -> Result<String> {
    let dependencies = format!("target/{triple}/debug/deps");
    for ((source, output), flags) in
        [("callee.rs", "libcallee.rlib"), ("caller.rs", "libcaller.a")].into_iter().zip(backends)
    {
        let kind = if output.ends_with(".a") { "--crate-type=staticlib" } else { "--crate-type=rlib" };
        let mut command =
            project.rustc_clif(&["--edition=2024", "-Cpanic=abort", "--cap-lints=allow", "--target", triple]);
        command.env("RUSTC_BOOTSTRAP", "1");
        command.args(["-L", &dependencies, "-L", ".", kind, level, source, "-o", output]).args(flags);
        succeed(&mut command)?;
    }
    link_by(&["run"], project, target, ["libcaller.a", "main.c", "calls"])?;
    Ok(succeed(&mut target.program(&project.folder.join("calls")))?.0)
}

/// Links a static library with a C program: `[library, source, output]`. They share only these functions:
/// both have others like `fmod`, which take floats in different registers.
pub fn link_by(
    functions: &[&str],
    project: &Project<'_>,
    target: TestTarget,
    [library, source, output]: [&str; 3],
) -> Result<()> {
    const JOINED: &str = "library.o";
    let flags = |option: &'static str| functions.iter().map(move |name| format!("--{option}={name}"));
    let mut join = Command::new(target.gnu_tool("ld"));
    join.args(flags("undefined")).args(["-r", library, "-o", JOINED]);
    let mut hide = Command::new(target.gnu_tool("objcopy"));
    hide.args(flags("keep-global-symbol")).arg(JOINED);
    let mut link = target.c_compiler();
    link.args(["-static", "-no-pie", source, JOINED, "-lm", "-o", output]);
    for mut command in [join, hide, link] {
        succeed(command.current_dir(&project.folder))?;
    }
    Ok(())
}

/// Whether an instruction, as objdump writes it, has an operand that is one of these names and a number.
fn mentions_register(line: &str, names: &[&str]) -> bool {
    let instruction = line.splitn(3, '\t').nth(2).unwrap_or_default();
    // The rest is a comment, or the symbol of the address before it, which has only digits.
    let instruction = match instruction.split_once('<') {
        Some((target, _)) => target.trim_end().trim_end_matches(|c: char| c.is_ascii_hexdigit()),
        None => instruction.split('#').next().unwrap_or_default(),
    };
    instruction.split([',', '\t', ' ', '[', ']', '{', '}', '(', ')', '.', '*']).any(|word| {
        let end = |name: &&str| word.strip_prefix(*name).is_some_and(is_number);
        names.iter().any(end)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_of_floats_are_found_among_operands() {
        let line = "  4:\tf2 0f 58 c1 \taddsd  %xmm1,%xmm0";
        assert!(mentions_register(line, &["%xmm"]));
        assert!(!mentions_register(line, &["%ymm"]));
        let line = "  8:\t1e602800 \tfadd\td0, d0, d1";
        assert!(mentions_register(line, &["d"]));
        assert!(!mentions_register("  8:\t8b020020 \tadd\tx0, x1, x2", &["d", "v"]));
        assert!(!mentions_register("  8:\tb5ffffb8 \tcbnz\tx24, d4 <d0>", &["d"]));
    }
}
