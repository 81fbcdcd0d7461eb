//! Values of the symbolic execution: bytes that record where they come from.

use std::rc::Rc;

/// A byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Byte {
    /// Not known.
    Undefined,
    /// A constant.
    Constant(u8),
    /// The byte with this index in what the text names: an argument, memory, or the result of an instruction.
    Of(Rc<str>, usize),
}

/// Bytes, the lowest first.
pub type Value = Vec<Byte>;

/// Returns a named value of `size` bytes.
pub fn named(name: &str, size: usize) -> Value {
    let name: Rc<str> = Rc::from(name);
    (0..size).map(|index| Byte::Of(name.clone(), index)).collect()
}

/// Returns a number in `size` bytes.
pub fn constant(number: u64, size: usize) -> Value {
    let bytes = number.to_le_bytes();
    (0..size).map(|index| Byte::Constant(bytes.get(index).copied().unwrap_or(0))).collect()
}

/// Returns an address in eight bytes.
pub fn address(base: &str, offset: i64) -> Value {
    named(&format!("&{base}@{offset}"), 8)
}

/// Splits an eight-byte address into a name and an offset.
pub fn as_address(value: &Value) -> Option<(String, i64)> {
    let Some(Byte::Of(name, 0)) = value.first() else {
        return as_constant(value).map(|number| ("absolute".to_owned(), number as i64));
    };
    if value.len() != 8
        || value.iter().enumerate().any(|(index, byte)| *byte != Byte::Of(name.clone(), index))
    {
        return None;
    }
    match name.strip_prefix('&').and_then(|rest| rest.rsplit_once('@')) {
        Some((base, offset)) => Some((base.to_owned(), offset.parse().ok()?)),
        None => Some((name.to_string(), 0)),
    }
}

/// Returns a value of which all bytes are constant.
pub fn as_constant(value: &Value) -> Option<u64> {
    let mut number = 0;
    for (index, byte) in value.iter().enumerate() {
        match byte {
            Byte::Constant(byte) if index < 8 => number |= u64::from(*byte) << (8 * index),
            Byte::Constant(0) => {}
            _ => return None,
        }
    }
    Some(number)
}

/// Cuts a value to another size, or extends it with zeros.
pub fn resized(mut value: Value, size: usize) -> Value {
    value.resize(size, Byte::Constant(0));
    value
}

/// Shows a value as text, without undefined bytes at its end.
pub fn show(value: &[Byte]) -> String {
    let end = value
        .iter()
        .rposition(|byte| !matches!(byte, Byte::Undefined | Byte::Constant(0)))
        .map_or(0, |last| last + 1);
    let mut text = String::new();
    let mut rest = &value[..end];
    while let Some(first) = rest.first() {
        let length = match first {
            Byte::Of(name, start) => rest
                .iter()
                .enumerate()
                .take_while(|(index, byte)| **byte == Byte::Of(name.clone(), start + index))
                .count(),
            _ => 1,
        };
        if !text.is_empty() {
            text.push(' ');
        }
        match first {
            Byte::Undefined => text.push('?'),
            Byte::Constant(byte) => text.push_str(&format!("{byte:02x}")),
            Byte::Of(name, start) => text.push_str(&format!("{name}[{start}..{}]", start + length)),
        }
        rest = &rest[length..];
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_by_where_they_come_from() {
        let mut value = named("a", 4);
        value.extend(constant(0x105, 4));
        assert_eq!(show(&value), "a[0..4] 05 01");
        assert_eq!(show(&constant(0, 8)), "0");
        assert_eq!(as_address(&address("stack", -8)), Some(("stack".to_owned(), -8)));
        assert_eq!(as_constant(&constant(300, 8)), Some(300));
    }
}
