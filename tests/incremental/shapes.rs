//! Types.

struct Private {
    small: u8,
    large: u64,
}

pub fn describe() -> String {
    let value = Private { small: 1, large: 2 };
    format!("{} {} {}", size_of::<Private>(), value.small, value.large)
}

pub struct Shape {
    width: u32,
    height: u32,
}

impl Shape {
    pub fn unit() -> Shape {
        Shape { width: 3, height: 4 }
    }

    pub fn area(&self) -> u32 {
        self.width * self.height
    }
}

pub trait Named {
    fn name(&self) -> String;
}

impl Named for Shape {
    fn name(&self) -> String {
        "shape".to_owned()
    }
}

pub fn dynamic() -> Box<dyn Named> {
    Box::new(Shape::unit())
}
