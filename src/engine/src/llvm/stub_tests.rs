//! Has LLVM compile stubs for all machines, and tests its errors about wrong ones.

use super::tests::{llvm_is_loaded, targets};
use super::{Argument, Module, Origin, Passed, Stub, StubResult, StubSection, emit_object, function_faults};

const VECTOR: Passed = Passed::InVectorRegister;
const ADDRESS: Passed = Passed::InMemory { alignment: 16 };

fn argument(ty: &str, passed: Passed) -> Argument {
    Argument { ty: ty.to_owned(), passed }
}

fn constant(ty: &str, value: &str) -> Argument {
    argument(ty, Passed::Constant(value.to_owned()))
}

fn stub(intrinsic: &'static str, arguments: Vec<Argument>, result: StubResult) -> Stub<'static> {
    Stub { intrinsic, arguments, result, attributes: "nounwind" }
}

fn in_register(ty: &str) -> StubResult {
    StubResult::InVectorRegister(ty.to_owned())
}

fn in_memory(ty: &str) -> StubResult {
    StubResult::InMemory { ty: ty.to_owned(), alignment: 16 }
}

fn module(stubs: &[Stub<'_>]) -> Module {
    let mut module = Module::default();
    for (number, stub) in (0..).zip(stubs) {
        let origin = Some(Origin { start: number, end: number + 1 });
        module.functions.push(stub.function(
            &stub.text(),
            format!("stub.{number}"),
            StubSection::Own,
            origin,
        ));
    }
    module
}

/// Stubs of intrinsics that every machine has.
fn generic_stubs() -> Vec<Stub<'static>> {
    vec![
        stub(
            "llvm.ctlz.i32",
            vec![argument("i32", Passed::Directly), constant("i1", "true")],
            StubResult::Directly("i32".to_owned()),
        ),
        stub(
            "llvm.uadd.with.overflow.i32",
            vec![argument("i32", Passed::Directly), constant("i32", "-1")],
            StubResult::Pair { types: ["i32".to_owned(), "i1".to_owned()], offset: 4 },
        ),
        stub(
            "llvm.expect.i1",
            vec![argument("i1", Passed::AsByte), constant("i1", "false")],
            StubResult::AsByte,
        ),
        stub("llvm.ctpop.i128", vec![argument("i128", ADDRESS)], in_memory("i128")),
        stub(
            "llvm.abs.v8i64",
            vec![argument("<8 x i64>", ADDRESS), constant("i1", "false")],
            in_memory("<8 x i64>"),
        ),
        stub("llvm.returnaddress", vec![constant("i32", "1")], StubResult::Directly("ptr".to_owned())),
        stub("llvm.donothing", vec![], StubResult::Nothing),
    ]
}

/// Stubs of the vendor intrinsics of one machine.
fn vendor_stubs(triple: &str) -> Vec<Stub<'static>> {
    match triple {
        "x86_64-unknown-linux-gnu" => vec![
            stub("llvm.x86.sse.rcp.ps", vec![argument("<4 x float>", VECTOR)], in_register("<4 x float>")),
            // Declared with a packed structure, as core::arch does.
            Stub {
                attributes: "nounwind \"target-features\"=\"+kl\"",
                ..stub(
                    "llvm.x86.aesenc128kl",
                    vec![argument("<2 x i64>", VECTOR), argument("ptr", Passed::Directly)],
                    StubResult::InMemory { ty: "<{ i8, <2 x i64> }>".to_owned(), alignment: 1 },
                )
            },
        ],
        "aarch64-unknown-linux-gnu" => vec![
            stub(
                "llvm.aarch64.neon.sqadd.v4i32",
                vec![argument("<4 x i32>", VECTOR); 2],
                in_register("<4 x i32>"),
            ),
            stub(
                "llvm.aarch64.neon.ld2.v4i32.p0",
                vec![argument("ptr", Passed::Directly)],
                in_memory("{ <4 x i32>, <4 x i32> }"),
            ),
        ],
        _ => vec![Stub {
            attributes: "nounwind \"target-features\"=\"+zbb,+zknh\"",
            ..stub(
                "llvm.riscv.sha256sum0",
                vec![argument("i32", Passed::Directly)],
                StubResult::Directly("i32".to_owned()),
            )
        }],
    }
}

#[test]
fn stubs_compile_for_every_machine() {
    if !llvm_is_loaded() {
        return;
    }
    for target in targets() {
        let module = module(&[generic_stubs(), vendor_stubs(&target.triple)].concat());
        let emitted = emit_object(&target, "test", &module.ir(), "").expect("LLVM");
        assert_eq!(emitted.diagnostics, [], "{}", target.triple);
        let bytes = emitted.object.expect("an object");
        let file = object::read::File::parse(&*bytes).expect("an ELF file");
        let sections = object::Object::sections(&file);
        let names =
            sections.filter_map(|section| object::ObjectSection::name(&section).ok().map(str::to_owned));
        assert_eq!(names.filter(|name| name.starts_with(".text.stub.")).count(), module.functions.len());
    }
}

#[test]
fn each_fault_names_its_function() {
    if !llvm_is_loaded() {
        return;
    }
    let float = || argument("float", Passed::Directly);
    let module = module(&[
        stub("llvm.donothing", vec![], StubResult::Nothing),
        stub("llvm.x86.nosuch \"name\"", vec![], StubResult::Nothing),
        stub("llvm.sqrt.f64", vec![float()], StubResult::Directly("float".to_owned())),
        stub(
            "llvm.ctlz.i32",
            vec![constant("i32", "1"), argument("i1", Passed::AsByte)],
            StubResult::Directly("i32".to_owned()),
        ),
        stub("llvm.sqrt.f32", vec![float()], StubResult::Nothing),
    ]);
    let faults = function_faults(&targets()[0], "test", &module).expect("LLVM");
    let found: Vec<(u32, &str)> =
        faults.iter().map(|fault| (fault.origin.map_or(0, |origin| origin.start), &*fault.message)).collect();
    assert_eq!(
        found,
        [
            (1, "unknown intrinsic 'llvm.x86.nosuch \"name\"'"),
            (3, "immarg operand has non-immediate parameter"),
            (4, "Intrinsic has incorrect return type"),
        ]
    );
}

#[test]
fn the_second_of_two_declarations_is_at_fault() {
    if !llvm_is_loaded() {
        return;
    }
    let pair = StubResult::Pair { types: ["i32".to_owned(), "i32".to_owned()], offset: 4 };
    let packed = StubResult::InMemory { ty: "<{ i32, i32 }>".to_owned(), alignment: 1 };
    let module = module(&[
        stub("llvm.x86.rdrand.32", vec![], pair),
        stub("llvm.donothing", vec![], StubResult::Nothing),
        stub("llvm.x86.rdrand.32", vec![], packed),
    ]);
    let faults = function_faults(&targets()[0], "test", &module).expect("LLVM");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].origin.map(|origin| origin.start), Some(2), "{faults:?}");
}

#[test]
fn stubs_with_the_same_text_are_the_same() {
    let with = |value| {
        stub("llvm.ctlz.i32", vec![constant("i32", value), constant("i1", "true")], in_memory("i32")).text()
    };
    assert_eq!(with("1"), with("1"));
    assert_ne!(with("1"), with("2"));
}
