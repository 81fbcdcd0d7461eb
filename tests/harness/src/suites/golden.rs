//! The suite `golden`: compares the CLIF of small functions with the expected text beside them.
//!
//! `--emit=llvm-ir` requests a backend's intermediate representation; ours writes CLIF. Crate ids and hashes
//! in symbol names depend on the compiler and not on the construct, so they are removed from both texts.
//!
//! Most functions have the same CLIF on all machines, in `NAME.clif`. Where another machine's differs, it has
//! a file of its own, `NAME.MACHINE.clif`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use build_system::files::{self, Mode};
use build_system::process;
use build_system::toolchain::crate_ids;

use super::golden_kinds;
use super::run_pass::{first_difference, programs, stem};
use crate::context::Context;
use crate::directives::Directives;
use crate::suite::{Group, Plan};
use crate::target::TestTarget;

/// The variable that makes the suite rewrite the expected files.
const BLESS: &str = "BLESS";
/// The machine whose CLIF is in the files without a machine's name.
const FIRST_MACHINE: &str = "x86_64";
/// The time limit of one compilation.
const LIMIT: Duration = Duration::from_secs(120);

/// Plans a case for each file, and one for the table of kinds.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let folder = context.layout.clone.join("tests/golden");
    let sources = programs(&folder)?;
    let set_up = || {
        let scratch = context.scratch("golden");
        files::create_folder(&scratch)?;
        let bless = std::env::var_os(BLESS).is_some_and(|value| !value.is_empty() && value != "0");
        Ok(Golden { compiler: context.dist()?.rustc_clif(), target: context.target, scratch, bless })
    };
    let kinds = move |golden: &Golden| {
        golden_kinds::check(&golden.compiler, &folder, &context.toolchain()?.compiler.sysroot)
    };
    let group = Group::new(set_up).cases(sources, |path| stem(path), |golden, path| golden.case(path));
    let group = if context.target.is_host { group.case(golden_kinds::NAME, kinds) } else { group };
    Ok(group.in_parallel())
}

/// Adds the flags of all cases.
pub fn flags(command: &mut Command) {
    command.args(["--edition=2024", "--crate-type=lib", "-Copt-level=0", "-Ccodegen-units=1"]);
}

/// The setup that all cases share.
struct Golden {
    /// Our driver.
    compiler: PathBuf,
    /// The target.
    target: TestTarget,
    /// The folder for CLIF.
    scratch: PathBuf,
    /// Whether to rewrite the expected files.
    bless: bool,
}

impl Golden {
    /// Compiles one file and compares its CLIF.
    fn case(&self, source: &Path) -> Result<()> {
        let directives = Directives::parse(&files::read_text(source)?)?;
        directives.require(self.target)?;
        let output = self.scratch.join(format!("{}.clif", stem(source)));
        let found = self.clif(source, &directives, &output)?;
        let (common, own) = expectations(source, self.target.name());
        if self.bless {
            return bless(&found, &common, own.as_deref());
        }
        let own = own.filter(|path| path.exists());
        let expectation = own.as_deref().unwrap_or(&common);
        if !expectation.exists() {
            bail!("{} does not exist; write it with {BLESS}=1 ./y.sh test golden", expectation.display());
        }
        let expected = files::read_text(expectation)?;
        if expected != found {
            let difference = first_difference(expected.as_bytes(), found.as_bytes());
            bail!(
                "{difference}\n    the whole text is in {}; accept it with {BLESS}=1 ./y.sh test golden",
                output.display()
            );
        }
        if own.is_some() && files::read_text(&common)? == found {
            bail!("{} is the same as {}; remove it", expectation.display(), common.display());
        }
        Ok(())
    }

    /// Returns the CLIF of a file.
    fn clif(&self, source: &Path, directives: &Directives, output: &Path) -> Result<String> {
        files::remove(output)?;
        let mut command = Command::new(&self.compiler);
        flags(&mut command);
        self.target.compile_for(&mut command);
        command.arg("--emit=llvm-ir");
        if directives.unstable {
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        command.current_dir(source.parent().unwrap_or(Path::new("."))).arg(files::name_of(source));
        command.arg("--crate-name").arg(stem(source)).arg("-o").arg(output).env("CLIF_VERIFY", "1");
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        if !outcome.succeeded() {
            bail!(
                "the file does not compile ({}): {}",
                outcome.status_text(),
                String::from_utf8_lossy(&outcome.stderr)
            );
        }
        Ok(without_ids(&files::read_text(output)?))
    }
}

/// Returns the file with the CLIF that the machines have in common, and the one with the machine's own.
fn expectations(source: &Path, machine: &str) -> (PathBuf, Option<PathBuf>) {
    let own = (machine != FIRST_MACHINE).then(|| source.with_extension(format!("{machine}.clif")));
    (source.with_extension("clif"), own)
}

/// Rewrites the expected file. A machine's own is removed if it says nothing else than the common one.
fn bless(found: &str, common: &Path, own: Option<&Path>) -> Result<()> {
    match own {
        None => files::write_file(common, found.as_bytes(), Mode::Plain),
        Some(own) if common.exists() && files::read_text(common)? == found => files::remove(own),
        Some(own) => files::write_file(own, found.as_bytes(), Mode::Plain),
    }
}

/// Removes crate ids (in v0 symbol names) and hashes (in legacy ones).
fn without_ids(text: &str) -> String {
    let mut result = text.to_owned();
    let mut mentions = crate_ids::mentions(text);
    // Backwards, so that earlier positions stay valid. A `Cs` inside an id is not the beginning of a mention.
    mentions.reverse();
    let mut limit = result.len();
    for mention in mentions {
        let end = mention.position + mention.id.len();
        if end <= limit {
            result.replace_range(mention.position..end, "");
            limit = mention.position;
        }
    }
    without_legacy_hashes(&without_cgu_hash(&result))
}

/// Removes the hash in the first and last line, `; codegen unit NAME.HASH-cgu.0`, which depends on the
/// compiler's version. The names of assembled functions contain it too: `NAME_HASH_cgu_0`.
fn without_cgu_hash(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match first.rsplit_once('-').and_then(|(name, _)| name.rsplit_once('.')) {
        Some((_, hash)) if first.starts_with("; codegen unit ") => {
            text.replace(&format!(".{hash}-"), "-").replace(&format!("_{hash}_"), "_")
        }
        _ => text.to_owned(),
    }
}

/// Removes the sixteen digits after each `17h`.
fn without_legacy_hashes(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("17h") {
        result.push_str(before);
        result.push_str("17h");
        let is_hash = after.len() > 16
            && after.bytes().take(16).all(|b| b.is_ascii_hexdigit())
            && after[16..].starts_with('E');
        rest = if is_hash { &after[16..] } else { after };
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_gets_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("add.rs");
        let (common, own) = expectations(&source, "aarch64");
        let own = own.unwrap();
        assert_eq!(files::name_of(&own), "add.aarch64.clif");
        assert_eq!(expectations(&source, FIRST_MACHINE), (common.clone(), None));
        bless("iadd", &common, None).unwrap();
        bless("isub", &common, Some(&own)).unwrap();
        assert_eq!((files::read_text(&common).unwrap(), own.exists()), ("iadd".to_owned(), true));
        bless("iadd", &common, Some(&own)).unwrap();
        assert!(!own.exists());
    }

    #[test]
    fn only_the_hash_of_the_cgu_is_removed() {
        let text = "; codegen unit add.ab7c577417b6ebd5-cgu.0\n\nfunction %a-b.c()\n";
        assert_eq!(without_ids(text), "; codegen unit add-cgu.0\n\nfunction %a-b.c()\n");
        assert_eq!(without_ids("function %a.b-c()\n"), "function %a.b-c()\n");
        let text = "; codegen unit add.ab7c-cgu.0\n %add.add_ab7c_cgu_0.0\n";
        assert_eq!(without_ids(text), "; codegen unit add-cgu.0\n %add.add_cgu_0.0\n");
    }

    #[test]
    fn ids_and_hashes_are_left_out() {
        let text = "function u0:0 %_RNvCsab12_4test3addCscd_4core\n call _ZN4core3fmt17h0123456789abcdefE()\n 17hours\n";
        let expected = "function u0:0 %_RNvCs_4test3addCs_4core\n call _ZN4core3fmt17hE()\n 17hours\n";
        assert_eq!(without_ids(text), expected);
        assert_eq!(without_ids(expected), expected);
    }
}
