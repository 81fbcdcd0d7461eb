//! Memory of compiled functions, which goes back to lowering.
//!
//! Lowering takes an empty function, fills it and hands it over; the worker that compiled it gives it back,
//! cleared. What its tables have grown to is kept, so that most functions are lowered without growing any.

use std::sync::{Mutex, PoisonError};

use cranelift_codegen::ir;

/// How many functions are kept; more would only lie there, since few are being lowered at once.
const KEPT: usize = 64;
/// The memory of a function with more instructions is not kept.
const LARGEST: u32 = 5_000;

/// Empty functions that own memory.
#[derive(Debug, Default)]
pub struct FunctionPool {
    functions: Mutex<Vec<ir::Function>>,
}

impl FunctionPool {
    /// An empty function, with the memory of an earlier one if there is one.
    pub fn take(&self) -> ir::Function {
        let kept = self.functions.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(ir::Function::new)
    }

    /// Takes a cleared function that had this many instructions.
    pub fn give(&self, function: ir::Function, instructions: u32) {
        debug_assert_eq!(function.dfg.num_insts(), 0, "only cleared functions are given back");
        if instructions <= LARGEST {
            let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
            if functions.len() < KEPT {
                functions.push(function);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_within_bounds() {
        let pool = FunctionPool::default();
        for _ in 0..KEPT + 3 {
            pool.give(ir::Function::new(), 1);
        }
        pool.give(ir::Function::new(), LARGEST + 1);
        assert_eq!(pool.functions.lock().unwrap().len(), KEPT);
        assert_eq!(pool.take().dfg.num_insts(), 0);
        assert_eq!(pool.functions.lock().unwrap().len(), KEPT - 1);
    }
}
