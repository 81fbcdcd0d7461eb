//! Lines that only compare and return the result, and the variables of their blocks.

struct Shared {
    data: usize,
}

impl Shared {
    fn is_null(&self) -> bool {
        let raw = self.data;
        raw == 0 // #integer
    }

    fn is_low(&self) -> bool {
        let low = self.data as f64 / 2.0;
        low < 1.5 // #float
    }
}

fn main() {
    let shared = Shared { data: 2 };
    std::hint::black_box((shared.is_null(), shared.is_low(), b"a$".iter().position(|&byte| {
        byte == b'$' // #closure
    })));
    //> break #integer
    //> break #float
    //> break #closure
    //> run
    //both has: is_null at #integer
    //> print raw
    //both is: 2
    //> continue
    //both has: is_low at #float
    //> print low
    //both is: 1
    //> continue
    //both has: at #closure
    //gdb> print byte
    //gdb is: 97
}
