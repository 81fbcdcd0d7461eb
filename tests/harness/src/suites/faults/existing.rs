//! Tests outputs that exist already, or are not plain files. Our compiler must treat them as LLVM's does.
//!
//! Each case prepares the path of an output and compiles with both compilers, each in its own folder. Then a
//! shell script prints facts about that path. The expected facts are in the table, and must hold for both.
//!
//! To add a case: a row in [`OUTPUTS`].

use anyhow::{Result, ensure};
use build_system::files;
use build_system::process;

use super::{LIMIT, Setting};
use crate::compilers::copy_environment;
use crate::suite::skip;

/// A case. In the scripts, `compile` compiles to the output and prints its status as a word, and `plain`
/// removes root's permission to write where the owner may not.
pub(super) struct Existing {
    pub(super) name: &'static str,
    /// The value of `--emit=`.
    emit: &'static str,
    script: &'static str,
    /// The output of the script.
    facts: &'static str,
    needs_mounts: bool,
}

/// Returns a case that needs no mounts.
const fn existing(
    name: &'static str,
    emit: &'static str,
    script: &'static str,
    facts: &'static str,
) -> Existing {
    Existing { name, emit, script, facts, needs_mounts: false }
}

/// Shell functions for all scripts. `kind` distinguishes objects, texts and old contents.
const FUNCTIONS: &str = "compile() { \"$@\" && echo success || echo failure $?; }\n\
     plain='setpriv --bounding-set=-dac_override,-dac_read_search,-fowner'\n\
     kind() { case $(head -c 4 \"$1\" | od -An -c | tr -d ' \\n') in 177ELF) echo object;; old*) echo old;; \
     '') echo empty;; *) echo text;; esac; }\n";

/// All cases.
pub(super) const OUTPUTS: [Existing; 18] = [
    existing("existing output: none", "obj=x.o", "compile \"$@\"; kind x.o; ls -A", "success object x.o"),
    existing(
        "existing output: a file with another mode",
        "obj=x.o",
        "echo old >x.o; chmod 600 x.o; compile \"$@\"; kind x.o; stat -c %a x.o",
        "success object 644",
    ),
    existing(
        "existing output: a hard link",
        "obj=x.o",
        "echo old >x.o; ln x.o y.o; compile \"$@\"; kind y.o; stat -c %h x.o",
        "success object 2",
    ),
    existing(
        "existing output: a hard link, as text",
        "asm=x.s",
        "echo old >x.s; ln x.s y.s; compile \"$@\"; kind y.s; stat -c %h x.s",
        "success text 2",
    ),
    existing(
        "existing output: a symbolic link",
        "obj=x.o",
        "mkdir d; echo old >d/y.o; ln -s d/y.o x.o; compile \"$@\"; readlink x.o; kind d/y.o",
        "success d/y.o object",
    ),
    existing(
        "existing output: a dangling symbolic link",
        "obj=x.o",
        "mkdir d; ln -s ../y.o d/z.o; ln -s d/z.o x.o; compile \"$@\"; readlink x.o d/z.o; kind y.o",
        "success d/z.o ../y.o object",
    ),
    existing(
        "existing output: a link into a folder that is missing",
        "obj=x.o",
        "ln -s missing/y.o x.o; compile \"$@\"; readlink x.o; ls -A",
        "failure 1 missing/y.o x.o",
    ),
    existing(
        "existing output: links in a circle",
        "obj=x.o",
        "ln -s y.o x.o; ln -s x.o y.o; compile \"$@\"; readlink x.o y.o",
        "failure 1 y.o x.o",
    ),
    existing(
        "existing output: a file that may only be read",
        "obj=x.o",
        "echo old >x.o; chmod 444 x.o; compile $plain \"$@\"; kind x.o; stat -c %a x.o; ls -A",
        "failure 1 old 444 x.o",
    ),
    existing(
        "existing output: a file in a folder that may only be read",
        "obj=d/x.o",
        "mkdir d; echo old >d/x.o; chmod 555 d; compile $plain \"$@\"; kind d/x.o; ls -A d",
        "success object x.o",
    ),
    existing(
        "existing output: none in a folder that may only be read",
        "obj=d/x.o",
        "mkdir d; chmod 555 d; compile $plain \"$@\"; ls -A d",
        "failure 1",
    ),
    existing(
        "existing output: a file of another user",
        "obj=d/x.o",
        "mkdir -m 1777 d; echo old >d/x.o; chmod 666 d/x.o; chown 65534 d d/x.o; compile \"$@\"; kind d/x.o; \
         stat -c %u d/x.o; ls -A d",
        "success object 65534 x.o",
    ),
    existing("existing output: a folder", "obj=x.o", "mkdir x.o; compile \"$@\"; ls -A", "failure 1 x.o"),
    existing(
        "existing output: a named pipe",
        "obj=x.o",
        "mkfifo x.o; cat x.o >got & compile \"$@\"; wait; kind got; test -p x.o && echo pipe",
        "success object pipe",
    ),
    existing(
        "existing output: /dev/null",
        "obj=/dev/null",
        "compile \"$@\"; test -c /dev/null && echo device; ls -A",
        "success device",
    ),
    existing(
        "existing output: /dev/stdout, a pipe",
        "obj=/dev/stdout",
        "{ \"$@\"; echo $? >status; } | cat >got; kind got; cat status",
        "object 0",
    ),
    existing(
        "existing output: /dev/stdout, a file",
        "obj=/dev/stdout",
        "{ \"$@\"; echo $? >status; } >got; kind got; cat status; ls -A",
        "object 0 got status",
    ),
    Existing {
        name: "existing output: a mount over a file",
        emit: "obj=x.o",
        script: "echo old >x.o; echo old >y.o; mount --bind y.o x.o; compile \"$@\"; kind y.o; umount x.o; kind x.o",
        facts: "success object old",
        needs_mounts: true,
    },
];

/// Compiles with both compilers, and compares the facts.
pub(super) fn compile(setting: &Setting, case: &Existing) -> Result<()> {
    let surroundings = &setting.surroundings;
    if case.needs_mounts && !surroundings.can_mount() {
        return Err(skip("`unshare` and `mount` are not allowed here"));
    }
    let source = setting.sources.join("small.rs");
    let [theirs, ours] = setting.compilers.both(|compiler, template| {
        let folder = setting.scratch.join(case.name.replace(['/', ' '], "-")).join(compiler.name());
        files::create_folder(&folder)?;
        let mut words = vec![template.get_program().to_string_lossy().into_owned()];
        words.push(source.display().to_string());
        words.extend([format!("--emit={}", case.emit), "-Ccodegen-units=1".to_owned()]);
        let script = format!("{FUNCTIONS}umask 022\n{}", case.script);
        let mut command = surroundings.script(case.needs_mounts, &script, &words);
        copy_environment(&template, &mut command);
        process::clean_environment(&mut command);
        let outcome = process::run_limited(command.current_dir(&folder), b"", LIMIT)?;
        let facts = String::from_utf8_lossy(&outcome.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        let messages = String::from_utf8_lossy(&outcome.stderr);
        ensure!(facts == case.facts, "{facts:?}, expected {:?}; {messages}", case.facts);
        let error = messages.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        ensure!(error.is_empty() != facts.starts_with("failure"), "it says: {messages}");
        Ok(error.to_owned())
    })?;
    ensure!(theirs == ours, "the messages differ: {theirs:?}, {ours:?}");
    Ok(())
}
