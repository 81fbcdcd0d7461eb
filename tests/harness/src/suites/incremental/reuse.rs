//! Edits one function in a crate of 20 modules, and checks with rustc's own assertions which CGUs were
//! reused.
//!
//! The assertions are attributes of the crate (`rustc_partition_reused` and `rustc_partition_codegened`),
//! which rustc checks with `-Zquery-dep-graph`. A wrong one must be an error, or the test would show nothing.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use crate::commands;
use crate::synthetic::Workplace;

/// The number of modules.
const MODULES: usize = 20;
/// The `--cfg` that enables the attributes.
const CONFIGURATION: &str = "edited";

/// An edit of one module.
struct Edit {
    name: &'static str,
    module: usize,
    /// The texts to replace and the new texts, in this order.
    changes: &'static [(&'static str, &'static str)],
}

/// Edits that affect only their own module.
const EDITS: [Edit; 4] = [
    Edit { name: "a body", module: 7, changes: &[("wrapping_mul(3)", "wrapping_mul(5)")] },
    Edit {
        name: "a private signature",
        module: 3,
        changes: &[
            ("helper(x) ^", "helper(x, 1) ^"),
            ("(x: u64) -> u64 { x.", "(x: u64, more: u64) -> u64 { more ^ x."),
        ],
    },
    Edit { name: "a static's value", module: 5, changes: &[("[1, 2, 3]", "[1, 2, 4]")] },
    Edit {
        name: "a new private function",
        module: 12,
        changes: &[
            ("helper(x) ^", "helper(added(x)) ^"),
            ("fn helper", "fn added(x: u64) -> u64 { x.wrapping_add(9) }\nfn helper"),
        ],
    },
];

/// Makes each edit and checks the assertions.
pub fn affected_cgus(place: &Workplace) -> Result<()> {
    let mut modules: Vec<String> = (0..MODULES).map(module_text).collect();
    write(place, &modules, &[])?;
    compile(place)?;
    let mut printed = place.run("main")?;
    for edit in EDITS {
        for (from, to) in edit.changes {
            let text = &mut modules[edit.module];
            ensure!(text.contains(from), "{}: the text to edit is missing", edit.name);
            *text = text.replace(from, to);
        }
        write(place, &modules, &expectations(edit.module))?;
        compile(place).map_err(|error| error.context(edit.name))?;
        let now = place.run("main")?;
        ensure!(now != printed, "{}: the program is still the old one", edit.name);
        printed = now;
    }
    wrong_expectations_are_noticed(place, modules)
}

/// Checks that wrong assertions are errors: that the edited CGU is reused, and that an unedited one is
/// recompiled.
fn wrong_expectations_are_noticed(place: &Workplace, mut modules: Vec<String>) -> Result<()> {
    modules[9] = modules[9].replace("x.wrapping_mul(3)", "x.wrapping_mul(11)");
    let wrong = [attribute("reused", "main-m9"), attribute("codegened", "main-m8")];
    write(place, &modules, &wrong)?;
    let errors = commands::fail(&mut place.rustc(&FLAGS), 1)?;
    for cgu in ["main-m9", "main-m8"] {
        ensure!(errors.contains(cgu), "the wrong assertion about {cgu} was not noticed: {errors}");
    }
    Ok(())
}

/// Returns the assertions that all CGUs but the edited module's are reused.
fn expectations(edited: usize) -> Vec<String> {
    let mut attributes =
        vec![attribute("codegened", &format!("main-m{edited}")), attribute("reused", "main")];
    for module in 0..MODULES {
        if module != edited {
            attributes.push(attribute("reused", &format!("main-m{module}")));
        }
        // The instances of the module's generic function do not use the edited code.
        attributes.push(attribute("reused", &format!("main-m{module}.volatile")));
    }
    attributes
}

fn attribute(kind: &str, cgu: &str) -> String {
    format!("#![rustc_partition_{kind}(module = \"{cgu}\", cfg = \"{CONFIGURATION}\")]")
}

/// The compiler's flags.
const FLAGS: [&str; 9] = [
    "main.rs",
    "-Cincremental=cache",
    "-Cdebuginfo=2",
    "-Zquery-dep-graph",
    "--cfg",
    CONFIGURATION,
    "-Ainternal_features",
    "-o",
    "main",
];

fn compile(place: &Workplace) -> Result<()> {
    place.compile(&FLAGS).map(drop)
}

/// The edited text is the last in its module, so that it does not move other code.
fn module_text(module: usize) -> String {
    format!(
        "pub fn generic<T: Into<u64>>(value: T) -> u64 {{ value.into() + {module} }}\n\
         pub fn run(x: u64) -> u64 {{ helper(x) ^ TABLE[2] ^ {module} }}\n\
         static TABLE: [u64; 3] = [1, 2, 3];\n\
         fn helper(x: u64) -> u64 {{ x.wrapping_mul(3) }}\n"
    )
}

fn write(place: &Workplace, modules: &[String], attributes: &[String]) -> Result<()> {
    let mut root = String::from("#![feature(rustc_attrs)]\n");
    for attribute in attributes {
        let _ = writeln!(root, "{attribute}");
    }
    // Blank lines keep the following code in place when the number of attributes changes.
    root.push_str(&"\n".repeat(3 * MODULES - attributes.len()));
    for (module, text) in modules.iter().enumerate() {
        let _ = writeln!(root, "mod m{module};");
        place.write(&format!("m{module}.rs"), text)?;
    }
    root.push_str("fn main() {\n    let mut sum = 1u64;\n");
    for module in 0..modules.len() {
        let _ =
            writeln!(root, "    sum = m{module}::run(sum).wrapping_add(m{module}::generic({module}u32));");
    }
    root.push_str("    println!(\"{sum}\");\n}\n");
    place.write("main.rs", &root)
}
