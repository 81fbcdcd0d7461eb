//! Floating-point programs with exact bits printed: n-body, Mandelbrot, matrix product, integration.

#[derive(Clone, Copy)]
struct Body {
    position: [f64; 3],
    velocity: [f64; 3],
    mass: f64,
}

fn bodies() -> [Body; 4] {
    std::array::from_fn(|i| {
        let k = i as f64;
        Body {
            position: [k * 1.5 - 2.0, 0.25 * k * k, 1.0 / (k + 1.0)],
            velocity: [0.125 * k, -0.0625, 0.03125 * (3.0 - k)],
            mass: 1.0 + k / 2.0,
        }
    })
}

fn advance(bodies: &mut [Body], dt: f64) {
    for i in 0..bodies.len() {
        let (left, right) = bodies.split_at_mut(i + 1);
        let a = &mut left[i];
        for b in right {
            let mut delta = [0.0; 3];
            for k in 0..3 {
                delta[k] = a.position[k] - b.position[k];
            }
            let square: f64 = delta.iter().map(|d| d * d).sum();
            let magnitude = dt / (square * square.sqrt());
            for k in 0..3 {
                a.velocity[k] -= delta[k] * b.mass * magnitude;
                b.velocity[k] += delta[k] * a.mass * magnitude;
            }
        }
    }
    for body in bodies {
        for k in 0..3 {
            body.position[k] += dt * body.velocity[k];
        }
    }
}

fn energy(bodies: &[Body]) -> f64 {
    let mut total = 0.0;
    for (i, a) in bodies.iter().enumerate() {
        total += 0.5 * a.mass * a.velocity.iter().map(|v| v * v).sum::<f64>();
        for b in &bodies[i + 1..] {
            let square: f64 = (0..3).map(|k| (a.position[k] - b.position[k]).powi(2)).sum();
            total -= a.mass * b.mass / square.sqrt();
        }
    }
    total
}

fn mandelbrot(width: u32, height: u32) -> (Vec<String>, u64) {
    let mut rows = Vec::new();
    let mut steps = 0;
    for y in 0..height {
        let ci = f64::from(y) * 2.0 / f64::from(height) - 1.0;
        let row = (0..width).map(|x| {
            let cr = f64::from(x) * 3.0 / f64::from(width) - 2.0;
            let (mut zr, mut zi, mut n) = (0.0, 0.0, 0_u32);
            while zr * zr + zi * zi <= 4.0 && n < 60 {
                (zr, zi) = (zr * zr - zi * zi + cr, 2.0 * zr * zi + ci);
                n += 1;
            }
            steps += u64::from(n);
            b" .:-=+*#%@"[n as usize * 9 / 60] as char
        });
        rows.push(row.collect());
    }
    (rows, steps)
}

fn matrix_product(n: usize) -> f32 {
    let a: Vec<f32> = (0..n * n).map(|i| (i % 17) as f32 * 0.5 - 3.0).collect();
    let b: Vec<f32> = (0..n * n).map(|i| ((i * 7) % 23) as f32 / 3.0).collect();
    let mut c = vec![0.0; n * n];
    for i in 0..n {
        for k in 0..n {
            for j in 0..n {
                c[i * n + j] += a[i * n + k] * b[k * n + j];
            }
        }
    }
    c.iter().enumerate().map(|(i, v)| v * (i % 5) as f32).sum()
}

/// Simpson's rule.
fn integrate(f: impl Fn(f64) -> f64, from: f64, to: f64, steps: u32) -> f64 {
    let h = (to - from) / f64::from(steps);
    let inner: f64 = (1..steps).map(|i| f(from + h * f64::from(i)) * f64::from(2 + i % 2 * 2)).sum();
    (f(from) + inner + f(to)) * h / 3.0
}

fn square_root(value: f64) -> f64 {
    let mut guess = value;
    for _ in 0..30 {
        guess = 0.5 * (guess + value / guess);
    }
    guess
}

fn main() {
    let mut system = bodies();
    println!("{:016x}", energy(&system).to_bits());
    for _ in 0..500 {
        advance(&mut system, 0.002);
    }
    println!("{:016x} {:.12}", energy(&system).to_bits(), energy(&system));
    println!("{:x?}", system.map(|body| body.position[0].to_bits()));
    let (rows, steps) = mandelbrot(60, 21);
    println!("{}\n{steps}", rows.join("\n"));
    println!("{:08x}", matrix_product(40).to_bits());
    println!("{:?}", integrate(|x| x * x * x - 2.0 * x, -1.0, 3.0, 100));
    println!("{:016x}", integrate(|x| (1.0 - x * x).max(0.0).sqrt(), 0.0, 1.0, 2000).to_bits());
    println!("{:?} {:016x}", square_root(2.0), (square_root(1e-3) - 1e-3_f64.sqrt()).abs().to_bits());
}
