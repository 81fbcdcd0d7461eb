//! The suite `limits`: below a limit of the backend, code compiles. Above it, one error points to the place
//! and gives the size and the limit.
//!
//! To add a limit: a row in [`LIMITS`].

use anyhow::{Result, bail, ensure};

use crate::commands::{fail, succeed};
use crate::context::Context;
use crate::suite::{Group, Plan};
use crate::synthetic::Workplace;

/// The expected result of compiling a source.
enum Expected {
    Compiles,
    /// One error at this line and column, with this text.
    Refused(&'static str, &'static str),
}

/// The text of the error about frames.
const FRAMES: &str = "stack frames of more than 1056964608 bytes (this function's takes ";
/// The text of the error about arguments.
const ARGUMENTS: &str = "arguments on the stack of more than 1073741824 bytes (these take ";

/// Names, sources of libraries, and expected results.
const LIMITS: &[(&str, &str, Expected)] = &[
    (
        "frame of 1000 MiB",
        "#[inline(never)]\npub fn f() -> u8 {\n    let a = [0u8; 1000 << 20];\n    std::hint::black_box(&a)[5]\n}\n",
        Expected::Compiles,
    ),
    (
        "frame of 1 GiB",
        "#[inline(never)]\npub fn f() -> u8 {\n    let a = [0u8; 1 << 30];\n    std::hint::black_box(&a)[5]\n}\n",
        Expected::Refused("2:1", FRAMES),
    ),
    (
        "frame of 2 GiB",
        "#[inline(never)]\npub fn f() -> u8 {\n    let mut a = [0u8; 1 << 31];\n    a[0x7fff_ffff] = 1;\n    std::hint::black_box(&a)[5]\n}\n",
        Expected::Refused("2:1", FRAMES),
    ),
    (
        "frame of 5 GiB",
        "\n#[inline(never)]\npub fn f() -> u8 {\n    let mut a = [0u8; 5 << 30];\n    a[0x1_3fff_ffff] = 1;\n    std::hint::black_box(&a)[5]\n}\n",
        Expected::Refused("3:1", FRAMES),
    ),
    (
        "frame of several large values",
        "#[inline(never)]\npub fn f() -> u8 {\n    let a = [0u8; 400 << 20];\n    let b = [1u64; 100 << 20];\n    \
         std::hint::black_box(&a)[5] + std::hint::black_box(&b)[6] as u8\n}\n",
        Expected::Refused("2:1", FRAMES),
    ),
    (
        "frame of a called function",
        "#[inline(never)]\nfn f() -> u8 {\n    let a = [0u8; 1 << 30];\n    std::hint::black_box(&a)[5]\n}\n\
         pub fn g() -> u8 {\n    f() + std::hint::black_box(f as fn() -> u8)()\n}\n",
        Expected::Refused("2:1", FRAMES),
    ),
    (
        "frame with the largest alignment",
        "#[repr(align(536870912))]\npub struct A(u8);\n#[inline(never)]\npub fn f() -> u8 {\n    let a = A(1);\n    std::hint::black_box(&a).0\n}\n",
        Expected::Refused("4:1", FRAMES),
    ),
];

/// The same for large aggregates by value, on machines that copy them to the stack. Other machines pass an
/// address.
const ON_THE_STACK: &[(&str, &str, Expected)] = &[
    (
        "arguments of 200 MiB",
        "#[repr(C)]\n#[derive(Clone, Copy)]\npub struct A([u64; 25 << 20]);\nunsafe extern \"C\" {\n    fn g(x: u8, a: A);\n}\n\
         #[inline(never)]\n\
         pub unsafe fn f(a: &A) {\n    unsafe { g(1, *a) }\n}\n#[inline(never)]\npub extern \"C\" fn h(a: A, b: u32) -> u64 {\n    \
         a.0[7] + u64::from(b)\n}\n",
        Expected::Compiles,
    ),
    (
        "call with arguments of 5 GiB",
        "#[repr(C)]\npub struct A([u64; 5 << 27]);\nunsafe extern \"C\" {\n    fn g(x: u8, a: A);\n}\n#[inline(never)]\n\
         pub unsafe fn f(a: Box<A>) {\n    unsafe { g(1, *a) }\n}\n",
        Expected::Refused("8:", ARGUMENTS),
    ),
    (
        "definition with arguments of 2 GiB",
        "#[repr(C)]\npub struct A([u64; 1 << 28]);\n#[inline(never)]\npub extern \"C\" fn f(a: A, b: u32) -> u64 {\n    a.0[7] + u64::from(b)\n}\n",
        Expected::Refused("4:1", ARGUMENTS),
    ),
];

/// Plans a case for each source, which is compiled with and without optimisation.
pub fn plan<'a>(context: &'a Context<'a>) -> Result<Plan<'a>> {
    let set_up = || Workplace::new(context.scratch("limits"), context);
    let check = |place: &Workplace, row: &&(&str, &str, Expected)| check(place, row.1, &row.2);
    let on_the_stack = if context.target.copies_to_the_stack() { ON_THE_STACK } else { &[] };
    let rows = LIMITS.iter().chain(on_the_stack);
    Ok(Group::new(set_up).cases(rows, |row| row.0.to_owned(), check).in_turn())
}

fn check(place: &Workplace, source: &str, expected: &Expected) -> Result<()> {
    place.write("lib.rs", source)?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let mut command = place.rustc(&["lib.rs", "--crate-type=lib", level]);
        // A worker must not report what follows from the error.
        command.env("CLIF_THREADS", "4");
        match expected {
            Expected::Compiles => {
                succeed(&mut command)?;
            }
            Expected::Refused(position, words) => {
                let errors = fail(&mut command, 1)?;
                let places: Vec<&str> =
                    errors.split("error: the").filter(|text| text.contains(words)).collect();
                let [text] = places[..] else { bail!("{level}: {errors}") };
                let named = text.contains(&format!("lib.rs:{position}"));
                ensure!(
                    named && !errors.contains("panicked") && !errors.contains("codegen unit"),
                    "{level}: {errors}"
                );
            }
        }
    }
    Ok(())
}
