//! Full names of types and other entries: the names of their scopes, then their own.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gimli::DwTag;

use super::entries::Entries;

/// The longest name that is built from other names. References of a hostile file may be circles, or double
/// the length with each step.
const LONGEST: usize = 1 << 13;
/// How many bytes of names there may be for each entry, on average. Real units have 10 to 70.
const PER_ENTRY: usize = 1 << 9;
/// The most types that are named within another.
const DEEPEST: usize = 64;

/// The names of a unit's entries, each computed once.
pub struct Names<'e, 'b> {
    entries: &'e Entries<'b>,
    types: RefCell<Vec<Option<Rc<str>>>>,
    paths: RefCell<Vec<Option<Rc<str>>>>,
    /// How many bytes of names may still be built.
    budget: Cell<usize>,
}

impl<'e, 'b> Names<'e, 'b> {
    pub fn new(entries: &'e Entries<'b>) -> Self {
        let none = || RefCell::new(vec![None; entries.all.len()]);
        let budget = entries.all.len().saturating_mul(PER_ENTRY).saturating_add(1 << 20);
        Names { entries, types: none(), paths: none(), budget: Cell::new(budget) }
    }

    /// Returns the full name of an entry.
    pub fn path(&self, number: u32) -> Rc<str> {
        // The scopes whose path is not known yet, from the inside.
        let mut open = vec![number];
        let mut outer: Option<Rc<str>> = None;
        let mut scope = self.entries.get(number).parent;
        while let Some(current) = scope {
            // A variant is a type in the variant part of its enum.
            let entry = self.entries.get(current);
            if entry.tag == gimli::DW_TAG_namespace
                || entry.tag == gimli::DW_TAG_subprogram
                || is_type(entry.tag)
            {
                outer = self.paths.borrow().get(current as usize).cloned().flatten();
                if outer.is_some() {
                    break;
                }
                open.push(current);
            }
            scope = entry.parent;
        }
        while let Some(inner) = open.pop() {
            let own = without_numbers_of_impls(self.entries.name(inner));
            let path: Rc<str> = match &outer {
                Some(outer) => format!("{outer}::{own}").into(),
                None => own.into(),
            };
            let path = self.shortened(path);
            if let Some(known) = self.paths.borrow_mut().get_mut(inner as usize) {
                *known = Some(Rc::clone(&path));
            }
            outer = Some(path);
        }
        outer.unwrap_or_else(|| "".into())
    }

    /// Returns the name of an entry's type.
    pub fn type_of(&self, number: u32) -> Rc<str> {
        self.type_within(number, 0)
    }

    /// Returns the name of a type.
    pub fn type_name(&self, number: u32) -> Rc<str> {
        self.name_within(number, 0)
    }

    fn type_within(&self, number: u32, depth: usize) -> Rc<str> {
        match self.entries.entry(number, gimli::DW_AT_type) {
            Some(target) => self.name_within(target, depth + 1),
            None if self.entries.has(number, gimli::DW_AT_type) => "{unknown}".into(),
            None => "()".into(),
        }
    }

    fn name_within(&self, number: u32, depth: usize) -> Rc<str> {
        if let Some(Some(name)) = self.types.borrow().get(number as usize) {
            return Rc::clone(name);
        }
        if depth > DEEPEST {
            return "...".into();
        }
        let entry = self.entries.get(number);
        let is_named = self.entries.has(number, gimli::DW_AT_name);
        let name: Rc<str> = match entry.tag {
            gimli::DW_TAG_array_type => self.array(number, depth),
            gimli::DW_TAG_subroutine_type => self.function_type(number, depth),
            gimli::DW_TAG_pointer_type if !is_named => format!("*{}", self.type_within(number, depth)).into(),
            gimli::DW_TAG_base_type | gimli::DW_TAG_pointer_type => {
                without_numbers_of_impls(self.entries.name(number)).into()
            }
            _ => self.path(number),
        };
        let name = self.shortened(name);
        if let Some(known) = self.types.borrow_mut().get_mut(number as usize) {
            *known = Some(Rc::clone(&name));
        }
        name
    }

    /// Cuts off what is too long.
    fn shortened(&self, name: Rc<str>) -> Rc<str> {
        let Some(left) = self.budget.get().checked_sub(name.len()) else { return "...".into() };
        self.budget.set(left);
        if name.len() <= LONGEST {
            return name;
        }
        let start: String = name.chars().take(LONGEST).collect();
        format!("{start}...").into()
    }

    /// Returns `[element; length]`, or the name of a vector.
    fn array(&self, number: u32, depth: usize) -> Rc<str> {
        let mut name = self.type_within(number, depth).to_string();
        for range in self.entries.children(number) {
            let bound = self.entries.number(range, gimli::DW_AT_upper_bound);
            let count = self.entries.number(range, gimli::DW_AT_count);
            let count = count.or(bound.map(|bound| bound.wrapping_add(1)));
            name = format!("[{name}; {}]", count.map_or("?".to_owned(), |count| count.to_string()));
            if name.len() > LONGEST {
                break;
            }
        }
        let is_vector = self.entries.has(number, gimli::DW_AT_GNU_vector);
        if is_vector { format!("vector {name}").into() } else { name.into() }
    }

    /// Returns `fn(A, B) -> C`.
    fn function_type(&self, number: u32, depth: usize) -> Rc<str> {
        let mut parameters = String::new();
        for parameter in self.entries.children(number) {
            if self.entries.get(parameter).tag == gimli::DW_TAG_formal_parameter && parameters.len() < LONGEST
            {
                let separator = if parameters.is_empty() { "" } else { ", " };
                parameters.push_str(separator);
                parameters.push_str(&self.type_within(parameter, depth));
            }
        }
        format!("fn({parameters}) -> {}", self.type_within(number, depth)).into()
    }
}

/// Removes the numbers of `{impl#4}`: they count the impls of a module, so they change with each new one, and
/// with the machine.
fn without_numbers_of_impls(name: Cow<'_, str>) -> Cow<'_, str> {
    const START: &str = "{impl#";
    if !name.contains(START) {
        return name;
    }
    let mut parts = name.split(START);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("{impl");
        kept.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    Cow::Owned(kept)
}

/// Whether a tag is a type's.
pub fn is_type(tag: DwTag) -> bool {
    [
        gimli::DW_TAG_structure_type,
        gimli::DW_TAG_union_type,
        gimli::DW_TAG_enumeration_type,
        gimli::DW_TAG_base_type,
        gimli::DW_TAG_pointer_type,
        gimli::DW_TAG_array_type,
        gimli::DW_TAG_subroutine_type,
        gimli::DW_TAG_typedef,
        gimli::DW_TAG_unspecified_type,
    ]
    .contains(&tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impls_have_no_numbers() {
        let name = without_numbers_of_impls("a::{impl#12}::f<b::{impl#3}::C, {closure_env#1}>".into());
        assert_eq!(name, "a::{impl}::f<b::{impl}::C, {closure_env#1}>");
        assert_eq!(without_numbers_of_impls("{impl#".into()), "{impl");
    }
}
