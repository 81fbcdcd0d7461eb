//! The vectors that the files beside this folder pass to intrinsics.

#![allow(dead_code, reason = "each file uses some of the types")]

#[repr(simd)]
pub struct Simd<T, const LANES: usize>(pub [T; LANES]);

impl<T: Copy, const LANES: usize> Copy for Simd<T, LANES> {}

impl<T: Copy, const LANES: usize> Clone for Simd<T, LANES> {
    fn clone(&self) -> Self {
        *self
    }
}

pub type I32x4 = Simd<i32, 4>;
pub type I32x8 = Simd<i32, 8>;
pub type U8x16 = Simd<u8, 16>;
pub type U32x4 = Simd<u32, 4>;
pub type I64x2 = Simd<i64, 2>;
pub type Usizex4 = Simd<usize, 4>;
pub type F32x4 = Simd<f32, 4>;
pub type F64x2 = Simd<f64, 2>;
pub type Pointers = Simd<*mut i32, 4>;
pub type ConstPointers = Simd<*const i32, 4>;
