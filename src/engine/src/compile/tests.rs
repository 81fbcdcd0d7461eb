//! Tests what is copied from Cranelift's result, on every target.

use super::{CallSite, CompiledFunction, LandingAction, RelocationTarget, SourceRange, ValueRange};
use crate::cgu::{Binding, SymbolKind};
use crate::clif::value_labels;
use crate::description::{CodeLocation, ScopeId};
use crate::object::tests::support::{TARGETS, TestCgu};

#[test]
fn source_ranges_are_merged_and_translated() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        let symbol = cgu.symbol("f", SymbolKind::Function, Binding::Global);
        let mut lowered = cgu.lower(
            symbol,
            "function %f(i64) system_v {
                fn0 = {@callee} (i64) system_v
            block0(v0: i64):
                @0001 call fn0(v0)
                @0001 call fn0(v0)
                call fn0(v0)
                @0001 call fn0(v0)
                @0002 call fn0(v0)
                @0009 call fn0(v0)
                @0003 return
            }",
        );
        // Locations 0 to 3; location 9 has no position.
        let location = |position| CodeLocation { position, scope: ScopeId::FUNCTION };
        lowered.locations = [60, 80, 90, 70].map(location).into();
        cgu.add(lowered);
        let ranges = &cgu.functions[0].source_ranges;
        let positions: Vec<u32> = ranges.iter().map(|range| range.position).collect();
        assert_eq!(positions, [80, 90, 70], "{target}");
        let ordered = |pair: &[SourceRange]| pair[0].end <= pair[1].start;
        assert!(ranges.windows(2).all(ordered), "{ranges:?}");
        assert!(ranges.iter().all(|range| range.start < range.end));
    }
}

#[test]
fn frames_name_the_slots_with_keys() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        cgu.function(
            "f",
            "function %f(i64) system_v {
                ss0 = explicit_slot 16, align = 16
                ss1 = explicit_slot 8, key = 7
                ss2 = explicit_slot 24, key = 9
                fn0 = {@callee} (i64, i64, i64) system_v
            block0(v0: i64):
                v1 = stack_addr.i64 ss0
                v2 = stack_addr.i64 ss1
                v3 = stack_addr.i64 ss2
                call fn0(v1, v2, v3)
                return
            }",
        );
        let frame = cgu.functions[0].frame.as_ref().expect("a frame");
        let keys: Vec<u64> = frame.slots.iter().map(|slot| slot.key).collect();
        assert_eq!(keys, [7, 9], "{target}");
        assert!(frame.slots.iter().all(|slot| slot.offset < frame.to_frame_pointer));
    }
}

/// Calls, and a value that outlives several of them.
const VALUES: &str = "function %f(i64) -> i64 system_v {
    sig0 = (i64) -> i64 system_v
    fn0 = {@callee} sig0
block0(v0: i64):
    @0001 v1 = call fn0(v0)
    @0002 try_call fn0(v1), sig0, block1(ret0), [ tag1: block2 ]
block1(v2: i64):
    @0003 v3 = call fn0(v2)
    @0004 v4 = iadd v3, v1
    @0005 return v4
block2:
    trap user1
}";

/// Compiles [`VALUES`] with a label for each value.
fn labelled_values(target: &str) -> CompiledFunction {
    let mut cgu = TestCgu::new(target);
    let symbol = cgu.symbol("f", SymbolKind::Function, Binding::Global);
    let personality = cgu.symbol("personality", SymbolKind::Function, Binding::Import);
    let mut lowered = cgu.lower(symbol, VALUES);
    lowered.personality = Some(personality);
    for number in 0..5 {
        lowered.label(number);
    }
    cgu.add(lowered);
    cgu.functions.remove(0)
}

/// Whether each value of [`VALUES`] is known at `offset`.
fn known_values(function: &CompiledFunction, offset: u32) -> [bool; 5] {
    [0, 1, 2, 3, 4].map(|label| {
        let mut ranges = function.values.iter().filter(|range| range.label == label);
        ranges.any(|range| (range.start..range.end).contains(&offset))
    })
}

#[test]
fn value_ranges_are_disjoint_and_in_the_code() {
    for target in TARGETS {
        let function = labelled_values(target);
        let values = &function.values;
        let code = function.code.len() as u32;
        assert!(values.iter().all(|range| range.start < range.end && range.end <= code), "{target}");
        let in_order = |pair: &[ValueRange]| {
            pair[0].label < pair[1].label || pair[0].label == pair[1].label && pair[0].end <= pair[1].start
        };
        assert!(values.windows(2).all(in_order), "{target}: {values:?}");
    }
}

#[test]
fn values_are_known_at_the_start_of_each_line() {
    for target in TARGETS {
        let function = labelled_values(target);
        let lines: Vec<[bool; 5]> =
            function.source_ranges.iter().map(|range| known_values(&function, range.start)).collect();
        let expected = [
            [true, false, false, false, false],
            [false, true, false, false, false],
            [false, true, true, false, false],
            [false, true, false, true, false],
            [false, false, false, false, true],
        ];
        assert_eq!(lines, expected, "{target}: {:?}, {:?}", function.values, function.source_ranges);
    }
}

/// While the callee of a call runs, the values that outlive the call are known.
#[test]
fn values_are_known_in_calls_that_they_outlive() {
    for target in TARGETS {
        let function = labelled_values(target);
        let calls: Vec<[bool; 5]> =
            function.call_sites.iter().map(|call| known_values(&function, call.return_address - 1)).collect();
        let expected = [
            [false, false, false, false, false],
            [false, true, false, false, false],
            [false, true, false, false, false],
        ];
        assert_eq!(calls, expected, "{target}: {:?}, {:?}", function.values, function.call_sites);
    }
}

/// A value of which only the extension outlives the first call, and one that does so itself.
const EXTENDED: &str = "function %f(i64, i64) -> i64 system_v {
    sig0 = (i64) -> i64 system_v
    fn0 = {@callee} sig0
block0(v0: i64, v1: i64):
    @0001 v2 = ireduce.i16 v0
    @0001 v3 = ireduce.i16 v1
    @0001 v4 = uextend.i64 v2
    @0001 v5 = sextend.i64 v3
    @0002 v6 = call fn0(v4)
    @0003 v7 = call fn0(v4)
    @0004 v8 = uextend.i64 v3
    @0005 v9 = iadd v8, v5
    @0006 try_call fn0(v9), sig0, block1(ret0), [ tag1: block2 ]
block1(v10: i64):
    @0007 return v10
block2:
    trap user1
}";

/// While only the extension of a value remains, the value is known by it.
#[test]
fn values_are_known_by_their_extensions() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        let symbol = cgu.symbol("f", SymbolKind::Function, Binding::Global);
        let personality = cgu.symbol("personality", SymbolKind::Function, Binding::Import);
        let mut lowered = cgu.lower(symbol, EXTENDED);
        lowered.personality = Some(personality);
        lowered.label(2);
        lowered.label(3);
        value_labels::label_extensions(&mut lowered.clif);
        cgu.add(lowered);
        let function = cgu.functions.remove(0);
        let calls: Vec<[bool; 2]> = function
            .call_sites
            .iter()
            .map(|call| known_values(&function, call.return_address - 1))
            .map(|known| [known[2], known[3]])
            .collect();
        let expected = [[true, true], [false, true], [false, false]];
        assert_eq!(calls, expected, "{target}: {:?}, {:?}", function.values, function.call_sites);
        let in_order = |pair: &[ValueRange]| pair[0].label < pair[1].label || pair[0].end <= pair[1].start;
        assert!(function.values.windows(2).all(in_order), "{target}: {:?}", function.values);
    }
}

/// Calls are only recorded if the function needs an LSDA.
#[test]
fn call_sites() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        let plain = "function %f() system_v {
            fn0 = {@callee} () system_v
        block0:
            call fn0()
            return
        }";
        cgu.function_with_personality("plain", "personality", plain);
        assert!(cgu.functions[0].call_sites.is_empty());
        cgu.function_with_personality(
            "guarded",
            "personality",
            "function %f() system_v {
                sig0 = () system_v
                fn0 = {@callee} sig0
            block0:
                try_call fn0(), sig0, block1, [ tag1: block2 ]
            block1:
                call fn0()
                return
            block2:
                trap user1
            }",
        );
        let function = &cgu.functions[1];
        let [CallSite { return_address, landing_pad: Some(pad) }, CallSite { landing_pad: None, .. }] =
            *function.call_sites
        else {
            panic!("{target}: {:?}", function.call_sites)
        };
        assert_eq!(pad.action, LandingAction::Terminate);
        assert!((pad.offset as usize) < function.code.len() && return_address > 0);
        assert!(function.unwind.is_some() && function.personality.is_some());
    }
}

#[test]
fn symbols_stay_numbers() {
    for target in TARGETS {
        let mut cgu = TestCgu::new(target);
        let callee = cgu.symbol("callee", SymbolKind::Function, Binding::Import);
        cgu.function(
            "f",
            "function %f() system_v {
                fn0 = colocated {@callee} () system_v
            block0:
                call fn0()
                return
            }",
        );
        let function = &cgu.functions[0];
        let targets: Vec<_> = function.relocations.iter().map(|relocation| relocation.target).collect();
        assert_eq!(targets, [RelocationTarget::Symbol(callee)], "{target}");
        assert_eq!((function.statistics.clif_blocks, function.statistics.clif_instructions), (1, 2));
        assert!(function.alignment.is_power_of_two());
    }
}

/// Workers send these to other threads.
#[test]
fn results_and_errors_can_be_sent_to_other_threads() {
    fn is_send<T: Send>() {}
    is_send::<CompiledFunction>();
    is_send::<super::CompileError>();
    is_send::<super::Compiler>();
    is_send::<crate::object::ObjectError>();
    is_send::<super::SettingsError>();
}
