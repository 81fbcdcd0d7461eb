//! Checks an assembly block in a function with each target feature: LLVM must know all the features' names,
//! and print no message.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use build_system::files::{self, Mode};
use build_system::process;

use crate::compilers::BothCompilers;
use crate::context::Context;

pub(super) const CASE: &str = "target features";
const LIMIT: Duration = Duration::from_secs(120);
/// The line that rustc prints before the features of the target.
const HEADING: &str = "Features supported by rustc for this target:";

/// What differs between machines.
struct Machine {
    name: &'static str,
    /// A register class for floats.
    class: &'static str,
    /// Such a register in a template, with the modifier that rustc asks for.
    operand: &'static str,
    /// Features that functions cannot enable.
    of_targets: &'static [&'static str],
    /// Features that functions only enable together.
    together: &'static [&'static str],
    /// The features of the language that target features need.
    gates: &'static str,
    /// The fewest features that rustc lists.
    fewest: usize,
}

const MACHINES: [Machine; 3] = [
    Machine {
        name: "x86_64",
        class: "xmm_reg",
        operand: "{0}",
        of_targets: &["crt-static", "soft-float"],
        together: &[],
        gates: "x86_amx_intrinsics, apx_target_feature, avx10_target_feature, ermsb_target_feature, \
            lahfsahf_target_feature, movrs_target_feature, prfchw_target_feature, rtm_target_feature, \
            x87_target_feature, xop_target_feature",
        fewest: 60,
    },
    Machine {
        name: "aarch64",
        class: "vreg",
        operand: "{0:d}",
        of_targets: &["crt-static"],
        together: &["paca", "pacg"],
        gates: "aarch64_unstable_target_feature, aarch64_ver_target_feature",
        fewest: 60,
    },
    Machine {
        name: "riscv64",
        class: "freg",
        operand: "{0}",
        of_targets: &["crt-static", "e", "zdinx", "zfinx", "zhinx", "zhinxmin"],
        together: &[],
        gates: "riscv_target_feature",
        fewest: 60,
    },
];

pub(super) fn case(context: &Context<'_>) -> Result<()> {
    let compilers = BothCompilers::of(context)?;
    let machine = MACHINES.iter().find(|machine| machine.name == compilers.target.name());
    let machine = machine.context("the table has no row for the machine")?;
    let printed = process::output(compilers.llvm().args(["--print=target-features"]))?;
    let (_, list) = printed
        .split_once(HEADING)
        .context("the list of target features does not have the expected heading")?;
    let lines = list.trim_start_matches('\n').lines().take_while(|line| !line.is_empty());
    let features = lines.filter_map(|line| line.split_whitespace().next());
    let features: Vec<&str> = features.filter(|name| !machine.of_targets.contains(name)).collect();
    ensure!(features.len() > machine.fewest, "rustc only lists the features {features:?}");
    let mut source = format!("#![feature({})]\n", machine.gates);
    for (number, feature) in features.iter().enumerate() {
        let enabled = if machine.together.contains(feature) { machine.together } else { &[*feature] };
        writeln!(
            source,
            "#[target_feature(enable = \"{}\")]\npub fn f{number}(value: f64) {{ \
             unsafe {{ std::arch::asm!(\"/* {} */ nop\", in({}) value) }} }}",
            enabled.join(","),
            machine.operand,
            machine.class
        )?;
    }
    let folder = context.scratch("assembly").join("features");
    files::create_folder(&folder)?;
    files::write_file(&folder.join("features.rs"), source.as_bytes(), Mode::Plain)?;
    for mut command in [compilers.llvm(), compilers.clif()] {
        process::clean_environment(&mut command);
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(&folder);
        command.args(["features.rs", "--crate-type=lib", "--edition=2024", "--emit=obj"]);
        let outcome = process::run_limited(&mut command, b"", LIMIT)?;
        let messages = String::from_utf8_lossy(&outcome.stderr);
        ensure!(messages.is_empty() && outcome.succeeded(), "{} says: {messages}", process::shown(&command));
    }
    files::remove(&folder)
}
