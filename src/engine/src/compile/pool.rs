//! Recycles the memory of compiled functions.
//!
//! Lowering takes an empty function, fills it and hands it over. The worker that compiled it clears it and
//! gives it back. Its tables keep their capacity, so most functions are lowered without allocating.

use std::sync::{Mutex, PoisonError};

use cranelift_codegen::ir;

/// The number of functions that are kept. More are useless, since few are lowered at once.
const KEPT: usize = 64;
/// The pool drops functions that had more instructions than this.
const LARGEST: u32 = 5_000;

/// Empty functions with capacity.
#[derive(Debug, Default)]
pub struct FunctionPool {
    functions: Mutex<Vec<ir::Function>>,
}

impl FunctionPool {
    /// Returns an empty function, with the memory of an earlier one if possible.
    pub fn take(&self) -> ir::Function {
        let kept = self.functions.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(ir::Function::new)
    }

    /// Adds a cleared function, which had this many instructions.
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
