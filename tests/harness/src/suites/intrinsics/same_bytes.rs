//! Tests reproducibility: the objects of a crate with all intrinsics, in several CGUs, are the same with any
//! number of threads, and no two stubs of the crate have the same name.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Result, ensure};
use build_system::files;
use object::{Object as _, ObjectSymbol as _};

use super::{FEATURES, executed, program};
use crate::commands::succeed;
use crate::compilers::BothCompilers;
use crate::context::Context;

/// The name of the case.
pub const NAME: &str = "same-bytes";

/// The beginning of stubs' names.
const STUB: &str = "vendor_intrinsic.";

pub fn check(context: &Context<'_>) -> Result<()> {
    let scratch = context.scratch("intrinsics").join(NAME);
    files::remove(&scratch)?;
    files::create_folder(&scratch)?;
    let (root, fewest) = match executed::machine(context) {
        Some(machine) => (executed::write_program(context, machine, &scratch)?, machine.stubs),
        None => {
            let (declarations, structures) = super::declarations(context)?;
            let (source, _) = program::program(&declarations, &structures);
            let path = scratch.join("intrinsics.rs");
            files::write_file(&path, in_modules(&source).as_bytes(), files::Mode::Plain)?;
            (path, FEWEST)
        }
    };
    let compilers = BothCompilers::of(context)?;
    let mut sides = vec![];
    for threads in ["1", "3"] {
        let folder = scratch.join(threads);
        files::create_folder(&folder)?;
        let mut compiler = compilers.clif();
        compiler.args([
            "--edition=2024",
            "--cap-lints=allow",
            "--emit=obj",
            "-Csave-temps",
            "-Ccodegen-units=4",
        ]);
        if executed::machine(context).is_none() {
            compiler.args(["--crate-type=lib", "-Cpanic=abort", &format!("-Ctarget-feature={FEATURES}")]);
        }
        compiler.arg(&root).current_dir(&folder).env("RUSTC_BOOTSTRAP", "1").env("CLIF_THREADS", threads);
        succeed(&mut compiler)?;
        sides.push(objects(&folder)?);
    }
    ensure!(sides[0].len() > 1, "the crate has only one CGU");
    ensure!(sides[0] == sides[1], "the objects of two compilations differ");
    let mut stubs = HashMap::new();
    for (cgu, bytes) in &sides[0] {
        for name in stubs_of(bytes)? {
            if let Some(other) = stubs.insert(name.clone(), cgu) {
                ensure!(other == cgu, "{name} is in {cgu} and in {other}");
            }
        }
    }
    ensure!(stubs.len() >= fewest, "there are only {} stubs", stubs.len());
    files::remove(&scratch)
}

/// The fewest stubs of the crate with all intrinsics that are executed symbolically.
const FEWEST: usize = 1000;

/// The number of intrinsics in a module.
const MODULE: usize = 300;
/// The beginning of an intrinsic's declaration. Its callers follow.
const DECLARATION: &str = "unsafe extern";

/// Puts the functions of the library into a few modules, since CGUs are made of modules.
fn in_modules(source: &str) -> String {
    let mut text = String::new();
    let mut declared = 0;
    for line in source.lines().filter(|line| !line.starts_with("#![crate_type")) {
        if line.starts_with(DECLARATION) {
            if declared % MODULE == 0 {
                let end = if declared == 0 { "" } else { "}\n" };
                text.push_str(&format!("{end}pub mod part_{} {{ use super::*;\n", declared / MODULE));
            }
            declared += 1;
        }
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("}\n");
    text
}

/// Returns the objects of the CGUs, by name.
fn objects(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = vec![];
    for path in files::entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rcgu.o") {
            found.push((name, files::read_file(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

fn stubs_of(bytes: &[u8]) -> Result<Vec<String>> {
    let file = object::File::parse(bytes)?;
    let names = file.symbols().filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    Ok(names.filter(|name| name.starts_with(STUB)).collect())
}
