//! Families of programs: sources that repeat one construct any number of times.
//!
//! [`FAMILIES`] is the table. Each row has a function that writes the source of a library with `count`
//! repetitions. The repeated code must not be constant or dead, or an optimiser would remove it. Therefore
//! values come from functions of another crate (`extern "Rust"` declarations, which need no definition
//! because a library is not linked).

use std::fmt::Write;

/// A family of programs.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// The name in tables.
    pub name: &'static str,
    /// The repeated construct.
    pub what: &'static str,
    /// The smallest number of repetitions at which growth shows. The others are two and four times as many.
    pub count: u32,
    /// Whether it is measured by default.
    pub is_usual: bool,
    /// Writes the source of a library with the given number of repetitions.
    pub source: fn(u32) -> String,
}

/// All families, the usual ones first.
pub const FAMILIES: [Family; 26] = [
    usual("match-arms", "arms of a match, each with a call and a borrow", 100, match_arms),
    usual("interpreter", "arms of the match in an interpreter's loop", 50, interpreter),
    usual("landing-pads", "elements of a vec! with destructors, each from a call", 60, landing_pads),
    usual("one-cleanup", "calls that unwind to the same cleanup", 150, one_cleanup),
    usual("derive-enum", "variants of an enum with derived traits", 40, derive_enum),
    usual("derive-struct", "fields of a struct with derived traits", 25, derive_struct),
    usual("awaits", "awaits in an async function", 25, awaits),
    usual("locals", "locals in memory, borrowed again at the end", 100, locals),
    usual("live-values", "results of calls that are all used after the last call", 100, live_values),
    usual("calls", "calls in a row", 150, calls),
    usual("nested-blocks", "blocks within one another, each with a variable", 60, nested_blocks),
    usual("statics", "statics with pointers to others", 150, statics),
    usual("functions", "functions that call one another", 100, functions),
    other("guards", "locals with destructors, each from a call", 60, guards),
    other("else-ifs", "conditions of one chain", 150, else_ifs),
    other("inlined-calls", "calls of a function that is inlined", 80, inlined_calls),
    other("loops", "loops in a row, each with a loop inside", 30, loops),
    other("bounds-checks", "indexed accesses in a row", 100, bounds_checks),
    other("expression", "operands of one expression", 200, expression),
    other("aggregates", "small structs, built and taken apart", 60, aggregates),
    other("closures", "closures of one function", 40, closures),
    other("instances", "instances of a generic function", 60, instances),
    other("vtables", "types behind a trait object", 40, vtables),
    other("strings", "string literals of one function", 150, strings),
    other("constants", "elements of constant arrays", 1000, constants),
    other("assembly", "asm! blocks of one function", 60, assembly),
];

const fn usual(name: &'static str, what: &'static str, count: u32, source: fn(u32) -> String) -> Family {
    Family { name, what, count, is_usual: true, source }
}

const fn other(name: &'static str, what: &'static str, count: u32, source: fn(u32) -> String) -> Family {
    Family { name, what, count, is_usual: false, source }
}

/// Joins `head`, `line(0)` to `line(count - 1)` and `tail`, each on its own line.
fn repeated(head: &str, count: u32, line: impl Fn(u32) -> String, tail: &str) -> String {
    let mut text = format!("{head}\n");
    for index in 0..count {
        text.push_str(&line(index));
        text.push('\n');
    }
    text.push_str(tail);
    text.push('\n');
    text
}

/// Functions that other crates define.
const IMPORTS: &str = "unsafe extern \"Rust\" {
    safe fn value(index: u32) -> u32;
    safe fn take(value: &mut u32);
    safe fn sum(left: u32, right: u32) -> u32;
}
";

fn match_arms(count: u32) -> String {
    let arm = |index| format!("        {index} => values.push(selector ^ values.len() as u32),");
    let head = "pub fn choose(selector: u32, values: &mut Vec<u32>) {\n    match selector {";
    repeated(head, count, arm, "        _ => {}\n    }\n}")
}

fn interpreter(count: u32) -> String {
    let head = "pub fn run(code: &[u16], stack: &mut [u64; 64]) -> Option<u64> {
    let (mut at, mut top, mut carry) = (0usize, 0usize, 0u64);
    loop {
        let word = *code.get(at)?;
        at += 1;
        match word {";
    let arm = |index| {
        format!(
            "            {index} => {{
                let right = stack[top & 63];
                let left = stack[top.wrapping_sub(1) & 63];
                let result = left.wrapping_mul({index} + 3) ^ right.rotate_left(({index} % 63) + carry as u32 % 2);
                carry = (result < right) as u64;
                top = top.wrapping_sub({index} % 3);
                stack[top & 63] = result;
            }}"
        )
    };
    repeated(head, count, arm, "            _ => return Some(stack[top & 63] + carry),\n        }\n    }\n}")
}

fn else_ifs(count: u32) -> String {
    let head =
        format!("{IMPORTS}pub fn choose(left: u32, right: u32) -> u32 {{\n    if left == right {{ 1 }}");
    let branch =
        |index| format!("    else if left ^ {index} < right {{ value(left.wrapping_add({index})) }}");
    repeated(&head, count, branch, "    else { 0 }\n}")
}

fn landing_pads(count: u32) -> String {
    let head = format!(
        "{IMPORTS}pub struct Resource {{ number: u32, name: String }}
impl Drop for Resource {{ fn drop(&mut self) {{ take(&mut self.number) }} }}
pub fn all(name: &str) -> Vec<Resource> {{\n    vec!["
    );
    let element = |index| format!("        Resource {{ number: value({index}), name: name.to_owned() }},");
    repeated(&head, count, element, "    ]\n}")
}

fn one_cleanup(count: u32) -> String {
    let head = format!(
        "{IMPORTS}pub struct Guard(u32);
impl Drop for Guard {{ fn drop(&mut self) {{ take(&mut self.0) }} }}
pub fn all(mut total: u32) -> u32 {{\n    let _guard = Guard(total);"
    );
    repeated(&head, count, |index| format!("    total = sum(total, {index});"), "    total\n}")
}

fn guards(count: u32) -> String {
    let head = format!(
        "{IMPORTS}pub struct Guard(u32);
impl Drop for Guard {{ fn drop(&mut self) {{ take(&mut self.0) }} }}
pub fn all() {{"
    );
    repeated(&head, count, |index| format!("    let _guard{index} = Guard(value({index}));"), "}")
}

/// Calls of the derived functions, which would not be compiled otherwise.
const DERIVED: &str = "pub fn cloned(many: &Many) -> Many { many.clone() }
pub fn shown(many: &Many) -> String { format!(\"{many:?}\") }
pub fn is_equal(left: &Many, right: &Many) -> bool { left == right }
pub fn compared(left: &Many, right: &Many) -> [std::cmp::Ordering; 2] {
    [left.cmp(right), left.partial_cmp(right).unwrap()]
}
pub fn hashed(many: &Many, hasher: &mut std::hash::DefaultHasher) { std::hash::Hash::hash(many, hasher) }
";

fn derive_enum(count: u32) -> String {
    let head = "#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum Many {";
    let variant = |index| match index % 4 {
        0 => format!("    Unit{index},"),
        1 => format!("    Number{index}(u32),"),
        2 => format!("    Text{index}(String),"),
        _ => format!("    Named{index} {{ left: u64, right: Vec<u8> }},"),
    };
    repeated(head, count, variant, &format!("}}\n{DERIVED}"))
}

fn derive_struct(count: u32) -> String {
    let head = "#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub struct Many {";
    let field = |index| {
        format!("    field{index}: {},", ["u32", "String", "Option<u64>", "Vec<u8>"][index as usize % 4])
    };
    let tail = format!("}}\n{DERIVED}pub fn default() -> Many {{ Many::default() }}");
    repeated(head, count, field, &tail)
}

fn awaits(count: u32) -> String {
    let head = "pub async fn step(number: u32) -> u32 { std::future::ready(number).await }
pub async fn all(start: String) -> u32 {
    let mut number = start.len() as u32;";
    let line = |index| format!("    number ^= step(number + {index}).await;");
    let tail = "    number\n}
pub fn boxed(start: String) -> Box<dyn std::future::Future<Output = u32>> { Box::new(all(start)) }";
    repeated(head, count, line, tail)
}

fn locals(count: u32) -> String {
    let head = format!("{IMPORTS}pub fn all() {{");
    let mut text = repeated(
        &head,
        count,
        |index| format!("    let mut local{index} = value({index});\n    take(&mut local{index});"),
        "",
    );
    text.push_str(&repeated("", count, |index| format!("    take(&mut local{index});"), "}"));
    text
}

fn live_values(count: u32) -> String {
    let head = format!("{IMPORTS}pub fn all() -> u32 {{");
    let mut text = repeated(
        &head,
        count,
        |index| format!("    let value{index} = value({index});"),
        "    let mut total = 0;",
    );
    text.push_str(&repeated(
        "",
        count,
        |index| format!("    total = sum(total, value{index});"),
        "    total\n}",
    ));
    text
}

fn calls(count: u32) -> String {
    let head = format!("{IMPORTS}pub fn all(mut total: u32) -> u32 {{");
    repeated(&head, count, |index| format!("    total = sum(total, {index});"), "    total\n}")
}

fn inlined_calls(count: u32) -> String {
    let head = format!(
        "{IMPORTS}#[inline(always)]
fn mixed(left: u32, right: u32) -> u32 {{
    let turned = left.rotate_left(right);
    if turned > right {{ value(turned) }} else {{ turned }}
}}
pub fn all(mut total: u32) -> u32 {{"
    );
    repeated(&head, count, |index| format!("    total = mixed(total, {index});"), "    total\n}")
}

fn nested_blocks(count: u32) -> String {
    let head = format!("{IMPORTS}pub fn all(mut total: u32) -> u32 {{");
    let open = |index| format!("    {{ let inner{index} = value(total); total = sum(total, inner{index});");
    let mut text = repeated(&head, count, open, "");
    text.push_str(&repeated("", count, |_| "    }".to_owned(), "    total\n}"));
    text
}

fn loops(count: u32) -> String {
    let head = format!("{IMPORTS}pub fn all(mut total: u32, numbers: &[u32]) -> u32 {{");
    let line = |index| {
        format!(
            "    for number in numbers {{
        let mut rest = *number;
        while rest > {index} {{ rest = rest / 2; total = sum(total, rest); }}
    }}"
        )
    };
    repeated(&head, count, line, "    total\n}")
}

fn bounds_checks(count: u32) -> String {
    let head = "pub fn all(numbers: &mut [u32], at: usize) -> u32 {\n    let mut total = 0u32;";
    let line = |index| {
        format!("    total ^= numbers[at + {index}];\n    numbers[total as usize] = at as u32 + {index};")
    };
    repeated(head, count, line, "    total\n}")
}

fn expression(count: u32) -> String {
    let head = "pub fn all(first: u64, second: u64) -> u64 {\n    first";
    let operators = ["^ second", "+ first", "| second", "* first", "- second", "& first"];
    repeated(
        head,
        count,
        |index| {
            let operator = operators[index as usize % operators.len()];
            format!("        {operator}.rotate_left({}) ", index % 63)
        },
        "}",
    )
}

fn aggregates(count: u32) -> String {
    let head = format!(
        "{IMPORTS}#[derive(Clone, Copy)]
pub struct Point {{ x: u32, y: u64, z: [u8; 12] }}
impl Point {{
    fn moved(self, by: u32) -> Point {{ Point {{ x: value(by), y: self.y ^ self.x as u64, z: self.z }} }}
}}
pub fn all(mut point: Point) -> Point {{"
    );
    let line = |index| {
        format!(
            "    let Point {{ x, y, z }} = point.moved({index});\n    point = Point {{ x: sum(x, {index}), y, z }};"
        )
    };
    repeated(&head, count, line, "    point\n}")
}

fn closures(count: u32) -> String {
    let head = format!(
        "{IMPORTS}pub fn all(list: &mut Vec<Box<dyn Fn(u32) -> u32>>, text: &'static str, base: u32) {{"
    );
    let line = |index| {
        format!("    list.push(Box::new(move |number| sum(number, base + {index}) ^ text.len() as u32));")
    };
    repeated(&head, count, line, "}")
}

fn functions(count: u32) -> String {
    let function = |index: u32| {
        format!(
            "pub fn function{index}(number: u32) -> u32 {{
    if number > {index} {{ function{}(number / 2) }} else {{ value(number) }}
}}",
            index / 2
        )
    };
    repeated(IMPORTS, count, function, "")
}

fn instances(count: u32) -> String {
    let head = format!(
        "{IMPORTS}#[inline(never)]
fn generic<T: Into<u64> + Copy>(items: &[T]) -> u64 {{
    let mut total = 0;
    for item in items {{ total ^= (*item).into().wrapping_mul(value(total as u32) as u64); }}
    total
}}"
    );
    let mut text = repeated(
        &head,
        count,
        |index| {
            format!(
                "#[derive(Clone, Copy)] pub struct Item{index}(u32);
impl From<Item{index}> for u64 {{ fn from(item: Item{index}) -> u64 {{ item.0 as u64 + {index} }} }}"
            )
        },
        "pub fn all(numbers: &[u32]) -> u64 {\n    let mut total = 0;",
    );
    let line = |index| format!("    total ^= generic(&[Item{index}(numbers[0]), Item{index}(numbers[1])]);");
    text.push_str(&repeated("", count, line, "    total\n}"));
    text
}

fn vtables(count: u32) -> String {
    let head = format!("{IMPORTS}pub trait Shape {{ fn area(&self) -> u32; fn name(&self) -> String; }}");
    let mut text = repeated(
        &head,
        count,
        |index| {
            format!(
                "pub struct Shape{index}(u32, String);
impl Shape for Shape{index} {{
    fn area(&self) -> u32 {{ sum(self.0, {index}) }}
    fn name(&self) -> String {{ self.1.clone() }}
}}"
            )
        },
        "pub fn all(list: &mut Vec<Box<dyn Shape>>) {",
    );
    let line = |index| format!("    list.push(Box::new(Shape{index}(value({index}), String::new())));");
    text.push_str(&repeated("", count, line, "}"));
    text
}

fn statics(count: u32) -> String {
    let line = |index: u32| {
        format!(
            "pub static ITEM{index}: Item = Item {{ name: \"item {index}\", before: {}, numbers: &[{index}, 7] }};",
            index.checked_sub(1).map_or("None".to_owned(), |before| format!("Some(&ITEM{before})"))
        )
    };
    let head = "pub struct Item { pub name: &'static str, pub before: Option<&'static Item>, pub numbers: &'static [u32] }";
    repeated(head, count, line, "")
}

fn strings(count: u32) -> String {
    let head = "pub fn all(list: &mut Vec<&'static str>) {";
    repeated(head, count, |index| format!("    list.push(\"the string with number {index}\");"), "}")
}

fn constants(count: u32) -> String {
    let mut text = format!("pub static NUMBERS: [u32; {count}] = [");
    for index in 0..count {
        let _ = write!(text, "{},", index.wrapping_mul(2_654_435_761));
    }
    let _ = write!(text, "];\npub static NAMES: [&str; {}] = [", count / 4);
    for index in 0..count / 4 {
        let _ = write!(text, "\"n{index}\",");
    }
    let _ = write!(text, "];\npub fn local(at: usize) -> u64 {{\n    let numbers: [u64; {}] = [", count / 4);
    for index in 0..count / 4 {
        let _ = write!(text, "{},", index + 7);
    }
    text.push_str("];\n    numbers[at]\n}\n");
    text
}

fn assembly(count: u32) -> String {
    let head = "pub fn all(mut number: u64) -> u64 {";
    let line = |index| {
        format!(
            "    unsafe {{ std::arch::asm!(\"/* {index} {{number}} */\", number = inout(reg) number, options(nostack)) }};"
        )
    };
    repeated(head, count, line, "    number\n}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_grow_with_the_number_of_repetitions() {
        for family in FAMILIES {
            let size = |count: u32| (family.source)(count).len();
            let step = size(20) - size(10);
            assert!(step > 0 && size(40) - size(20) >= step * 3 / 2, "{}", family.name);
        }
    }

    #[test]
    fn names_are_different() {
        let mut names: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FAMILIES.len());
    }
}
