//! Writes functions in LLVM's IR that access 128 bits of memory atomically, for machines whose CLIF cannot.
//!
//! LLVM decides by the caller's target features whether it emits a loop, one instruction, or a call of a
//! library function. Like CLIF's atomics, all are sequentially consistent.

use super::module::IrFunction;

/// An atomic operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AtomicOperation {
    /// Returns the value.
    Load,
    /// Stores the operand.
    Store,
    /// Stores the second operand if the value is the first. Returns the old value.
    CompareExchange,
    /// Stores what the instruction `atomicrmw` of this name makes of the value and the operand. Returns the
    /// old value.
    ReadModifyWrite(&'static str),
}

impl AtomicOperation {
    /// Returns the function `name`, whose first parameter is the address. `section` is empty or begins with a
    /// space.
    pub fn function(self, name: String, attributes: &str, section: &str) -> IrFunction {
        let (parameters, body) = match self {
            AtomicOperation::Load => {
                ("", "%old = load atomic i128, ptr %place seq_cst, align 16\n  ret i128 %old".to_owned())
            }
            AtomicOperation::Store => {
                (", i128 %a", "store atomic i128 %a, ptr %place seq_cst, align 16\n  ret void".to_owned())
            }
            AtomicOperation::CompareExchange => (
                ", i128 %a, i128 %b",
                "%pair = cmpxchg ptr %place, i128 %a, i128 %b seq_cst seq_cst, align 16\n  \
                 %old = extractvalue { i128, i1 } %pair, 0\n  ret i128 %old"
                    .to_owned(),
            ),
            AtomicOperation::ReadModifyWrite(name) => (
                ", i128 %a",
                format!("%old = atomicrmw {name} ptr %place, i128 %a seq_cst, align 16\n  ret i128 %old"),
            ),
        };
        let result = if self == AtomicOperation::Store { "void" } else { "i128" };
        let definition = format!(
            "define internal {result} @\"{name}\"(ptr %place{parameters}) {attributes}{section} {{\n  {body}\n}}"
        );
        IrFunction { callee: name.clone(), name, definition, declarations: vec![], origin: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_returns_the_old_value() {
        let function = AtomicOperation::ReadModifyWrite("xchg").function("f".to_owned(), "nounwind", "");
        let expected = "define internal i128 @\"f\"(ptr %place, i128 %a) nounwind {\n  \
                        %old = atomicrmw xchg ptr %place, i128 %a seq_cst, align 16\n  ret i128 %old\n}";
        assert_eq!(function.definition, expected);
    }
}
