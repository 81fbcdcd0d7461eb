//! Integers in loops, branches, cleanups, inlined functions, and more of them at once than there are registers. Every
//! variable whose name ends in a number holds values that are that number modulo 32; `walk.py` looks at them.

use std::hint::black_box;
#[inline(never)]
fn make(seed: u64, tag: u64) -> u64 {
    (seed.wrapping_mul(0x9e3779b97f4a7c15) & !31) | tag
}
#[inline(never)]
fn use1(a: u64) -> u64 {
    black_box(a)
}
#[inline(never)]
fn may_panic(a: u64) -> u64 {
    if black_box(a) == 12345 {
        panic!("x")
    }
    a & !31
}
struct Guard(u64);
impl Drop for Guard {
    fn drop(&mut self) {
        black_box(self.0);
    }
}
#[inline(never)]
fn heavy(t1: u64, t2: u64, n: u64) -> u64 {
    let t3 = make(t1, 3);
    let t4 = make(t2, 4);
    let t5 = make(t3 ^ t4, 5);
    let _guard = Guard(t5);
    let mut sum = 0u64;
    for i in 0..n {
        let t6 = make(i, 6);
        let t7 = make(t6, 7);
        if t7 & 64 == 0 {
            let t8 = (t7 & !31) | 8;
            sum = sum.wrapping_add(use1(t8) ^ t8);
            let t9 = may_panic(t8) | 9;
            sum ^= t9.rotate_left(3);
            sum = sum.wrapping_add(use1(t9 ^ t6));
        } else {
            let t10 = make(t6 ^ t7, 10);
            let t11 = (t10.wrapping_mul(t7) & !31) | 11;
            sum ^= use1(t11) + (t10 & 0xffff);
            sum = sum.wrapping_add(inl(t11 - 11 + 12, t10 - 10 + 13));
        }
        let t14 = make(sum, 14);
        let t15;
        if t14 & 128 == 0 {
            t15 = (t14 & !31) | 15;
            use1(t15);
        } else {
            use1(t14);
        }
        let t16 = (t1 & !31 ^ t2 & !31 ^ t3 & !31 ^ t4 & !31) | 16;
        sum = sum.wrapping_add(t16 ^ use1(t16));
    }
    let t17 = (sum & !31) | 17;
    use1(t17);
    t1 ^ t2 ^ t3 ^ t4 ^ t5 ^ t17
}
#[inline]
fn inl(t12: u64, t13: u64) -> u64 {
    let t18 = (t12 ^ t13) & !31 | 18;
    use1(t18);
    t12.wrapping_mul(t13) ^ t18
}
#[inline(never)]
fn pressure(t1: u64, t2: u64, t3: u64, t4: u64, t5: u64, t6: u64, t7: u64) -> u64 {
    let t8 = make(t7, 8);
    let t9 = make(t6, 9);
    let t10 = make(t5, 10);
    let t11 = make(t4, 11);
    let t12 = make(t3, 12);
    let t13 = make(t2, 13);
    let t14 = make(t1, 14);
    let t15 = make(t8, 15);
    let t16 = make(t9, 16);
    let t17 = make(t10, 17);
    let (t18, t19) = pair(t17);
    use1(t8 ^ t9 ^ t10 ^ t11);
    t1 ^ t2.rotate_left(1)
        ^ t3.rotate_left(2)
        ^ t4
        ^ t5
        ^ t6
        ^ t7
        ^ t8
        ^ t9
        ^ t10
        ^ t11
        ^ t12
        ^ t13
        ^ t14
        ^ t15
        ^ t16
        ^ t17
        ^ t18.rotate_left(3)
        ^ use1(t19)
        ^ t18
}
#[inline(never)]
fn pair(s: u64) -> (u64, u64) {
    ((s & !31) | 18, (s.wrapping_mul(7) & !31) | 19)
}
fn main() {
    let a = black_box(3u64);
    black_box(heavy(make(a, 1), make(a + 1, 2), black_box(4)));
    black_box(pressure(make(1, 1), make(2, 2), make(3, 3), make(4, 4), make(5, 5), make(6, 6), make(7, 7)));
}
