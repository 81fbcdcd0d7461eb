//! Makes random expressions of a given type.

use super::program::Generator;
use super::types::{FLOATS, INTEGERS, Type, is_signed, literal, width};

impl Generator {
    /// Returns an expression of type `ty`, with at most `depth` levels of operations.
    pub fn expression(&mut self, ty: &Type, depth: u32) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        match self.random.u8(..16) {
            0..3 => self.leaf(ty),
            3 => self.choice(ty, depth),
            4 => self.matched(ty, depth),
            5 => self.called(ty, depth),
            6 => {
                let inner = self.expression(ty, depth - 1);
                format!("{{ let t = {inner}; step(); t }}")
            }
            7 => {
                let inner = self.expression(ty, depth - 1);
                format!("black_box({inner})")
            }
            _ => self.operation(ty, depth),
        }
    }

    /// Returns a variable, a part of one, or a literal.
    fn leaf(&mut self, ty: &Type) -> String {
        let names: Vec<String> =
            self.variables.iter().filter(|(_, have)| have == ty).map(|(name, _)| name.clone()).collect();
        if !names.is_empty() && self.random.u8(..4) != 0 {
            return names[self.random.usize(..names.len())].clone();
        }
        self.composite(ty, 0)
    }

    /// Returns a value composed of parts.
    fn composite(&mut self, ty: &Type, depth: u32) -> String {
        match ty {
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.expression(part, depth)).collect();
                format!("({},)", parts.join(", "))
            }
            Type::Array(element, length) => {
                let elements: Vec<String> = (0..*length).map(|_| self.expression(element, depth)).collect();
                format!("[{}]", elements.join(", "))
            }
            Type::Option(inner) => {
                if self.random.u8(..3) == 0 {
                    return format!("None::<{}>", inner.name());
                }
                format!("Some({})", self.expression(inner, depth))
            }
            Type::Struct(index) => {
                let fields = self.declarations.structs[*index].clone();
                let fields: Vec<String> = fields
                    .iter()
                    .enumerate()
                    .map(|(number, field)| format!("f{number}: {}", self.expression(field, depth)))
                    .collect();
                format!("S{index} {{ {} }}", fields.join(", "))
            }
            Type::Enum(index) => {
                let variants = self.declarations.enums[*index].clone();
                let number = self.random.usize(..variants.len());
                let fields: Vec<String> =
                    variants[number].iter().map(|field| self.expression(field, depth)).collect();
                format!("E{index}::V{number}({})", fields.join(", "))
            }
            simple => literal(&mut self.random, simple),
        }
    }

    fn choice(&mut self, ty: &Type, depth: u32) -> String {
        let condition = self.expression(&Type::Bool, depth - 1);
        let (yes, no) = (self.expression(ty, depth - 1), self.expression(ty, depth - 1));
        format!("(if {condition} {{ {yes} }} else {{ {no} }})")
    }

    fn matched(&mut self, ty: &Type, depth: u32) -> String {
        let arms = [(); 3].map(|()| self.expression(ty, depth - 1));
        match self.random.u8(..3) {
            0 if !self.declarations.enums.is_empty() => self.matched_enum(ty, depth),
            1 => {
                let value = self.expression(&Type::Integer("u8"), depth - 1);
                format!(
                    "(match {value} {{ 0..=9 => {}, 77 | 200.. => {}, _ => {} }})",
                    arms[0], arms[1], arms[2]
                )
            }
            _ => {
                let inner = Type::Integer(self.integer_name());
                let value = self.expression(&Type::Option(Box::new(inner.clone())), depth - 1);
                let name = self.fresh("o");
                let bound =
                    self.with_variable(&name, &inner, |generator| generator.expression(ty, depth - 1));
                format!(
                    "(match {value} {{ Some({name}) if {name} > 5 => {bound}, Some(0) => {}, _ => {} }})",
                    arms[0], arms[1]
                )
            }
        }
    }

    fn matched_enum(&mut self, ty: &Type, depth: u32) -> String {
        let index = self.random.usize(..self.declarations.enums.len());
        let value = self.expression(&Type::Enum(index), depth - 1);
        let variants = self.declarations.enums[index].clone();
        let mut arms = String::new();
        for (number, fields) in variants.iter().enumerate() {
            let names: Vec<String> = fields.iter().map(|_| self.fresh("m")).collect();
            let mark = self.variables.len();
            self.variables.extend(names.iter().cloned().zip(fields.iter().cloned()));
            let arm = self.expression(ty, depth - 1);
            self.variables.truncate(mark);
            arms += &format!("E{index}::V{number}({}) => {arm}, ", names.join(", "));
        }
        format!("(match {value} {{ {arms}}})")
    }

    /// Returns a call of an earlier function, or of a new closure.
    fn called(&mut self, ty: &Type, depth: u32) -> String {
        let fitting: Vec<usize> =
            (0..self.functions.len()).filter(|&index| self.functions[index].1 == *ty).collect();
        if !fitting.is_empty() && self.random.bool() {
            let index = fitting[self.random.usize(..fitting.len())];
            let parameters = self.functions[index].0.clone();
            let arguments: Vec<String> =
                parameters.iter().map(|parameter| self.expression(parameter, depth - 1)).collect();
            return format!("function_{index}({})", arguments.join(", "));
        }
        let parameter = self.simple_type();
        let given = self.fresh("g");
        let argument = self.expression(&parameter, depth - 1);
        let body = self.with_variable(&given, &parameter, |generator| generator.expression(ty, depth - 1));
        let (name, result) = (parameter.name(), ty.name());
        match self.random.u8(..3) {
            0 => format!(
                "(&(|{given}: {name}| -> {result} {{ {body} }}) as &dyn Fn({name}) -> {result})({argument})"
            ),
            _ => format!("(|{given}: {name}| -> {result} {{ {body} }})({argument})"),
        }
    }

    fn operation(&mut self, ty: &Type, depth: u32) -> String {
        match ty {
            Type::Integer(name) => self.integer_operation(name, depth),
            Type::Float(name) => self.float_operation(name, depth),
            Type::Bool => self.bool_operation(depth),
            Type::Char => {
                let bits = self.expression(&Type::Integer("u32"), depth - 1);
                if self.random.bool() {
                    format!("char::from_u32({bits}).unwrap_or('x')")
                } else {
                    format!("(({bits}) as u8 as char)")
                }
            }
            composite => self.composite(composite, depth - 1),
        }
    }

    fn integer_operation(&mut self, name: &'static str, depth: u32) -> String {
        let ty = Type::Integer(name);
        let left = self.expression(&ty, depth - 1);
        let right = self.expression(&ty, depth - 1);
        let pick = |generator: &mut Self, list: &[&'static str]| list[generator.random.usize(..list.len())];
        match self.random.u8(..12) {
            0 => format!("({left} {} {right})", pick(self, &["+", "-", "*"])),
            1 => format!("({left} {} {right})", pick(self, &["/", "%"])),
            2 => format!("({left} {} {right})", pick(self, &["&", "|", "^"])),
            3 => {
                let mask = width(name) - 1;
                format!("({left} {} ({right} & {mask}))", pick(self, &["<<", ">>"]))
            }
            4 | 5 => {
                format!("{left}.{}({right})", pick(self, &["wrapping_add", "wrapping_sub", "wrapping_mul"]))
            }
            6 => format!(
                "{left}.{}({right})",
                pick(self, &["saturating_add", "saturating_sub", "saturating_mul"])
            ),
            7 => {
                let method = pick(
                    self,
                    &["checked_add", "checked_mul", "checked_div", "checked_rem_euclid", "checked_sub"],
                );
                format!("{left}.{method}({right}).unwrap_or({})", literal(&mut self.random, &ty))
            }
            8 => {
                let method = pick(self, &["overflowing_add", "overflowing_mul", "overflowing_sub"]);
                format!(
                    "({{ let (value, flag) = {left}.{method}({right}); if flag {{ !value }} else {{ value }} }})"
                )
            }
            9 => self.bits_of_integer(name, &left, &right),
            10 => self.cast_to_integer(name, depth),
            _ if is_signed(name) => {
                format!("{left}.{}()", pick(self, &["wrapping_neg", "wrapping_abs", "signum"]))
            }
            _ => format!("{left}.abs_diff({right})"),
        }
    }

    fn bits_of_integer(&mut self, name: &str, left: &str, right: &str) -> String {
        match self.random.u8(..6) {
            0 => format!("({left}.count_ones() as {name})"),
            1 => format!("({left}.leading_zeros() as {name})"),
            2 => format!("({left}.trailing_zeros() as {name})"),
            3 => format!("{left}.swap_bytes()"),
            4 => format!("{left}.reverse_bits()"),
            _ => format!("{left}.rotate_left(({right} & 63) as u32)"),
        }
    }

    fn cast_to_integer(&mut self, name: &str, depth: u32) -> String {
        let source = match self.random.u8(..8) {
            0..4 => Type::Integer(self.integer_name()),
            4..6 => Type::Float(FLOATS[self.random.usize(..FLOATS.len())]),
            6 => Type::Bool,
            _ => Type::Char,
        };
        format!("(({}) as {name})", self.expression(&source, depth - 1))
    }

    /// Returns an operation with only one correct result: no sign of a NaN, no mathematical functions whose
    /// rounding may vary.
    fn float_operation(&mut self, name: &'static str, depth: u32) -> String {
        let ty = Type::Float(name);
        let left = self.expression(&ty, depth - 1);
        match self.random.u8(..8) {
            0..4 => {
                let right = self.expression(&ty, depth - 1);
                let operator =
                    ["+", "-", "*", "/", "%"][self.random.usize(..if name == "f128" { 4 } else { 5 })];
                format!("({left} {operator} {right})")
            }
            4 => format!("(-{left})"),
            5 if name == "f32" || name == "f64" => {
                let method = ["floor", "ceil", "trunc", "sqrt", "round", "abs", "round_ties_even"]
                    [self.random.usize(..7)];
                format!("({left}).{method}()")
            }
            6 => {
                let source = Type::Integer(self.integer_name());
                format!("(({}) as {name})", self.expression(&source, depth - 1))
            }
            _ => {
                let source = Type::Float(FLOATS[self.random.usize(..FLOATS.len())]);
                format!("(({}) as {name})", self.expression(&source, depth - 1))
            }
        }
    }

    fn bool_operation(&mut self, depth: u32) -> String {
        let (left, right) = match self.random.u8(..6) {
            0 | 1 => {
                let both = [(); 2].map(|()| self.expression(&Type::Bool, depth - 1));
                let operator = ["&&", "||", "&", "^"][self.random.usize(..4)];
                return format!("({} {operator} {})", both[0], both[1]);
            }
            2 => return format!("(!{})", self.expression(&Type::Bool, depth - 1)),
            3 => {
                let ty = self.any_type(1);
                return format!(
                    "({} == {})",
                    self.expression(&ty, depth - 1),
                    self.expression(&ty, depth - 1)
                );
            }
            _ => {
                let ty = self.simple_type();
                (self.expression(&ty, depth - 1), self.expression(&ty, depth - 1))
            }
        };
        let operator = ["<", "<=", ">", ">=", "==", "!="][self.random.usize(..6)];
        format!("(({left}) {operator} ({right}))")
    }

    pub fn integer_name(&mut self) -> &'static str {
        INTEGERS[self.random.usize(..INTEGERS.len())]
    }

    /// Returns what `f` makes while the variable `name` is in scope.
    fn with_variable(&mut self, name: &str, ty: &Type, f: impl FnOnce(&mut Self) -> String) -> String {
        self.variables.push((name.to_owned(), ty.clone()));
        let made = f(self);
        self.variables.pop();
        made
    }
}
