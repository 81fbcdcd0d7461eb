//! `./y.sh`: runs the command line with the library beside it.

use std::process::ExitCode;

use anyhow::Result;

use build_system::bench;
use build_system::build;
use build_system::clean;
use build_system::cli::{Action, Arguments};
use build_system::console::Console;
use build_system::entry;
use build_system::layout::Layout;
use build_system::run;
use build_system::standard_library;
use build_system::toolchain::Toolchain;
use build_system::toolchain::targets::ensure_target;
use build_system::tools;

fn main() -> ExitCode {
    entry::start(&[], run_action)
}

/// Runs the command.
fn run_action(arguments: Arguments) -> Result<ExitCode> {
    let console = Console::new(arguments.verbose);
    let layout = Layout::find()?;
    if layout.clone_is_read_only {
        console.say(format!(
            "{} cannot be written; building in {}",
            layout.clone.display(),
            layout.build.display()
        ));
    }
    let obtain = || Toolchain::obtain(&layout, arguments.toolchain.as_deref(), console);
    match arguments.action {
        Action::Toolchain => {
            let toolchain = obtain()?;
            println!(
                "{}\n  sysroot of the backend's build: {}",
                toolchain.origin,
                toolchain.build_sysroot.display()
            );
        }
        Action::Build { sysroot, targets } => {
            let toolchain = obtain()?;
            for target in &targets {
                ensure_target(&toolchain, target, &layout, console)?;
            }
            let dist = build::build_programs(&layout, &toolchain, console)?;
            standard_library::choose(sysroot, &targets, &layout, &toolchain, &dist, console)?;
            println!(
                "Built {}; use it as {}",
                layout.dist.display(),
                layout.dist.join("bin/cargo-clif").display()
            );
        }
        Action::Run => run::run(&layout, &obtain()?, console)?,
        Action::Test { .. } | Action::CompareDebugInfo { .. } => {
            // It reads the same command line.
            return tools::start(&tools::HARNESS, std::env::args_os().skip(1), &layout, console);
        }
        Action::Objdiff { arguments } => {
            return tools::start(&tools::OBJDIFF, arguments, &layout, console);
        }
        Action::Bench(options) => {
            // Invalid options are reported before anything is built.
            let plan = bench::Plan::of(&options)?;
            let toolchain = obtain()?;
            let dist = build::build(&layout, &toolchain, console)?;
            bench::bench(&plan, &layout, &toolchain, &dist, console)?;
        }
        Action::Clean { cache } => clean::clean(&layout, cache, console)?,
    }
    Ok(ExitCode::SUCCESS)
}
