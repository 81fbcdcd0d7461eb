//! A call through a vtable, and the pair of pointers that a `dyn` reference is.

#![crate_type = "lib"]
#![no_std]

pub trait Animal {
    fn legs(&self) -> u32;
    fn name(&self) -> &'static str;
}

pub struct Bird {
    pub feathers: u64,
}

impl Animal for Bird {
    fn legs(&self) -> u32 {
        2
    }
    fn name(&self) -> &'static str {
        "bird"
    }
}

#[unsafe(no_mangle)]
pub fn legs(animal: &dyn Animal) -> u32 {
    animal.legs()
}

#[unsafe(no_mangle)]
pub fn bird(bird: &Bird) -> &dyn Animal {
    bird
}
