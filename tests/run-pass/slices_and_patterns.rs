//! Slices, ranges of them, slice patterns with bindings, nested patterns and guards.

fn describe(values: &[i32]) -> String {
    match values {
        [] => "empty".to_string(),
        [one] => format!("one {one}"),
        [first, .., last] if first == last => format!("framed by {first}"),
        [0, rest @ ..] => format!("zero then {rest:?}"),
        [rest @ .., 0] => format!("{rest:?} then zero"),
        [a, b, middle @ .., z] => format!("{a} {b} {middle:?} {z}"),
        [a, b] => format!("{a} and {b}"),
    }
}

fn sum(values: &[i32]) -> i32 {
    match values {
        [head, tail @ ..] => head + sum(tail),
        [] => 0,
    }
}

fn nested(value: &(Option<[u8; 3]>, &str, Result<(), Box<i64>>)) -> String {
    match value {
        (Some([1, b, _]), "x", _) => format!("b={b}"),
        (Some([a @ 2..=5, .., c]), text, Ok(())) => format!("{a} {c} {text}"),
        (None, text @ ("y" | "z"), Err(number)) if **number < 0 => format!("{text}{number}"),
        (_, _, Err(number)) => format!("err {number}"),
        (option, ..) => format!("{option:?}"),
    }
}

fn main() {
    for values in [&[][..], &[4], &[3, 9, 3], &[0, 1], &[5, 0], &[1, 2], &[1, 2, 3, 4, 5]] {
        println!("{} = {}", describe(values), sum(values));
    }
    println!("{}", nested(&(Some([1, 20, 3]), "x", Ok(()))));
    println!("{}", nested(&(Some([4, 20, 3]), "t", Ok(()))));
    println!("{}", nested(&(None, "z", Err(Box::new(-8)))));
    println!("{}", nested(&(None, "z", Err(Box::new(8)))));
    println!("{}", nested(&(Some([9, 9, 9]), "", Ok(()))));

    let mut data: Vec<u16> = (0..12).map(|i| i * i).collect();
    println!("{:?} {:?} {:?} {:?}", &data[..3], &data[9..], &data[4..=5], &data[12..]);
    println!("{:?} {:?}", data.get(3..5), data.get(5..20));
    println!("{:?} {:?} {:?}", data.first(), data.last(), data.split_first().map(|(a, b)| (a, b.len())));
    let (left, right) = data.split_at_mut(6);
    left.swap_with_slice(right);
    data.swap(0, 11);
    data[2..8].reverse();
    data[3..9].rotate_left(2);
    println!("{data:?}");
    data.copy_within(0..4, 8);
    data[5..7].fill(7);
    println!("{data:?} {}", data.contains(&7));
    for chunk in data.chunks_mut(5) {
        chunk[0] = chunk.len() as u16;
    }
    println!("{data:?}");
    println!("{:?}", data.windows(3).map(|w| w.iter().sum::<u16>()).collect::<Vec<_>>());
    println!("{:?}", data.split(|v| *v == 7).map(<[u16]>::len).collect::<Vec<_>>());
    println!("{:?}", data.rchunks(5).map(|c| c[0]).collect::<Vec<_>>());
    println!("{:?}", [[1, 2], [3, 4]].concat());
    println!("{:?}", [&[1][..], &[2, 3]].join(&0));
    println!("{:?} {}", [1, 2, 3][..].cmp(&[1, 2]), [1.0, f64::NAN] == [1.0, f64::NAN]);
    if let [ref mut a, b, ..] = data[..] {
        *a += b;
    }
    println!("{:?}", data.first_chunk::<3>());
    let [x, y, z]: [u16; 3] = data[..3].try_into().unwrap();
    println!("{x} {y} {z}");
}
