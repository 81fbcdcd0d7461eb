//! Enums with explicit representations and discriminants, data-carrying ones included.

use std::mem::discriminant;

#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Byte {
    Zero,
    Ten = 10,
    Eleven,
    Max = 255,
}

#[repr(i16)]
#[derive(Debug, Clone, Copy)]
enum Short {
    Min = i16::MIN,
    MinusOne = -1,
    Zero,
    Max = i16::MAX,
}

#[repr(i64)]
#[derive(Clone, Copy)]
enum Long {
    Low = i64::MIN,
    High = i64::MAX,
}

#[repr(C)]
#[derive(Clone, Copy)]
enum Plain {
    A = 5,
    B = -7,
}

#[derive(Clone, Copy)]
enum Wide {
    Small = 1,
    Big = 0x7fff_ffff_ffff,
}

#[repr(u16)]
#[allow(dead_code)] // `Name`'s field is read by the cast of the tag's pointer only
enum Tagged {
    Name(&'static str) = 400,
    Count { low: u8, high: u64 } = 7,
    Nothing = 65_535,
}

impl Tagged {
    fn tag(&self) -> u16 {
        // SAFETY: `repr(u16)` puts the tag at the start.
        unsafe { *(&raw const *self).cast::<u16>() }
    }
}

enum Single {
    Only(u32),
}

#[derive(Debug)]
enum Never {}

#[inline(never)]
fn unwrap(value: Result<u32, Never>) -> u32 {
    match value {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

#[inline(never)]
fn short_number(short: Short) -> i32 {
    short as i16 as i32 * 2
}

fn main() {
    for byte in [Byte::Zero, Byte::Ten, Byte::Eleven, Byte::Max] {
        print!("{byte:?}={} {:?} ", byte as u8, byte.cmp(&Byte::Ten));
    }
    println!("{} {}", size_of::<Byte>(), size_of::<Option<Byte>>());
    for short in [Short::Min, Short::MinusOne, Short::Zero, Short::Max] {
        print!("{short:?}={} {} ", short as i16, short_number(short));
    }
    println!("{}", size_of::<Short>());
    println!("{} {} {}", Long::Low as i64, Long::High as i64, Long::High as u8);
    println!("{} {} {}", Plain::A as i32, Plain::B as i8, Plain::B as u64);
    println!("{} {:#x} {}", Wide::Small as u8, Wide::Big as u64, size_of::<Wide>());

    for tagged in [Tagged::Name("n"), Tagged::Count { low: 3, high: 1 << 40 }, Tagged::Nothing] {
        let payload = match &tagged {
            Tagged::Name(name) => name.len() as u64,
            Tagged::Count { low, high } => high + u64::from(*low),
            Tagged::Nothing => 0,
        };
        println!("{} {payload} {}", tagged.tag(), discriminant(&tagged) == discriminant(&Tagged::Nothing));
    }
    let Single::Only(only) = Single::Only(8);
    println!("{only} {} {}", size_of::<Single>(), unwrap(Ok(4)));
    println!("{} {}", size_of::<Never>(), size_of::<Result<u32, Never>>());
    // SAFETY: 11 is a declared discriminant.
    println!("{:?}", unsafe { std::mem::transmute::<u8, Byte>(11) });
}
