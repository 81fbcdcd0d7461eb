//! Makes random statements: variables, control flow, and values whose drops are observed.
//!
//! A value of the type `Tracked` is moved at most once: when a statement moves it (perhaps only on one path),
//! later statements may not use it. A loop's body does not move values from before the loop.

use super::program::Generator;
use super::types::Type;

/// The levels of operations in the expressions of statements.
const DEPTH: u32 = 3;

impl Generator {
    /// Appends `count` statements, with blocks nested up to `depth` times.
    pub fn statements(&mut self, count: usize, depth: u32) {
        for _ in 0..count {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: u32) {
        match self.random.u8(..20) {
            0..4 => self.new_variable(),
            4..7 => self.assignment(),
            7 | 8 => self.tracked_value(),
            9 | 10 => self.moved_value(),
            11 => {
                let ty = self.any_type(1);
                let value = self.expression(&ty, DEPTH);
                self.line(&format!("note(&{value});"));
            }
            12 | 13 if depth > 0 => self.conditional(depth),
            14 if depth > 0 => self.counted_loop(depth),
            15 if depth > 0 => self.conditional_loop(depth),
            16 if depth > 0 => self.scope(depth),
            17 => self.early_end(),
            _ => self.new_variable(),
        }
    }

    fn new_variable(&mut self) {
        let ty = self.any_type(2);
        let value = self.expression(&ty, DEPTH);
        let name = self.fresh("v");
        self.line(&format!("let mut {name}: {} = {value};", ty.name()));
        self.variables.push((name, ty));
    }

    fn assignment(&mut self) {
        let candidates: Vec<(String, Type)> =
            self.variables.iter().filter(|(name, _)| name.starts_with('v')).cloned().collect();
        if candidates.is_empty() {
            return self.new_variable();
        }
        let (mut place, mut ty) = candidates[self.random.usize(..candidates.len())].clone();
        // A random number of steps into the value.
        while self.random.bool() {
            (place, ty) = match ty {
                Type::Tuple(parts) => {
                    let index = self.random.usize(..parts.len());
                    (format!("{place}.{index}"), parts[index].clone())
                }
                Type::Array(element, length) => {
                    let index = self.expression(&Type::Integer("usize"), 1);
                    // Sometimes the index is out of bounds.
                    let bound = if self.random.u8(..6) == 0 { length + 1 } else { length };
                    (format!("{place}[{index} % {bound}]"), *element)
                }
                Type::Struct(index) => {
                    let fields = &self.declarations.structs[index];
                    let field = self.random.usize(..fields.len());
                    (format!("{place}.f{field}"), fields[field].clone())
                }
                simple => {
                    ty = simple;
                    break;
                }
            };
        }
        let value = self.expression(&ty, DEPTH);
        match self.random.u8(..4) {
            0 => self.line(&format!(
                "{{ let value = {value}; let place = black_box(&mut {place}); *place = value; }}"
            )),
            1 => self
                .line(&format!("{{ let value = {value}; note(&std::mem::replace(&mut {place}, value)); }}")),
            _ => self.line(&format!("{place} = {value};")),
        }
    }

    fn tracked_value(&mut self) {
        let name = self.fresh("t");
        match self.random.u8(..4) {
            0 => {
                let condition = self.expression(&Type::Bool, 1);
                self.line(&format!("let {name} = if {condition} {{ Tracked::new() }} else {{ return_tracked(Tracked::new()) }};"));
            }
            1 => self.line(&format!("let {name}; {name} = Box::new(Tracked::new());")),
            2 => self.line(&format!("let {name} = (Tracked::new(), [Tracked::new(), Tracked::new()]);")),
            _ => self.line(&format!("let {name} = Tracked::new();")),
        }
        self.tracked.push(name);
    }

    fn moved_value(&mut self) {
        if self.tracked.len() <= self.fixed_tracked {
            return self.tracked_value();
        }
        let index = self.random.usize(self.fixed_tracked..self.tracked.len());
        let name = self.tracked.remove(index);
        let condition = self.expression(&Type::Bool, 2);
        match self.random.u8(..5) {
            0 => self.line(&format!("drop({name});")),
            1 => self.line(&format!("if {condition} {{ drop({name}); }}")),
            2 => self.line(&format!("let _ = if {condition} {{ Some({name}) }} else {{ None }};")),
            3 => self.line(&format!(
                "let kept = vec![{name}]; if {condition} {{ kept.into_iter().for_each(drop); }}"
            )),
            _ => self.line(&format!(
                "let moved = move || {{ let _inner = &{name}; step(); }}; if {condition} {{ moved(); }}"
            )),
        }
    }

    fn conditional(&mut self, depth: u32) {
        let condition = self.expression(&Type::Bool, DEPTH);
        self.line(&format!("if {condition} {{"));
        self.block(depth, |_| {});
        if self.random.bool() {
            self.line("} else {");
            self.block(depth, |_| {});
        }
        self.line("}");
    }

    fn counted_loop(&mut self, depth: u32) {
        let name = self.fresh("i");
        let count = self.random.u8(1..7);
        self.line(&format!("'{name}: for {name} in 0..{count}u32 {{"));
        self.loop_body(depth, &name, Some(&name));
        self.line("}");
    }

    fn conditional_loop(&mut self, depth: u32) {
        let name = self.fresh("w");
        let condition = self.expression(&Type::Bool, 2);
        self.line(&format!("let mut {name} = 0u8;"));
        self.line(&format!("'{name}: while {name} < 5 && {condition} {{ {name} += 1;"));
        self.loop_body(depth, &name, None);
        self.line("}");
    }

    /// Appends the body of a loop with this label, and perhaps with a counter of type `u32`.
    fn loop_body(&mut self, depth: u32, label: &str, counter: Option<&str>) {
        let fixed = std::mem::replace(&mut self.fixed_tracked, self.tracked.len());
        self.line("step();");
        let label = label.to_owned();
        let counter = counter.map(|name| (name.to_owned(), Type::Integer("u32")));
        self.block(depth, |generator| {
            generator.variables.extend(counter);
            let condition = generator.expression(&Type::Bool, 2);
            let exit = ["break", "continue"][generator.random.usize(..2)];
            generator.line(&format!("if {condition} {{ {exit} '{label}; }}"));
        });
        self.fixed_tracked = fixed;
    }

    fn scope(&mut self, depth: u32) {
        self.line("{");
        self.block(depth, |_| {});
        self.line("}");
    }

    /// Appends some statements. Their variables are out of scope afterwards.
    fn block(&mut self, depth: u32, first: impl FnOnce(&mut Self)) {
        let (variables, tracked) = (self.variables.len(), self.tracked.clone());
        first(self);
        let count = 1 + self.random.usize(..4);
        self.statements(count, depth - 1);
        self.variables.truncate(variables);
        // Values that were moved inside cannot be used any more, and values made inside are out of scope.
        let left = std::mem::take(&mut self.tracked);
        self.tracked = tracked.into_iter().filter(|name| left.contains(name)).collect();
    }

    fn early_end(&mut self) {
        let condition = self.expression(&Type::Bool, DEPTH);
        match self.random.u8(..3) {
            0 => self.line(&format!("if {condition} {{ panic!(\"on purpose\"); }}")),
            _ => {
                let ty = self.result.clone();
                let value = self.expression(&ty, DEPTH);
                self.line(&format!("if {condition} {{ return {value}; }}"));
            }
        }
    }
}
