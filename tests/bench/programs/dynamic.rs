//! Dynamic dispatch and reference counting: shapes behind trait objects, closures in boxes, a tree of Rc nodes.

use std::cell::RefCell;
use std::rc::Rc;

trait Shape {
    fn area(&self) -> f64;
    fn scale(&mut self, factor: f64);
    fn name(&self) -> &'static str {
        "shape"
    }
}

struct Circle(f64);
struct Rectangle(f64, f64);
struct Polygon(Vec<(f64, f64)>);

impl Shape for Circle {
    fn area(&self) -> f64 {
        std::f64::consts::PI * self.0 * self.0
    }
    fn scale(&mut self, factor: f64) {
        self.0 *= factor;
    }
    fn name(&self) -> &'static str {
        "circle"
    }
}

impl Shape for Rectangle {
    fn area(&self) -> f64 {
        self.0 * self.1
    }
    fn scale(&mut self, factor: f64) {
        self.0 *= factor;
        self.1 *= factor;
    }
}

impl Shape for Polygon {
    fn area(&self) -> f64 {
        let next = self.0.iter().cycle().skip(1);
        self.0.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>().abs() / 2.0
    }
    fn scale(&mut self, factor: f64) {
        for point in &mut self.0 {
            *point = (point.0 * factor, point.1 * factor);
        }
    }
    fn name(&self) -> &'static str {
        "polygon"
    }
}

struct Node {
    value: u64,
    children: RefCell<Vec<Rc<Node>>>,
}

fn grow(depth: u32, value: u64) -> Rc<Node> {
    let node = Rc::new(Node { value, children: RefCell::default() });
    if depth > 0 {
        for child in 0..4 {
            node.children.borrow_mut().push(grow(depth - 1, value * 4 + child));
        }
    }
    node
}

fn total(node: &Rc<Node>) -> u64 {
    node.children.borrow().iter().map(total).fold(node.value, u64::wrapping_add)
}

fn main() {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    for index in 0..3_000 {
        let size = f64::from(index % 17 + 1);
        shapes.push(match index % 3 {
            0 => Box::new(Circle(size)),
            1 => Box::new(Rectangle(size, size + 1.0)),
            _ => Box::new(Polygon((0..6).map(|n| (size * f64::from(n), f64::from(n * n % 5))).collect())),
        });
    }
    let mut area = 0.0;
    for round in 0..240 {
        for shape in &mut shapes {
            shape.scale(if round % 2 == 0 { 1.25 } else { 0.8 });
            area += shape.area();
        }
    }
    println!("{area:.3} {}", shapes.iter().filter(|shape| shape.name() == "shape").count());
    let tree = grow(9, 1);
    println!("{} {}", total(&tree), Rc::strong_count(&tree));
    let steps: Vec<Box<dyn Fn(u64) -> u64>> = vec![
        Box::new(|n| n.wrapping_mul(6_364_136_223_846_793_005)),
        Box::new(|n| n ^ (n >> 29)),
        Box::new(|n| n.rotate_left(17).wrapping_add(1)),
    ];
    println!("{:016x}", (0..2_000_000).fold(1, |value, index| steps[index % 3](value)));
}
