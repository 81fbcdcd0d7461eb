//! Tests that everything the compiler prints about targets, processors and features is the same as with LLVM,
//! for every target.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::parallel;
use build_system::process::Outcome;

use super::{METADATA_ONLY, Setting, text};
use crate::commands::{fail, finish, succeed};
use crate::suite::Group;

/// Tests one kind of query.
type Check = fn(&Setting) -> Result<()>;

/// All cases.
const CHECKS: [(&str, Check); 5] = [
    ("targets", targets),
    ("processors and features", processors_and_features),
    ("each processor", each_processor),
    ("features in code", features_in_code),
    ("checking for other targets", checking),
];

/// The kinds of `--print` that are compared for each target.
const PRINTED: [&str; 9] = [
    "cfg",
    "target-cpus",
    "target-features",
    "code-models",
    "relocation-models",
    "tls-models",
    "stack-protector-strategies",
    "split-debuginfo",
    "supported-crate-types",
];

/// Flags that choose processors and features, or that features depend on.
const CHOICES: [&str; 26] = [
    "-Ctarget-cpu=native",
    "-Ctarget-cpu=x86-64-v3",
    "-Ctarget-cpu=znver4 -Ctarget-feature=-avx512f",
    "-Ctarget-cpu=nosuchcpu",
    "-Ctarget-feature=+avx2,-sse3,+rdrand",
    "-Ctarget-feature=+rdrnd",
    "-Ctarget-feature=+pclmul,+bmi,+nosuch,-cx16",
    "-Ctarget-feature=avx2",
    "-Ctarget-feature=",
    "-Ctarget-feature=-x87,-sse2",
    "-Ctarget-feature=+soft-float",
    "-Ctarget-feature=+crt-static",
    "-Ctarget-feature=+crt-static,+avx512vl",
    "-Ctarget-feature=+apxf,+sse4.2",
    "-Zretpoline",
    "-Zretpoline-external-thunk",
    "-Zfixed-x18",
    "-Zsanitizer=address",
    "--target=aarch64-unknown-linux-gnu -Ctarget-cpu=cortex-a53 -Ctarget-feature=+sve,-neon",
    "--target=aarch64-unknown-linux-gnu -Zfixed-x18",
    "--target=aarch64-apple-darwin -Ctarget-cpu=apple-m1",
    "--target=aarch64-unknown-linux-gnu -Ctarget-cpu=apple-m1 -Ctarget-feature=-sha3",
    "--target=riscv64gc-unknown-linux-gnu -Ctarget-feature=+v,+zvl256b,-nosuch",
    "--target=i686-unknown-linux-gnu -Ctarget-feature=-sse2",
    "--target=wasm32-unknown-unknown -Ctarget-feature=+simd128",
    "--target=thumbv7em-none-eabihf -Ctarget-cpu=nosuchcpu",
];

/// The targets whose processors are all tried, and processors that LLVM's lists lack (`ProcessorAlias` in
/// `AArch64Processors.td`).
const ALIASES: [(&str, &[&str]); 3] = [
    ("x86_64-unknown-linux-gnu", &[]),
    ("aarch64-unknown-linux-gnu", &["apple-m1", "apple-m2", "grace", "cobalt-100"]),
    ("riscv64gc-unknown-linux-gnu", &[]),
];

/// Adds a case for each kind of query.
pub fn cases<'a>(group: Group<'a, Setting>) -> Group<'a, Setting> {
    group.cases(CHECKS, |(name, _)| (*name).to_owned(), |setting, (_, check)| check(setting))
}

/// Fails if the output or the status of two calls differs.
fn same(what: &str, llvm: &Outcome, clif: &Outcome) -> Result<()> {
    let (expected, found) = (llvm.status_text(), clif.status_text());
    ensure!(expected == found, "{what}: {expected} with LLVM, {found}");
    if text(&llvm.stderr).contains("panicked at") {
        // rustc itself crashes for targets that its LLVM does not have (csky). The report names where to send
        // it, which differs.
        return Ok(());
    }
    for (expected, found) in [(&llvm.stdout, &clif.stdout), (&llvm.stderr, &clif.stderr)] {
        let (expected, found) = (text(expected), text(found));
        let missing = expected.lines().find(|line| !found.lines().any(|other| other == *line));
        let extra = found.lines().find(|line| !expected.lines().any(|other| other == *line));
        ensure!(expected == found, "{what}: LLVM's {missing:?} is missing, {extra:?} is new");
    }
    Ok(())
}

/// Tests every target of `--print target-list`.
fn targets(setting: &Setting) -> Result<()> {
    let folder = setting.folder("targets", "")?;
    let (list, _) = succeed(&mut setting.llvm(&folder, &["--print", "target-list"]))?;
    let list: Vec<&str> = list.lines().collect();
    ensure!(list.len() > 250, "{} targets", list.len());
    let results = parallel::map(&list, |target| -> Result<()> {
        let ask = |mut command: Command| {
            command.args(["-Zunstable-options", "--target", target]);
            command.args(PRINTED.iter().flat_map(|what| ["--print", *what]));
            finish(&mut command)
        };
        same(target, &ask(setting.llvm(&folder, &[]))?, &ask(setting.clif(&folder, &[]))?)
    });
    let wrong: Vec<String> =
        results.into_iter().filter_map(|result| Some(format!("{:#}", result.err()?))).collect();
    ensure!(wrong.is_empty(), "{} targets differ: {}", wrong.len(), wrong.join("; "));
    Ok(())
}

/// Compares messages, status and features, with and without compilation.
fn processors_and_features(setting: &Setting) -> Result<()> {
    let folder = setting.folder("processors", "#![feature(no_core)]\n#![no_core]\n")?;
    let results = parallel::map(&CHOICES, |choice| -> Result<()> {
        for arguments in [
            &["--print=cfg"][..],
            &["--print=target-features", "--print=backend-has-zstd", "-Zunstable-options"],
            &["main.rs", "--crate-type=lib", METADATA_ONLY[0], METADATA_ONLY[1]],
        ] {
            let ask = |mut command: Command| finish(command.args(arguments).args(choice.split(' ')));
            let what = format!("{choice} {}", arguments[0]);
            same(&what, &ask(setting.llvm(&folder, &[]))?, &ask(setting.clif(&folder, &[]))?)?;
        }
        Ok(())
    });
    results.into_iter().collect()
}

/// Compiles for each processor of each machine, and for aliases, which the lists lack. The features are
/// LLVM's, and each object is written.
fn each_processor(setting: &Setting) -> Result<()> {
    let source = "#![feature(no_core, lang_items)]\n#![no_core]\n#[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
                  #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
                  #[lang = \"sized\"] pub trait Sized: MetaSized {}\n#[lang = \"copy\"] pub trait Copy {}\n\
                  impl Copy for u64 {}\n#[unsafe(no_mangle)] pub extern \"C\" fn same(x: u64) -> u64 { x }\n";
    let folder = setting.folder("each processor", source)?;
    for (target, aliases) in ALIASES {
        let list = ["--print=target-cpus", "--target", target];
        let (list, _) = succeed(&mut setting.llvm(&folder, &list))?;
        let listed = list.lines().skip(1).filter_map(|line| line.split_whitespace().next());
        let names: Vec<&str> =
            listed.chain(aliases.iter().copied()).filter(|name| *name != "native").collect();
        ensure!(names.len() > 20, "{target}: {names:?}");
        let results = parallel::map(&names, |name| -> Result<()> {
            let cpu = format!("-Ctarget-cpu={name}");
            let print = ["--print=cfg", "--target", target, &cpu];
            let what = format!("{target} {name}");
            same(
                &what,
                &finish(&mut setting.llvm(&folder, &print))?,
                &finish(&mut setting.clif(&folder, &print))?,
            )?;
            // Compilers in one folder would share the names of their temporary files.
            let folder = setting.folder(name, source)?;
            let compile = ["main.rs", "--crate-type=lib", "--target", target, &cpu, "--emit=obj"];
            succeed(&mut setting.clif(&folder, &compile)).context(what)?;
            Ok(())
        });
        results.into_iter().collect::<Result<()>>()?;
    }
    let unknown = ["main.rs", "--crate-type=lib", "--emit=obj", "-Ctarget-cpu=apple-m99"];
    for (target, _) in ALIASES {
        let errors = fail(setting.clif(&folder, &unknown).args(["--target", target]), 1)?;
        ensure!(errors.contains("`-Ctarget-cpu=apple-m99`: LLVM does not know this CPU"), "{errors}");
    }
    Ok(())
}

/// Features of the session change the code, under rustc's and LLVM's names. Features that LLVM does not know
/// are reported.
fn features_in_code(setting: &Setting) -> Result<()> {
    let source =
        "#[unsafe(no_mangle)]\npub fn zeros(x: u32) -> u32 { x.trailing_zeros() + x.count_ones() }\n";
    let folder = setting.folder("features", source)?;
    let code = |flags: &str| -> Result<(String, String)> {
        let arguments = ["main.rs", "--crate-type=lib", "-O", "--emit=asm=-"];
        succeed(setting.clif(&folder, &arguments).args(flags.split(' ')))
    };
    for (flags, popcnt, tzcnt) in [
        ("-Copt-level=2", false, false),
        ("-Ctarget-cpu=x86-64-v2", true, false),
        ("-Ctarget-cpu=x86-64-v3", true, true),
        // Cranelift considers the instruction part of SSE 4.2.
        ("-Ctarget-feature=+popcnt", false, false),
        ("-Ctarget-feature=+popcnt,+sse4.2", true, false),
        ("-Ctarget-feature=+bmi1", false, true),
        ("-Ctarget-feature=+bmi", false, true),
        ("-Ctarget-cpu=x86-64-v3 -Ctarget-feature=-bmi", true, false),
        ("-Ctarget-feature=+bmi,-bmi", false, false),
    ] {
        let (assembly, _) = code(flags)?;
        let found = (assembly.contains("popcnt"), assembly.contains("tzcnt"));
        ensure!(found == (popcnt, tzcnt), "{flags}: {assembly}");
    }
    let (_, errors) = code("-Ctarget-feature=+nosuch")?;
    ensure!(errors.contains("'+nosuch' is not a recognized feature for this target"), "{errors}");
    Ok(())
}

/// `check` for a target that we do not compile for uses the features of that target.
fn checking(setting: &Setting) -> Result<()> {
    let source = "#![feature(no_core)]\n#![no_core]\n#[cfg(target_feature = \"neon\")]\nuse neon_is_there;\n";
    let folder = setting.folder("checking", source)?;
    for (target, has_neon) in [("aarch64-unknown-linux-gnu", true), ("aarch64-unknown-none-softfloat", false)]
    {
        let arguments =
            ["main.rs", "--crate-type=lib", METADATA_ONLY[0], METADATA_ONLY[1], "--target", target];
        let outcome = finish(&mut setting.clif(&folder, &arguments)).context(target)?;
        let errors = text(&outcome.stderr);
        ensure!(outcome.succeeded() != has_neon, "{target}: {errors}");
        ensure!(errors.contains("neon_is_there") == has_neon, "{target}: {errors}");
    }
    Ok(())
}
