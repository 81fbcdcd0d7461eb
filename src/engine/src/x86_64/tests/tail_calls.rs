//! Tests explicit tail calls on functions of CLIF text.

use cranelift_codegen::ir;

use crate::clif::tests::parse;
use crate::x86_64::tail_calls::RULES;

#[test]
fn only_signatures_in_registers_can_be_tail_calls() {
    let signature = |parameters: &str| {
        parse(&format!("function %f({parameters}) system_v {{\nblock0:\n    trap user1\n}}"))
            .signature
            .clone()
    };
    let integers = |count: usize| vec!["i64"; count].join(", ");
    let floats = |count: usize| vec!["f64"; count].join(", ");
    assert!((RULES.accepts)(&signature(&integers(6))));
    assert!(!(RULES.accepts)(&signature(&integers(7))));
    assert!((RULES.accepts)(&signature(&floats(8))));
    assert!(!(RULES.accepts)(&signature(&floats(9))));
    assert!(!(RULES.accepts)(&signature("i64 sarg(16)")));
}

/// `rcx` is where the convention `tail` has its second integer result, and System V its third.
#[test]
fn the_second_integer_result_is_spread() {
    let mut function = parse(
        "function %f() -> i64, f64, i64 tail {
        block0:
            v0 = iconst.i64 1
            v1 = f64const 0x1.0p0
            v2 = iconst.i64 2
            return v0, v1, v2
        }",
    );
    (RULES.finish)(&mut function);
    let types: Vec<ir::Type> = function.signature.returns.iter().map(|result| result.value_type).collect();
    assert_eq!(types, [ir::types::I64, ir::types::F64, ir::types::I64, ir::types::I64]);
    let last = function.layout.last_inst(function.layout.entry_block().unwrap()).unwrap();
    assert_eq!(function.dfg.inst_args(last).len(), 4);
}

#[test]
fn results_of_other_conventions_stay() {
    let mut function = parse(
        "function %f(i64, i64) -> i64, i64 system_v {
        block0(v0: i64, v1: i64):
            return v0, v1
        }",
    );
    (RULES.finish)(&mut function);
    assert_eq!(function.signature.returns.len(), 2);
}
