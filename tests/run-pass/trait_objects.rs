//! Trait objects: dispatch, default and generic methods, supertraits, upcasting, drop, sizes.

use std::any::Any;
use std::fmt::{Debug, Display};
use std::rc::Rc;

trait Named {
    fn name(&self) -> String;
    fn shout(&self) -> String {
        self.name().to_uppercase()
    }
}

trait Area {
    fn area(&self) -> f64;
}

trait Shape: Named + Area + Debug {
    fn scale(&mut self, factor: f64);
    fn boxed_clone(&self) -> Box<dyn Shape>;
    fn describe(&self) -> String {
        format!("{} {:.2}", self.name(), self.area())
    }
}

#[derive(Debug, Clone)]
struct Square(f64);
#[derive(Debug, Clone)]
struct Circle {
    radius: f64,
    label: String,
}

impl Named for Square {
    fn name(&self) -> String {
        "square".into()
    }
}
impl Named for Circle {
    fn name(&self) -> String {
        format!("circle {}", self.label)
    }
    fn shout(&self) -> String {
        "ROUND".into()
    }
}
impl Area for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}
impl Area for Circle {
    fn area(&self) -> f64 {
        3.0 * self.radius * self.radius
    }
}

macro_rules! shape {
    ($name:ty, $field:tt) => {
        impl Shape for $name {
            fn scale(&mut self, factor: f64) {
                self.$field *= factor;
            }
            fn boxed_clone(&self) -> Box<dyn Shape> {
                Box::new(self.clone())
            }
        }
        impl Drop for $name {
            fn drop(&mut self) {
                println!("drop {} {}", stringify!($name), self.$field);
            }
        }
    };
}
shape!(Square, 0);
shape!(Circle, radius);

trait Visitor<T: ?Sized> {
    fn visit(&mut self, value: &T) -> usize;
}
struct Collect(Vec<String>);
impl<T: Display + ?Sized> Visitor<T> for Collect {
    fn visit(&mut self, value: &T) -> usize {
        self.0.push(format!("[{value}]"));
        self.0.len()
    }
}

fn as_named(shape: &dyn Shape) -> &dyn Named {
    shape
}

fn take_any(value: Box<dyn Any>) -> String {
    match value.downcast::<i32>() {
        Ok(number) => format!("i32 {number}"),
        Err(value) => value.downcast_ref::<&str>().map_or("other".into(), |s| format!("str {s}")),
    }
}

fn main() {
    let mut shapes: Vec<Box<dyn Shape>> =
        vec![Box::new(Square(2.0)), Box::new(Circle { radius: 1.5, label: "c".into() })];
    for shape in &mut shapes {
        shape.scale(2.0);
        println!("{} {} {:?}", shape.describe(), shape.shout(), shape);
        println!("{} {}", size_of_val(&**shape), align_of_val(&**shape));
    }
    println!("{}", as_named(&*shapes[1]).shout());
    let copy = shapes[0].boxed_clone();
    let upcast: Box<dyn Area> = copy;
    println!("{}", upcast.area());
    drop(upcast);
    let shared: Rc<dyn Named> = Rc::new(Square(9.0));
    println!("{} {}", shared.name(), Rc::strong_count(&shared));

    let mut collect = Collect(Vec::new());
    let visitor: &mut dyn Visitor<str> = &mut collect;
    visitor.visit("a");
    let visitor: &mut dyn Visitor<u8> = &mut collect;
    println!("{}", visitor.visit(&7));
    println!("{:?}", collect.0);
    println!("{} {} {}", take_any(Box::new(5)), take_any(Box::new("s")), take_any(Box::new(1.0)));
    let total: f64 = shapes.iter().map(|shape| shape.area()).sum();
    println!("{total}");
    let last = shapes.pop();
    println!("popped {}", last.is_some());
}
