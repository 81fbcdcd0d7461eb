//! Loops full of bounds checks: a sieve, a matrix product and the edit distance of two texts, all by index.

fn sieve(limit: usize) -> usize {
    let mut composite = vec![false; limit + 1];
    let mut count = 0;
    for number in 2..=limit {
        if composite[number] {
            continue;
        }
        count += 1;
        let mut multiple = number * number;
        while multiple <= limit {
            composite[multiple] = true;
            multiple += number;
        }
    }
    count
}

fn multiply(a: &[Vec<i64>], b: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let size = a.len();
    let mut product = vec![vec![0; size]; size];
    for row in 0..size {
        for column in 0..size {
            for inner in 0..size {
                product[row][column] += a[row][inner] * b[inner][column];
            }
        }
    }
    product
}

fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for row in 0..=a.len() {
        for column in 0..=b.len() {
            table[row][column] = if row == 0 || column == 0 {
                row + column
            } else {
                let change = table[row - 1][column - 1] + usize::from(a[row - 1] != b[column - 1]);
                change.min(table[row - 1][column] + 1).min(table[row][column - 1] + 1)
            };
        }
    }
    table[a.len()][b.len()]
}

fn main() {
    println!("primes {}", sieve(4_000_000));
    let matrix = |seed: i64| -> Vec<Vec<i64>> {
        (0..170).map(|row| (0..170).map(|column| (row * seed + column * 7) % 100 - 50).collect()).collect()
    };
    let product = multiply(&matrix(3), &matrix(11));
    println!("matrix {}", product.iter().flatten().fold(0i64, |sum, item| sum.wrapping_mul(31).wrapping_add(*item)));
    let text = |step: usize| -> Vec<u8> { (0..1_400).map(|i| b'a' + ((i * step + i / 7) % 26) as u8).collect() };
    println!("distance {}", edit_distance(&text(3), &text(5)));
}
