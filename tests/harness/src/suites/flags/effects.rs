//! Tests the effects of served options on the code or the object.
//!
//! To add an option: a function, and a row in [`CHECKS`] with the name that the table of options refers to.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use build_system::files;
use object::elf;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget};

use super::{PROGRAM, Setting, text};
use crate::commands::succeed;
use crate::debug_info::dwarf_of;
use crate::suite::Group;

/// Tests one effect.
type Check = fn(&Setting) -> Result<()>;

/// All cases.
const CHECKS: &[(&str, Check)] = &[
    ("function sections", function_sections),
    ("jump tables", jump_tables),
    ("inlining", inlining),
    ("no optimisation", no_optimisation),
    ("optimisation levels", optimisation_levels),
    ("no red zone", no_red_zone),
    ("frame pointers", frame_pointers),
    ("unwind tables", unwind_tables),
    ("unwind tables without panics", unwind_tables_without_panics),
    ("models of thread-locals", thread_locals),
    ("external data", external_data),
    ("calls of other libraries", calls),
    ("relaxed relocations", relaxed_relocations),
    ("alignment of functions", alignment),
    ("visibility", visibility),
    ("casts of floats", float_casts),
    ("temporary files", temporary_files),
    ("folder of split debug information", split_folder),
    ("address ranges", address_ranges),
    ("time trace", time_trace),
    ("annotated moves", annotated_moves),
    ("lines of types", lines_of_types),
];

/// Adds a case for each effect.
pub fn cases<'a>(group: Group<'a, Setting>) -> Group<'a, Setting> {
    group.cases(CHECKS, |(name, _)| (*name).to_owned(), |setting, (_, check)| check(setting))
}

/// Compiles a library to one output of the given kind.
fn output(setting: &Setting, source: &str, kind: &str, flags: &str) -> Result<Vec<u8>> {
    let folder = setting.folder(&format!("{kind} {flags}"), source)?;
    let emit = format!("--emit={kind}=output");
    let mut command = setting.clif(&folder, &["main.rs", "--crate-type=lib", "-Ccodegen-units=1", &emit]);
    succeed(command.args(flags.split_whitespace()))?;
    files::read_file(&folder.join("output"))
}

/// Returns a text output: `llvm-ir` (CLIF) or `asm`.
fn printed(setting: &Setting, source: &str, kind: &str, flags: &str) -> Result<String> {
    Ok(text(&output(setting, source, kind, flags)?))
}

/// Returns the ELF types of the relocations against a symbol.
fn relocations(data: &[u8], symbol: &str) -> Result<Vec<u32>> {
    let file = object::File::parse(data)?;
    let mut found = Vec::new();
    for section in
        file.sections().filter(|section| section.name().is_ok_and(|name| name.starts_with(".text")))
    {
        for (_, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else { continue };
            let object::RelocationFlags::Elf { r_type } = relocation.flags() else { continue };
            if file.symbol_by_index(index)?.name()? == symbol {
                found.push(r_type);
            }
        }
    }
    Ok(found)
}

/// Compiles `main.rs` to a program, runs it, and returns its output.
fn program(setting: &Setting, folder: &Path, flags: &str) -> Result<String> {
    succeed(setting.clif(folder, &["main.rs", "-o", "program"]).args(flags.split_whitespace()))?;
    let (stdout, _) = succeed(&mut Command::new(folder.join("program"))).with_context(|| flags.to_owned())?;
    Ok(stdout)
}

/// Dense switches over 32 and 128 bits.
const SWITCHES: &str = "
#[unsafe(no_mangle)]
pub fn pick(x: u32) -> u32 { match x { 0 => 5, 1 => 9, 2 => 2, 3 => 8, 4 => 77, 5 => 3, 6 => 1, _ => 0 } }
#[unsafe(no_mangle)]
pub fn wide(x: u128) -> u32 { match x { 7 => 5, 8 => 9, 9 => 2, 10 => 8, 11 => 77, 12 => 3, 13 => 1, _ => 0 } }
";

/// Tests `-Cjump-tables`: with `no`, no code jumps through a register.
fn jump_tables(setting: &Setting) -> Result<()> {
    for (flags, expected) in
        [("-O", 2), ("-Cjump-tables=yes", 2), ("-Cjump-tables=no", 0), ("-O -Cjump-tables=no", 0)]
    {
        let clif = printed(setting, SWITCHES, "llvm-ir", flags)?;
        let assembly = printed(setting, SWITCHES, "asm", flags)?;
        let found = (clif.matches("br_table").count(), assembly.matches("jmp    *%").count());
        ensure!(found == (expected, expected), "{flags}: {found:?}: {assembly}");
    }
    let main = "fn main() { for x in 0..9 { print!(\"{} {} \", pick(x), wide(x as u128 + 6)); } }";
    let folder = setting.folder("switches", &format!("{SWITCHES}{main}"))?;
    let expected = program(setting, &folder, "")?;
    ensure!(program(setting, &folder, "-Cjump-tables=no")? == expected, "the program prints something else");
    Ok(())
}

/// Tests `-Zinline-llvm`: the library's tiniest functions are inlined or called.
fn inlining(setting: &Setting) -> Result<()> {
    let source = "#[unsafe(no_mangle)]\npub fn add(x: u32) -> u32 { x.wrapping_add(3) }\n";
    for (flags, calls) in [("", false), ("-Zinline-llvm=yes", false), ("-Zinline-llvm=no", true)] {
        let clif = printed(setting, source, "llvm-ir", &format!("{flags} -Zinline-mir=no"))?;
        ensure!(clif.contains("call fn0") == calls, "{flags}: {clif}");
    }
    Ok(())
}

/// Tests `-Cno-prepopulate-passes`: the code is that of an unoptimised build.
fn no_optimisation(setting: &Setting) -> Result<()> {
    let source = "#[unsafe(no_mangle)]\npub fn times(x: u64) -> u64 { x.wrapping_mul(4).wrapping_mul(2) }\n";
    let multiplies = |flags| -> Result<bool> { Ok(printed(setting, source, "asm", flags)?.contains("imul")) };
    ensure!(!multiplies("-O")?, "-O does not remove the multiplication");
    ensure!(multiplies("-O -Cno-prepopulate-passes")?, "the multiplication is removed");
    Ok(())
}

/// Tests `-Copt-level`: every level works, and the output is always the same.
fn optimisation_levels(setting: &Setting) -> Result<()> {
    let source = "fn main() {\n    let v: Vec<u64> = (1..200u64).map(|x| x * x % 17).collect();\n    \
                  println!(\"{} {:?}\", v.iter().sum::<u64>(), v.iter().max());\n}\n";
    let folder = setting.folder("levels", source)?;
    for level in ["0", "1", "2", "3", "s", "z"] {
        let found = program(setting, &folder, &format!("-Copt-level={level}"))?;
        ensure!(found == "1602 Some(16)\n", "{level}: {found}");
    }
    Ok(())
}

/// A leaf function with locals in memory.
const LEAF: &str = "#[unsafe(no_mangle)]\npub fn leaf(x: u32) -> u32 { let a = [x, x + 1, x * 3, 4]; \
                    let mut s = 0; let mut i = 0; while i < 4 { s += a[i]; i += 1 } s }\n";

/// Tests `-Cno-redzone`: no code accesses memory below the stack pointer, even without the flag.
fn no_red_zone(setting: &Setting) -> Result<()> {
    for flags in ["", "-Cno-redzone", "-O", "-O -Cno-redzone=yes"] {
        let assembly = printed(setting, LEAF, "asm", flags)?;
        let below = assembly.lines().find(|line| line.contains("-0x") && line.contains("(%rsp"));
        ensure!(below.is_none() && assembly.contains("(%rsp"), "{flags}: {below:?} in {assembly}");
    }
    Ok(())
}

/// Tests `-Cforce-frame-pointers`: every function has one, even leaf functions, with every value.
fn frame_pointers(setting: &Setting) -> Result<()> {
    for value in ["yes", "no", "non-leaf"] {
        for level in ["", "-O"] {
            let flags = format!("-Zunstable-options -Cforce-frame-pointers={value} {level}");
            let assembly = printed(setting, LEAF, "asm", &flags)?;
            ensure!(assembly.contains("mov    %rsp,%rbp"), "{flags}: {assembly}");
        }
    }
    Ok(())
}

/// A function that may unwind, one that cannot, and one that cannot because it catches.
const UNWINDING: &str = "
#[unsafe(no_mangle)] pub fn may_unwind(x: u32) -> u32 { assert!(x > 3); x }
#[unsafe(no_mangle)] pub extern \"C\" fn cannot_unwind(x: u32) -> u32 { x }
#[unsafe(no_mangle)] pub extern \"C\" fn stops_unwinding(x: u32) -> u32 { may_unwind(x) }
";

/// Returns how many functions the unwind tables describe.
fn described_functions(data: &[u8]) -> Result<usize> {
    let file = object::File::parse(data)?;
    let Some(section) = file.section_by_name(".eh_frame") else { return Ok(0) };
    // Whether an entry refers to a function.
    let code = |index| -> bool {
        file.symbol_by_index(index)
            .ok()
            .and_then(|symbol| file.section_by_index(symbol.section_index()?).ok())
            .is_some_and(|section| section.name().is_ok_and(|name| name.starts_with(".text")))
    };
    let is_code = |target| matches!(target, RelocationTarget::Symbol(index) if code(index));
    Ok(section.relocations().filter(|(_, relocation)| is_code(relocation.target())).count())
}

/// Tests `-Cforce-unwind-tables=no`: only functions that cannot unwind are left out, and panics still work.
fn unwind_tables(setting: &Setting) -> Result<()> {
    for flags in ["", "-O", "-Ccodegen-units=4"] {
        let forced = output(setting, UNWINDING, "obj", &format!("{flags} -Cforce-unwind-tables=yes"))?;
        let free = output(setting, UNWINDING, "obj", &format!("{flags} -Cforce-unwind-tables=no"))?;
        let found = (described_functions(&forced)?, described_functions(&free)?);
        ensure!(flags.contains("units") || found == (3, 2), "{flags}: {found:?} functions");
    }
    let source = "use std::panic;\nstruct Noisy;\nimpl Drop for Noisy { fn drop(&mut self) { println!(\"dropped\"); } }\n\
                  #[inline(never)] fn inner(x: u32) { let _noisy = Noisy; if x > 0 { panic!(\"no\") } }\n\
                  fn main() {\n    panic::set_hook(Box::new(|_| ()));\n    \
                  println!(\"{}\", panic::catch_unwind(|| inner(1)).is_err());\n    \
                  println!(\"{}\", std::thread::spawn(|| inner(2)).join().is_err());\n}\n";
    let folder = setting.folder("panics", source)?;
    let ways = ["", "-O", "-Ccodegen-units=16", "-Clto", "-Cpasses=combine-cgus", "-Cdebuginfo=2"];
    for way in ways {
        let found = program(setting, &folder, &format!("-Cforce-unwind-tables=no {way}"))?;
        ensure!(found == "dropped\ntrue\ndropped\ntrue\n", "{way}: {found}");
    }
    Ok(())
}

/// With `panic=abort`, only the unwind tables that the flag requests are left.
fn unwind_tables_without_panics(setting: &Setting) -> Result<()> {
    let count = |flags: &str| {
        described_functions(&output(setting, UNWINDING, "obj", &format!("-Cpanic=abort {flags}"))?)
    };
    let found = (count("-Cforce-unwind-tables=yes")?, count("-Cforce-unwind-tables=no")?);
    ensure!(found == (3, 0), "{found:?} functions");
    let source = "fn main() { println!(\"{}\", std::env::args().count()); }\n";
    let folder = setting.folder("aborts", source)?;
    for way in ["", "-O", "-Clto"] {
        let found = program(setting, &folder, &format!("-Cpanic=abort -Cforce-unwind-tables=no {way}"))?;
        ensure!(found == "1\n", "{way}: {found}");
    }
    Ok(())
}

/// Thread-locals of the crate and of the C library.
const THREAD_LOCALS: &str = "#![feature(thread_local)]
#[thread_local] #[unsafe(no_mangle)] pub static mut OWN: u32 = 5;
#[thread_local] #[unsafe(no_mangle)] pub static mut OTHER: [u64; 3] = [7, 8, 9];
#[unsafe(no_mangle)] pub fn read() -> u64 { unsafe { OWN += 1; OTHER[1] += OWN as u64; OTHER[1] } }
";

/// Tests `-Ztls-model`: the relocations are those of the model, and programs print the same with each.
fn thread_locals(setting: &Setting) -> Result<()> {
    let general = elf::R_X86_64_TLSGD;
    for (model, expected) in [
        ("global-dynamic", general),
        ("local-dynamic", general),
        ("initial-exec", elf::R_X86_64_GOTTPOFF),
        ("local-exec", elf::R_X86_64_TPOFF32),
    ] {
        let data = output(setting, THREAD_LOCALS, "obj", &format!("-O -Ztls-model={model}"))?;
        let own = relocations(&data, "OWN")?;
        ensure!(!own.is_empty() && own.iter().all(|found| *found == expected), "{model}: {own:?}");
        let calls = relocations(&data, "__tls_get_addr")?.len();
        ensure!((calls > 0) == (expected == general), "{model}: {calls} calls of __tls_get_addr");
    }
    let main = "fn main() {\n    let here = read();\n    let there = std::thread::spawn(read).join().unwrap();\n    \
                println!(\"{here} {there} {}\", read());\n}\n";
    let folder = setting.folder("thread-locals", &format!("{THREAD_LOCALS}{main}"))?;
    for model in ["local-dynamic", "initial-exec", "local-exec"] {
        for way in ["", "-O -Crelocation-model=static", "-O -Ctarget-feature=+crt-static"] {
            let found = program(setting, &folder, &format!("-Ztls-model={model} {way}"))?;
            ensure!(found == "14 14 21\n", "{model} {way}: {found}");
        }
    }
    Ok(())
}

/// A variable and a function of the C library, and pointers to both.
const EXTERNAL: &str = "unsafe extern \"C\" { static environ: *const *const u8; fn getpid() -> i32; }
#[unsafe(no_mangle)] pub fn variable() -> bool { unsafe { environ.is_null() } }
#[unsafe(no_mangle)] pub fn call() -> i32 { unsafe { getpid() } }
";

/// Tests `-Zdirect-access-external-data`.
fn external_data(setting: &Setting) -> Result<()> {
    let direct = [elf::R_X86_64_PC32, elf::R_X86_64_64, elf::R_X86_64_32, elf::R_X86_64_32S];
    for (flags, expected) in [
        ("", false),
        ("-Crelocation-model=pie", false),
        ("-Zdirect-access-external-data=no", false),
        ("-Zdirect-access-external-data=yes", true),
        ("-Crelocation-model=pie -Zdirect-access-external-data=yes", true),
        ("-Crelocation-model=static", true),
        ("-Crelocation-model=static -Zdirect-access-external-data=no", false),
    ] {
        let found = relocations(&output(setting, EXTERNAL, "obj", flags)?, "environ")?;
        ensure!(!found.is_empty(), "{flags}: no relocation");
        let is_direct = found.iter().all(|kind| direct.contains(kind));
        ensure!(is_direct == expected, "{flags}: {found:?}");
    }
    let folder =
        setting.folder("external", &format!("{EXTERNAL}fn main() {{ println!(\"{{}}\", variable()); }}"))?;
    for flags in [
        "-Zdirect-access-external-data=yes",
        "-Zdirect-access-external-data=yes -O -Crelocation-model=pie",
        "-Zdirect-access-external-data=no -Crelocation-model=static",
    ] {
        ensure!(
            program(setting, &folder, flags)? == "false\n",
            "{flags}: the addresses of the variable differ"
        );
    }
    Ok(())
}

/// Tests `-Zplt=no`: calls go through the GOT if another object may define the function.
fn calls(setting: &Setting) -> Result<()> {
    let through_got = [elf::R_X86_64_GOTPCREL, elf::R_X86_64_GOTPCRELX, elf::R_X86_64_REX_GOTPCRELX];
    for (flags, expected) in [("", false), ("-Zplt=yes", false), ("-Zplt=no", true), ("-O -Zplt=no", true)] {
        let found = relocations(&output(setting, EXTERNAL, "obj", flags)?, "getpid")?;
        let is_through_got = found.iter().all(|kind| through_got.contains(kind));
        ensure!(!found.is_empty() && is_through_got == expected, "{flags}: {found:?}");
    }
    let main = "fn main() { println!(\"{}\", call() as u32 == std::process::id()); \
                println!(\"{}\", std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(1))).is_err()); }";
    let folder = setting.folder("calls", &format!("{EXTERNAL}{main}"))?;
    for flags in ["-Zplt=no", "-Zplt=no -O", "-Zplt=no -Crelocation-model=static"] {
        ensure!(
            program(setting, &folder, flags)? == "true\ntrue\n",
            "{flags}: the program prints something else"
        );
    }
    Ok(())
}

/// Tests `-Zrelax-elf-relocations`.
fn relaxed_relocations(setting: &Setting) -> Result<()> {
    for (flags, expected) in [
        ("", elf::R_X86_64_REX_GOTPCRELX),
        ("-Zrelax-elf-relocations=yes", elf::R_X86_64_REX_GOTPCRELX),
        ("-Zrelax-elf-relocations=no", elf::R_X86_64_GOTPCREL),
    ] {
        let found = relocations(&output(setting, EXTERNAL, "obj", flags)?, "environ")?;
        ensure!(!found.is_empty() && found.iter().all(|kind| *kind == expected), "{flags}: {found:?}");
    }
    Ok(())
}

/// Tests `-Zfunction-sections`: each function has a section.
fn function_sections(setting: &Setting) -> Result<()> {
    for flags in ["", "-Zfunction-sections=yes"] {
        let data = output(setting, UNWINDING, "obj", flags)?;
        let file = object::File::parse(&*data)?;
        let is_code = |name: &str| name == ".text" || name.starts_with(".text.");
        let filled = file.sections().filter(|section| section.size() > 0);
        let sections = filled.filter(|section| section.name().is_ok_and(is_code)).count();
        ensure!(sections == 3, "{flags}: {sections} sections");
    }
    Ok(())
}

/// Tests `-Zmin-function-alignment`.
fn alignment(setting: &Setting) -> Result<()> {
    for (flags, expected) in [("-Zmin-function-alignment=64", 64), ("-O -Zmin-function-alignment=4096", 4096)]
    {
        let data = output(setting, LEAF, "obj", flags)?;
        let file = object::File::parse(&*data)?;
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok("leaf")).context("no `leaf`")?;
        let section = file.section_by_index(symbol.section_index().context("`leaf` is undefined")?)?;
        ensure!(
            section.align() % expected == 0 && symbol.address() % expected == 0,
            "{flags}: {}",
            section.align()
        );
    }
    Ok(())
}

/// Tests `-Zdefault-visibility`: symbols are as with LLVM.
fn visibility(setting: &Setting) -> Result<()> {
    let source = "pub static DATA: [u8; 3] = [1, 2, 3];\npub fn plain() -> u8 { DATA[1] }\n\
                  #[unsafe(no_mangle)] pub extern \"C\" fn exported() {}\n";
    for value in ["hidden", "protected", "interposable"] {
        let folder = setting.folder(value, source)?;
        let flag = format!("-Zdefault-visibility={value}");
        let arguments = ["main.rs", "--crate-type=cdylib", "-Ccodegen-units=1", "--emit=obj=output", &flag];
        let visible = |mut command: Command| -> Result<Vec<(String, u8)>> {
            succeed(&mut command)?;
            let data = files::read_file(&folder.join("output"))?;
            let file = object::File::parse(&*data)?;
            let mut found = Vec::new();
            for symbol in file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition()) {
                let object::SymbolFlags::Elf { st_other, .. } = symbol.flags() else { continue };
                let name = symbol.name()?;
                if ["plain", "DATA", "exported"].iter().any(|known| name.contains(known)) {
                    found.push((name.to_owned(), st_other));
                }
            }
            found.sort();
            Ok(found)
        };
        let (llvm, clif) =
            (visible(setting.llvm(&folder, &arguments))?, visible(setting.clif(&folder, &arguments))?);
        ensure!(llvm == clif && !llvm.is_empty(), "{value}: {llvm:?} with LLVM, {clif:?}");
    }
    Ok(())
}

/// Tests `-Zsaturating-float-casts=no`: numbers in the range are converted as usual, and others do not stop
/// the program.
fn float_casts(setting: &Setting) -> Result<()> {
    let source = "use std::hint::black_box as b;\nfn main() {\n    println!(\"{} {} {} {}\", b(3.9f64) as i32, \
                  b(-7.5f32) as i8, b(1e18f64) as u64, b(250.0f64) as u8);\n    b(b(f64::NAN) as i32);\n    \
                  b(b(1e30f64) as u64);\n    b(b(-1e30f32) as u8);\n    b(b(1e30f64) as i128);\n}\n";
    let folder = setting.folder("casts", source)?;
    for flags in
        ["-Zsaturating-float-casts=no", "-O -Zsaturating-float-casts=no", "-Zsaturating-float-casts=yes"]
    {
        let found = program(setting, &folder, flags)?;
        ensure!(found == "3 -7 1000000000000000000 250\n", "{flags}: {found}");
    }
    Ok(())
}

/// Tests `-Csave-temps`: the objects of the CGUs are kept.
fn temporary_files(setting: &Setting) -> Result<()> {
    for (flags, stay) in [("", false), ("-Csave-temps", true)] {
        let folder = setting.folder("temporary", PROGRAM)?;
        program(setting, &folder, flags)?;
        let names: Vec<String> = files::entries(&folder)?.iter().map(|path| files::name_of(path)).collect();
        ensure!(names.iter().any(|name| name.ends_with(".rcgu.o")) == stay, "{flags}: {names:?}");
    }
    Ok(())
}

/// Tests `-Zsplit-dwarf-out-dir`: files are where LLVM writes them.
fn split_folder(setting: &Setting) -> Result<()> {
    let count = |command: fn(&Setting, &Path, &[&str]) -> Command| -> Result<usize> {
        let folder = setting.folder("split", PROGRAM)?;
        files::create_folder(&folder.join("dwarf"))?;
        let flags = ["main.rs", "-Cdebuginfo=2", "-Csplit-debuginfo=unpacked", "-Zsplit-dwarf-out-dir=dwarf"];
        succeed(&mut command(setting, &folder, &flags))?;
        let files = files::entries(&folder.join("dwarf"))?;
        Ok(files.iter().filter(|path| path.extension().is_some_and(|name| name == "dwo")).count())
    };
    let (llvm, clif) = (count(Setting::llvm)?, count(Setting::clif)?);
    ensure!(llvm > 0 && (clif > 0) == (llvm > 0), "{llvm} files with LLVM, {clif} with Cranelift");
    Ok(())
}

/// Tests `-Zno-generate-arange-section`.
fn address_ranges(setting: &Setting) -> Result<()> {
    let source = "pub static S: u32 = 7;\npub fn f() -> u32 { S }\n";
    for split in ["", "-Csplit-debuginfo=unpacked"] {
        for (flags, expected) in [("", true), ("-Zno-generate-arange-section", false)] {
            let data = output(setting, source, "obj", &format!("-Cdebuginfo=2 {split} {flags}"))?;
            let found = object::File::parse(&*data)?.section_by_name(".debug_aranges").is_some();
            ensure!(found == expected, "{split} {flags}: {found}");
        }
    }
    Ok(())
}

/// Tests `-Zllvm-time-trace`: the trace has events of all workers and of lowering, with the names of CGUs.
fn time_trace(setting: &Setting) -> Result<()> {
    let folder = setting.folder("trace", PROGRAM)?;
    program(setting, &folder, "-Zllvm-time-trace -Cdebuginfo=2")?;
    let trace: serde_json::Value =
        serde_json::from_slice(&files::read_file(&folder.join("program.llvm_timings.json"))?)?;
    let events = trace["traceEvents"].as_array().context("no events")?;
    for name in ["lower_to_clif", "clif_compile_functions", "clif_build_object", "clif_write_file"] {
        let event =
            events.iter().find(|event| event["name"] == name).with_context(|| format!("no {name}"))?;
        let has_times = ["ts", "dur", "pid", "tid"].iter().all(|key| event[key].is_u64());
        let cgu = event["args"]["detail"].as_str().unwrap_or_default();
        ensure!(event["ph"] == "X" && has_times && !cgu.is_empty(), "{event}");
    }
    Ok(())
}

/// Tests `-Zannotate-moves`: copies of large values look like inlined functions, as with LLVM.
fn annotated_moves(setting: &Setting) -> Result<()> {
    let source = "pub struct Large([u64; 40]);\n#[inline(never)] pub fn take(x: Large) -> u64 { x.0[3] }\n\
                  pub fn give(x: &mut Large) -> u64 { let y = std::mem::replace(x, Large([1; 40])); take(y) }\n";
    let flags = ["main.rs", "--crate-type=lib", "--emit=obj=output", "-Cdebuginfo=2"];
    for (flag, expected) in [("-Zannotate-moves=no", false), ("-Zannotate-moves=100", true)] {
        let folder = setting.folder("moves", source)?;
        for mut command in [setting.llvm(&folder, &flags), setting.clif(&folder, &flags)] {
            succeed(command.arg(flag))?;
            let data = files::read_file(&folder.join("output"))?;
            let names = object::File::parse(&*data)?
                .section_by_name(".debug_str")
                .context("no names")?
                .data()?
                .to_vec();
            ensure!(text(&names).contains("compiler_move") == expected, "{flag}");
        }
    }
    Ok(())
}

/// Tests `-Zdebug-info-type-line-numbers`: types have lines, as many as with LLVM.
fn lines_of_types(setting: &Setting) -> Result<()> {
    let source = "pub struct Plain { pub a: u32 }\npub enum Choice { One(u8), Two { x: u64 } }\n\
                  pub fn look(p: &Plain, c: Choice) -> u64 { match c { Choice::One(x) => x as u64 + p.a as u64, \
                  Choice::Two { x } => x } }\n";
    let flags = ["main.rs", "--crate-type=lib", "--emit=obj=output", "-Cdebuginfo=2", "-Ccodegen-units=1"];
    for (flag, has_lines) in
        [("-Zdebug-info-type-line-numbers=no", false), ("-Zdebug-info-type-line-numbers", true)]
    {
        let folder = setting.folder("lines", source)?;
        for mut command in [setting.llvm(&folder, &flags), setting.clif(&folder, &flags)] {
            succeed(command.arg(flag))?;
            let lines = type_lines(&files::read_file(&folder.join("output"))?)?;
            let is_right =
                if has_lines { lines.contains(&1) && lines.contains(&2) } else { lines.is_empty() };
            ensure!(is_right, "{flag}: {lines:?}");
        }
    }
    Ok(())
}

/// Returns the lines where structures and enums are declared.
fn type_lines(data: &[u8]) -> Result<Vec<u64>> {
    let file = object::File::parse(data)?;
    let dwarf = dwarf_of(&file)?;
    let mut lines = Vec::new();
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            if entry.tag() == gimli::DW_TAG_structure_type {
                let line = entry.attr_value(gimli::DW_AT_decl_line);
                lines.extend(line.and_then(|value| value.udata_value()));
            }
        }
    }
    Ok(lines)
}
