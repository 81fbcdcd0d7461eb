//! Random programs that refer to random symbols in every way.
//!
//! The seed determines the program: symbols of every kind, data with addresses, and functions with statements
//! that each refer to a symbol. The case's name contains the seed, so a failure can be repeated.

use clif_engine::cgu::{
    Binding, Contents, DataDefinition, DataRelocation, ExternalData, GotLoads, Placement, SectionLayout,
    SymbolId, SymbolKind, ThreadLocalModel, Visibility,
};
use clif_engine::compile::OptimizeLevel;
use cranelift_codegen::entity::EntityRef;
use fastrand::Rng;

use crate::case::{Case, Machine};

mod body;

const BINDINGS: [Binding; 4] = [Binding::Local, Binding::Global, Binding::Weak, Binding::Common];
const VISIBILITIES: [Visibility; 3] = [Visibility::Default, Visibility::Hidden, Visibility::Protected];
const SECTIONS: [&str; 5] =
    [".init_array", ".fini_array.100", ".note.oracle", "oracle", ".debug_gdb_scripts"];
const LAYOUTS: [SectionLayout; 4] = [
    SectionLayout::OnePerSymbol,
    SectionLayout::OnePerSymbolUnnamed,
    SectionLayout::OnePerKind,
    SectionLayout::OnePerKindUnnamed,
];

/// A program under construction, with its symbols by kind.
struct Program {
    case: Case,
    random: Rng,
    functions: Vec<SymbolId>,
    data: Vec<SymbolId>,
    thread_locals: Vec<SymbolId>,
}

pub fn case(machine: Machine, seed: u64) -> Case {
    let case = Case::new(machine, format!("random program {seed}"));
    let random = Rng::with_seed(seed);
    let (functions, data, thread_locals) = (Vec::new(), Vec::new(), Vec::new());
    let mut program = Program { case, random, functions, data, thread_locals };
    program.choose_options();
    program.declare();
    program.define_functions();
    program.fill_data();
    program.case
}

impl Program {
    fn choose<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.usize(..of.len())]
    }

    /// Returns true with a probability of one in `times`.
    fn once_in(&mut self, times: u32) -> bool {
        self.random.u32(..times) == 0
    }

    fn choose_options(&mut self) {
        let levels = [OptimizeLevel::None, OptimizeLevel::Speed];
        self.case.settings.optimize = self.choose(&levels);
        self.case.settings.position_independent = !self.once_in(4);
        self.case.settings.routines_through_got = self.once_in(3);
        self.case.cgu.section_layout = self.choose(&LAYOUTS);
        let references = &mut self.case.cgu.references;
        if self.random.u32(..3) == 0 {
            let models = [ThreadLocalModel::InitialExec, ThreadLocalModel::LocalExec];
            references.thread_locals = models[self.random.usize(..models.len())];
        }
        if self.random.u32(..4) == 0 {
            references.external_data = ExternalData::Direct;
        }
        if self.random.u32(..4) == 0 {
            references.got_loads = GotLoads::Fixed;
        }
    }

    /// Declares imports and definitions, without the contents of the latter.
    fn declare(&mut self) {
        let names = ["function", "datum", "thread_local"];
        for (kind, name) in
            [SymbolKind::Function, SymbolKind::Data, SymbolKind::ThreadLocal].into_iter().zip(names)
        {
            for number in 0..3 {
                let bindings = [Binding::Import, Binding::Import, Binding::WeakImport];
                let (binding, visibility) = (self.choose(&bindings), self.choose(&VISIBILITIES));
                let name = format!("far_{name}_{number}");
                let symbol = self.case.cgu.symbols.intern(&name, kind, binding, visibility);
                self.know(symbol);
            }
        }
        for number in 0..self.random.usize(2..10) {
            self.declare_data(number);
        }
    }

    fn know(&mut self, symbol: SymbolId) {
        match self.case.cgu.symbols.get(symbol).kind {
            SymbolKind::Function => self.functions.push(symbol),
            SymbolKind::Data => self.data.push(symbol),
            SymbolKind::ThreadLocal => self.thread_locals.push(symbol),
        }
    }

    fn declare_data(&mut self, number: usize) {
        let placement = self.placement();
        let kind = match placement {
            Placement::ThreadLocal => SymbolKind::ThreadLocal,
            Placement::Code => SymbolKind::Function,
            Placement::Section { .. } if self.once_in(6) => SymbolKind::ThreadLocal,
            _ => SymbolKind::Data,
        };
        let mut binding = self.choose(&BINDINGS);
        if binding == Binding::Common && placement != Placement::Writable {
            binding = Binding::Local;
        }
        let is_private = binding == Binding::Local && placement == Placement::ReadOnly && !self.once_in(3);
        let name = format!("{}near_{number}", if is_private { ".L" } else { "" });
        let visibility = self.choose(&VISIBILITIES);
        let symbol = self.case.cgu.symbols.intern(&name, kind, binding, visibility);
        let contents = match binding {
            Binding::Common => Contents::Zeroed(self.random.u64(0..40)),
            _ if placement == Placement::Code => Contents::Bytes([0; 16].into()),
            _ => self.contents(number, is_private),
        };
        let retain = binding != Binding::Common && self.once_in(5);
        let (alignment, relocations) = (1 << self.random.u32(..7), Vec::new());
        self.case.cgu.data.push(DataDefinition {
            symbol,
            contents,
            alignment,
            placement,
            relocations,
            retain,
        });
        self.know(symbol);
    }

    fn placement(&mut self) -> Placement {
        match self.random.u32(..10) {
            0..=3 => Placement::ReadOnly,
            4..=5 => Placement::Writable,
            6 => Placement::ThreadLocal,
            7 => Placement::Code,
            _ => Placement::Section { name: self.choose(&SECTIONS).into(), writable: self.random.bool() },
        }
    }

    /// Returns contents: bytes, zero bytes, or nothing. Those of private symbols begin with a unique text.
    fn contents(&mut self, number: usize, is_private: bool) -> Contents {
        let size = self.random.usize(0..64);
        match self.random.u32(..6) {
            0 => Contents::Bytes([].into()),
            1 if !is_private => Contents::Bytes(vec![0; size].into()),
            2 if !is_private => Contents::Zeroed(size as u64),
            _ => {
                let mut bytes = format!("<datum {number}>").into_bytes();
                bytes.extend((0..size).map(|_| self.random.u8(..)));
                Contents::Bytes(bytes.into())
            }
        }
    }

    /// Writes addresses into data that is large enough.
    fn fill_data(&mut self) {
        let known = [&self.functions[..], &self.data].concat();
        for index in 0..self.case.cgu.data.len() {
            let definition = &self.case.cgu.data[index];
            let Contents::Bytes(bytes) = &definition.contents else { continue };
            let (count, is_code) = (bytes.len() / 16, definition.placement == Placement::Code);
            if is_code || count == 0 || self.once_in(2) {
                continue;
            }
            for place in 0..self.random.usize(..=count) {
                let (target, addend) = (self.choose(&known), self.addend());
                let offset = place as u64 * 16 + self.random.u64(..=8);
                self.case.cgu.data[index].relocations.push(DataRelocation { offset, target, addend });
            }
        }
    }

    fn addend(&mut self) -> i64 {
        if self.random.bool() { 0 } else { self.random.i64(-100..100) }
    }

    fn define_functions(&mut self) {
        let count = self.random.usize(1..5);
        let definitions: Vec<_> = (0..count)
            .map(|number| {
                let binding = self.choose(&BINDINGS[..3]);
                let (visibility, name) = (self.choose(&VISIBILITIES), format!("function_{number}"));
                let symbol = self.case.cgu.symbols.intern(&name, SymbolKind::Function, binding, visibility);
                self.know(symbol);
                symbol
            })
            .collect();
        for symbol in definitions {
            let clif = self.body(symbol);
            self.case.add_functions(&clif);
            let section = self.once_in(8).then(|| "oracle_code".into());
            let alignment = 1 << self.random.u32(..6);
            let function = self.case.functions.last_mut().expect("the function");
            (function.section, function.alignment) = (section, alignment);
        }
        if self.once_in(4) {
            let target = self.case.functions[0].symbol;
            let alias = self.case.symbol("alias", SymbolKind::Function, Binding::Global);
            self.case.cgu.symbols.add_alias(alias, target);
        }
    }
}

/// Returns the name of a symbol in CLIF text.
fn number(symbol: SymbolId) -> String {
    format!("u0:{}", symbol.index())
}
