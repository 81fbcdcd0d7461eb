//! The body of a random function: statements that each refer to a symbol, and add to the value of the one
//! before.

use clif_engine::cgu::SymbolId;

use super::{Program, number};
use crate::case::Machine;

/// Routines of the C library by Cranelift's names; all have three arguments.
const ROUTINES: [&str; 3] = ["%Memcpy", "%Memset", "%Memmove"];
/// Operations for which x86_64's baseline has no instruction.
const ROUNDINGS: [&str; 4] = ["ceil", "floor", "trunc", "nearest"];

/// The text of a function under construction.
struct Body {
    /// Signatures, functions and global values.
    declarations: String,
    statements: String,
    /// The numbers of the last declaration, value and block.
    entities: u32,
    values: u32,
    blocks: u32,
}

impl Body {
    fn declare(&mut self, prefix: &str, rest: &str) -> String {
        self.entities += 1;
        let name = format!("{prefix}{}", self.entities);
        self.declarations += &format!("    {name} = {rest}\n");
        name
    }

    /// Adds a value with this definition and returns its name.
    fn value(&mut self, definition: &str) -> String {
        self.values += 1;
        let name = format!("v{}", self.values);
        self.statements += &format!("    {name} = {definition}\n");
        name
    }

    fn line(&mut self, line: &str) {
        self.statements += &format!("{line}\n");
    }

    /// Returns names for this many new blocks.
    fn blocks(&mut self, count: u32) -> Vec<String> {
        self.blocks += count;
        (self.blocks - count + 1..=self.blocks).map(|number| format!("block{number}")).collect()
    }

    /// Returns the name of a new block parameter.
    fn parameter(&mut self) -> String {
        self.values += 1;
        format!("v{}", self.values)
    }
}

impl Program {
    /// Returns the text of the function `symbol`.
    pub(super) fn body(&mut self, symbol: SymbolId) -> String {
        let (declarations, statements) = (String::new(), String::new());
        let mut body = Body { declarations, statements, entities: 1, values: 0, blocks: 0 };
        let mut last = "v0".to_owned();
        for _ in 0..self.random.usize(1..8) {
            let value = self.statement(&mut body, &last);
            last = body.value(&format!("iadd {last}, {value}"));
        }
        let (convention, end) = match self.once_in(5) {
            true => ("tail", format!("return_call {}({last})", self.function(&mut body, "tail"))),
            false => ("system_v", format!("return {last}")),
        };
        let Body { declarations, statements, .. } = body;
        let name = number(symbol);
        format!(
            "function {name}(i64) -> i64 {convention} {{\n    sig0 = (i64) -> i64 system_v\n    \
             sig1 = (i64, i64, i64) -> i64 system_v\n{declarations}\nblock0(v0: i64):\n{statements}    {end}\n}}\n"
        )
    }

    /// Adds a statement and returns its value.
    fn statement(&mut self, body: &mut Body, last: &str) -> String {
        match self.random.u32(..10) {
            0 => {
                let function = self.function(body, "system_v");
                body.value(&format!("call {function}({last})"))
            }
            1 => {
                let function = self.function(body, "system_v");
                body.value(&format!("func_addr.i64 {function}"))
            }
            2 | 3 => self.address_of_data(body),
            4 => {
                let symbol = self.choose(&self.thread_locals.clone());
                let global =
                    body.declare("gv", &format!("symbol {}tls {}", self.colocated(), number(symbol)));
                body.value(&format!("tls_value.i64 {global}"))
            }
            5 => {
                let routine = self.choose(&ROUTINES);
                let function = body.declare("fn", &format!("{}{routine} sig1", self.colocated()));
                body.value(&format!("call {function}({last}, {last}, {last})"))
            }
            6 => {
                let rounding = self.choose(&ROUNDINGS);
                let float = body.value(&format!("bitcast.f64 {last}"));
                let rounded = body.value(&format!("{rounding} {float}"));
                body.value(&format!("bitcast.i64 {rounded}"))
            }
            7 => self.constant(body),
            8 => jump_table(body, last),
            _ => self.call_with_landing_pad(body, last),
        }
    }

    fn colocated(&mut self) -> &'static str {
        if self.random.bool() { "colocated " } else { "" }
    }

    /// Declares one of the functions and returns the declaration's name.
    fn function(&mut self, body: &mut Body, convention: &str) -> String {
        let symbol = self.choose(&self.functions.clone());
        let colocated = self.colocated();
        body.declare("fn", &format!("{colocated}{} (i64) -> i64 {convention}", number(symbol)))
    }

    fn address_of_data(&mut self, body: &mut Body) -> String {
        let known = [&self.data[..], &self.functions].concat();
        let symbol = self.choose(&known);
        let offset = match self.addend() {
            0 => String::new(),
            offset => format!(" {offset:+}"),
        };
        let global = body.declare("gv", &format!("symbol {}{}{offset}", self.colocated(), number(symbol)));
        body.value(&format!("symbol_value.i64 {global}"))
    }

    /// Adds a constant, in the function's constant pool if the machine has one.
    fn constant(&mut self, body: &mut Body) -> String {
        let bits = self.random.u64(..);
        if self.case.machine == Machine::Riscv64 {
            return body.value(&format!("iconst.i64 {}", bits as i64));
        }
        let vector = body.value(&format!("vconst.i64x2 0x{bits:032x}"));
        body.value(&format!("extractlane {vector}, 0"))
    }

    fn call_with_landing_pad(&mut self, body: &mut Body, last: &str) -> String {
        let function = self.function(body, "system_v");
        let blocks = body.blocks(2);
        let (result, exception, selector) = (body.parameter(), body.parameter(), body.parameter());
        let tag = self.choose(&["default", "tag0", "tag1"]);
        body.line(&format!(
            "    try_call {function}({last}), sig0, {}(ret0), [ {tag}: {}(exn0, exn1) ]\n",
            blocks[0], blocks[1]
        ));
        body.line(&format!("{}({exception}: i64, {selector}: i64):\n    return {exception}\n", blocks[1]));
        body.line(&format!("{}({result}: i64):", blocks[0]));
        result
    }
}

fn jump_table(body: &mut Body, last: &str) -> String {
    let blocks = body.blocks(5);
    let index = body.value(&format!("ireduce.i32 {last}"));
    let (constant, result) = (body.value("iconst.i64 77"), body.parameter());
    let targets = blocks[1..4].iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    body.line(&format!("    br_table {index}, {}, [{targets}, {}]\n", blocks[0], blocks[0]));
    for block in &blocks[..4] {
        body.line(&format!("{block}:\n    jump {}({constant})\n", blocks[4]));
    }
    body.line(&format!("{}({result}: i64):", blocks[4]));
    result
}
