//! The suite `objdiff`: the object diff finds each fault that is planted in an object, and nothing else.
//!
//! 1. Our backend compiles `tests/objdiff/subject.rs` for the target.
//! 2. Each case changes one thing in a copy ([`faults`], [`object_file`]), and compares the two.

mod faults;
mod object_file;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use build_system::files;
use objdiff::comparison::{Options, compare_paths};
use objdiff::report::Finding;

use crate::commands::succeed;
use crate::compilers::BothCompilers;
use crate::context::Context;
use crate::suite::{Group, Plan};
use faults::{FAULTS, Fault};
use object_file::ObjectFile;

/// Plans a case for each fault, and one for two equal objects.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || Subject::compile(context);
    let group = Group::new(set_up).case("an object and itself", Subject::equals_itself);
    let find = |subject: &Subject, fault: &&Fault| subject.find(fault);
    Ok(group.cases(FAULTS, |fault| fault.name.to_owned(), find).in_parallel())
}

/// The object without faults.
struct Subject {
    folder: PathBuf,
    path: PathBuf,
}

impl Subject {
    fn compile(context: &Context<'_>) -> Result<Subject> {
        let folder = context.scratch("objdiff");
        files::remove(&folder)?;
        files::create_folder(&folder)?;
        let path = folder.join("subject.o");
        let mut command = BothCompilers::of(context)?.clif();
        command.args(["--edition=2024", "-g", "--emit=obj", "-Ccodegen-units=1", "-o"]).arg(&path);
        succeed(command.arg(context.layout.clone.join("tests/objdiff/subject.rs")))?;
        Ok(Subject { folder, path })
    }

    fn equals_itself(&self) -> Result<()> {
        let found = self.differences(&self.path)?;
        ensure!(found.is_empty(), "{}", shown(&found));
        Ok(())
    }

    fn find(&self, fault: &Fault) -> Result<()> {
        let bytes = fs::read(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        let mut object = ObjectFile { bytes };
        (fault.plant)(&mut object)?;
        let path = self.folder.join(fault.name.replace(' ', "_")).with_extension("o");
        fs::write(&path, &object.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        let found = self.differences(&path)?;
        let [finding] = &found[..] else { anyhow::bail!("expected one difference, found {}", shown(&found)) };
        let is_right =
            finding.layer().name() == fault.layer && finding.difference.subject.name.contains(fault.subject);
        ensure!(is_right, "expected {} of {}, found {}", fault.layer, fault.subject, shown(&found));
        files::remove(&path)
    }

    fn differences(&self, other: &Path) -> Result<Vec<Finding>> {
        let comparisons = compare_paths(&self.path, other, &Options::default())?;
        Ok(comparisons.into_iter().flat_map(|comparison| comparison.findings).collect())
    }
}

fn shown(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let difference = &finding.difference;
        format!(
            "{} {}: {} {:?}",
            difference.subject.name, difference.property, difference.of, difference.values
        )
    });
    format!("{}:\n{}", findings.len(), lines.collect::<Vec<_>>().join("\n"))
}
