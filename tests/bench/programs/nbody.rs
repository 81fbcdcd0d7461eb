//! N-body: the planets' motion; floating point, small arrays and structs that are copied.

use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy)]
struct Vector {
    x: f64,
    y: f64,
    z: f64,
}

impl Vector {
    fn dot(self, other: Vector) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }
}

impl Add for Vector {
    type Output = Vector;
    fn add(self, other: Vector) -> Vector {
        Vector { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }
}

impl Sub for Vector {
    type Output = Vector;
    fn sub(self, other: Vector) -> Vector {
        Vector { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }
}

impl Mul<f64> for Vector {
    type Output = Vector;
    fn mul(self, factor: f64) -> Vector {
        Vector { x: self.x * factor, y: self.y * factor, z: self.z * factor }
    }
}

#[derive(Clone, Copy)]
struct Body {
    position: Vector,
    velocity: Vector,
    mass: f64,
}

fn body(position: [f64; 3], velocity: [f64; 3], mass: f64) -> Body {
    let vector = |[x, y, z]: [f64; 3]| Vector { x, y, z };
    Body { position: vector(position), velocity: vector(velocity), mass }
}

fn energy(bodies: &[Body]) -> f64 {
    let mut energy = 0.0;
    for (index, body) in bodies.iter().enumerate() {
        energy += 0.5 * body.mass * body.velocity.dot(body.velocity);
        for other in &bodies[index + 1..] {
            let distance = body.position - other.position;
            energy -= body.mass * other.mass / distance.dot(distance).sqrt();
        }
    }
    energy
}

fn advance(bodies: &mut [Body], step: f64) {
    for index in 0..bodies.len() {
        for other in index + 1..bodies.len() {
            let distance = bodies[index].position - bodies[other].position;
            let squared = distance.dot(distance);
            let magnitude = step / (squared * squared.sqrt());
            let (mass, other_mass) = (bodies[index].mass, bodies[other].mass);
            bodies[index].velocity = bodies[index].velocity - distance * (other_mass * magnitude);
            bodies[other].velocity = bodies[other].velocity + distance * (mass * magnitude);
        }
    }
    for body in bodies {
        body.position = body.position + body.velocity * step;
    }
}

fn main() {
    let mut bodies = [
        body([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47),
        body([4.84, -1.16, -0.10], [0.606, 2.81, -0.02], 0.037),
        body([8.34, 4.12, -0.40], [-1.01, 1.82, 0.008], 0.011),
        body([12.89, -15.11, -0.22], [1.08, 0.868, -0.010], 0.0017),
        body([15.37, -25.91, 0.17], [0.979, 0.594, -0.034], 0.0020),
    ];
    println!("{:.9}", energy(&bodies));
    for _ in 0..350_000 {
        advance(&mut bodies, 0.01);
    }
    println!("{:.9}", energy(&bodies));
}
