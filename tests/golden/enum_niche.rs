//! Enums without a tag: `None` is a value the inner type cannot have.

#![crate_type = "lib"]
#![no_std]

#[derive(Clone, Copy)]
pub enum Light {
    Red,
    Green,
}

#[unsafe(no_mangle)]
pub fn reference(value: Option<&u32>) -> u32 {
    match value {
        Some(value) => *value,
        None => 0,
    }
}

#[unsafe(no_mangle)]
pub fn nested(value: Option<Option<Light>>) -> u8 {
    match value {
        None => 0,
        Some(None) => 1,
        Some(Some(Light::Red)) => 2,
        Some(Some(Light::Green)) => 3,
    }
}

#[unsafe(no_mangle)]
pub fn wrap(light: Light) -> Option<Option<Light>> {
    Some(Some(light))
}
