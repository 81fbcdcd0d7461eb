//! `repr(packed)` structs: unaligned fields, copies, nested, derives, packed(2), atomics of layout.

use std::mem::offset_of;

#[repr(C, packed)]
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
struct Header {
    version: u8,
    length: u32,
    checksum: u16,
    time: u64,
    ratio: f64,
    wide: u128,
}

#[repr(C, packed(2))]
#[derive(Clone, Copy)]
struct Half {
    a: u8,
    b: u64,
    c: Header,
}

#[repr(packed)]
struct Owner {
    flag: bool,
    name: String,
}

#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Small(u8),
    Large([u8; 7]),
}

#[repr(C, packed)]
#[derive(Clone, Copy)]
struct WithEnum {
    pad: u8,
    kind: Kind,
    maybe: Option<u32>,
    pair: (u16, u32),
}

#[inline(never)]
fn update(header: &mut Header, by: u32) -> u32 {
    header.length = header.length.wrapping_add(by);
    header.time *= 3;
    header.ratio /= 4.0;
    header.wide += u128::from(by) << 64;
    header.checksum ^= by as u16;
    header.length
}

#[inline(never)]
fn by_value(header: Header, other: Header) -> Header {
    Header { version: other.version, ..header }
}

fn main() {
    println!("{} {} {}", size_of::<Header>(), size_of::<Half>(), align_of::<Half>());
    println!("{} {} {}", offset_of!(Header, length), offset_of!(Header, wide), offset_of!(Half, b));
    let mut header =
        Header { version: 1, length: 0xffff_fffe, checksum: 0xbeef, time: 1 << 40, ratio: 10.0, wide: 5 };
    println!("{}", update(&mut header, 7));
    println!("{header:?}");
    println!("{:?} {}", by_value(header, Header::default()), header == Header::default());
    println!("{:?}", header.partial_cmp(&Header { version: 1, ..Default::default() }));

    let pointer = &raw const header.time;
    // SAFETY: the pointer is valid, and read without regard to its alignment.
    println!("{} {}", unsafe { pointer.read_unaligned() }, { header.ratio });
    let mut half = Half { a: 3, b: u64::MAX - 1, c: header };
    half.b -= u64::from(half.a);
    half.c.length = 12;
    println!("{} {} {:?}", { half.b }, { half.c.length }, { half.c });

    let headers = [header; 3];
    let total: u64 = headers.iter().map(|h| { h.length } as u64 + { h.time }).sum();
    println!("{total} {}", size_of_val(&headers));

    let mut owner = Owner { flag: true, name: String::from("packed string") };
    let taken = std::mem::take(&mut { owner.name });
    owner.name = taken + "!";
    println!("{} {}", owner.flag, { owner.name });

    let mut with_enum =
        WithEnum { pad: 1, kind: Kind::Large([1, 2, 3, 4, 5, 6, 7]), maybe: Some(8), pair: (9, 10) };
    for step in 0..3_u8 {
        match { with_enum.kind } {
            Kind::Small(n) => println!("small {n}"),
            Kind::Large(bytes) => println!("large {bytes:?}"),
        }
        println!("{:?} {:?} {}", { with_enum.maybe }, { with_enum.pair }, with_enum.pad);
        with_enum.kind = Kind::Small(step);
        with_enum.maybe = with_enum.maybe.filter(|_| step == 0).map(|n| n + 1);
        with_enum.pair.1 += u32::from(step);
    }
}
