//! Intrinsics on scalar types that do not support them.

#![feature(core_intrinsics)]
#![allow(internal_features, unused_unsafe)]

use std::intrinsics::*;

#[derive(Clone, Copy)]
pub struct Wrapper(pub u32);

pub unsafe fn case_1(a: f32) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_2(a: Wrapper) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_3(a: *const u8) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_4(a: char) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_5(a: bool) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_6(a: (u8, u8)) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_7(a: [u8; 4]) -> u32 {
    unsafe { ctpop(a) }
}

pub unsafe fn case_8(a: f32) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_9(a: Wrapper) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_10(a: *const u8) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_11(a: char) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_12(a: bool) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_13(a: (u8, u8)) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_14(a: [u8; 4]) -> u32 {
    unsafe { ctlz(a) }
}

pub unsafe fn case_15(a: f32) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_16(a: Wrapper) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_17(a: *const u8) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_18(a: char) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_19(a: bool) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_20(a: (u8, u8)) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_21(a: [u8; 4]) -> u32 {
    unsafe { cttz(a) }
}

pub unsafe fn case_22(a: f64) -> u32 {
    unsafe { ctlz_nonzero(a) }
}

pub unsafe fn case_23(a: bool) -> u32 {
    unsafe { ctlz_nonzero(a) }
}

pub unsafe fn case_24(a: &'static u32) -> u32 {
    unsafe { ctlz_nonzero(a) }
}

pub unsafe fn case_25(a: f64) -> u32 {
    unsafe { cttz_nonzero(a) }
}

pub unsafe fn case_26(a: bool) -> u32 {
    unsafe { cttz_nonzero(a) }
}

pub unsafe fn case_27(a: &'static u32) -> u32 {
    unsafe { cttz_nonzero(a) }
}

pub unsafe fn case_28(a: f64) -> f64 {
    unsafe { bswap(a) }
}

pub unsafe fn case_29(a: bool) -> bool {
    unsafe { bswap(a) }
}

pub unsafe fn case_30(a: Wrapper) -> Wrapper {
    unsafe { bswap(a) }
}

pub unsafe fn case_31(a: char) -> char {
    unsafe { bswap(a) }
}

pub unsafe fn case_32(a: [u8; 2]) -> [u8; 2] {
    unsafe { bswap(a) }
}

pub unsafe fn case_33(a: f64) -> f64 {
    unsafe { bitreverse(a) }
}

pub unsafe fn case_34(a: bool) -> bool {
    unsafe { bitreverse(a) }
}

pub unsafe fn case_35(a: Wrapper) -> Wrapper {
    unsafe { bitreverse(a) }
}

pub unsafe fn case_36(a: char) -> char {
    unsafe { bitreverse(a) }
}

pub unsafe fn case_37(a: [u8; 2]) -> [u8; 2] {
    unsafe { bitreverse(a) }
}

pub unsafe fn case_38(a: f32) -> f32 {
    unsafe { saturating_add(a, a) }
}

pub unsafe fn case_39(a: bool) -> bool {
    unsafe { saturating_add(a, a) }
}

pub unsafe fn case_40(a: Wrapper) -> Wrapper {
    unsafe { saturating_add(a, a) }
}

pub unsafe fn case_41(a: char) -> char {
    unsafe { saturating_add(a, a) }
}

pub unsafe fn case_42(a: *mut u8) -> *mut u8 {
    unsafe { saturating_add(a, a) }
}

pub unsafe fn case_43(a: f32) -> f32 {
    unsafe { saturating_sub(a, a) }
}

pub unsafe fn case_44(a: bool) -> bool {
    unsafe { saturating_sub(a, a) }
}

pub unsafe fn case_45(a: Wrapper) -> Wrapper {
    unsafe { saturating_sub(a, a) }
}

pub unsafe fn case_46(a: char) -> char {
    unsafe { saturating_sub(a, a) }
}

pub unsafe fn case_47(a: *mut u8) -> *mut u8 {
    unsafe { saturating_sub(a, a) }
}

pub unsafe fn case_48(a: f32) -> f32 {
    unsafe { exact_div(a, a) }
}

pub unsafe fn case_49(a: bool) -> bool {
    unsafe { exact_div(a, a) }
}

pub unsafe fn case_50(a: Wrapper) -> Wrapper {
    unsafe { exact_div(a, a) }
}

pub unsafe fn case_51(a: char) -> char {
    unsafe { exact_div(a, a) }
}

pub unsafe fn case_52(a: *mut u8) -> *mut u8 {
    unsafe { exact_div(a, a) }
}

pub unsafe fn case_53(a: f64) -> f32 {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_54(a: f64) -> bool {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_55(a: f64) -> char {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_56(a: f64) -> Wrapper {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_57(a: f64) -> *const u8 {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_58(a: f64) -> () {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_59(a: f64) -> [i32; 1] {
    unsafe { float_to_int_unchecked(a) }
}

pub unsafe fn case_60(p: *mut f32) -> f32 {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_61(p: *mut f32, a: f32) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_62(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_63(p: *mut f32, a: f32) -> (f32, bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_64(p: *mut f32, a: f32) -> (f32, bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_65(p: *mut bool) -> bool {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_66(p: *mut bool, a: bool) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_67(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_68(p: *mut bool, a: bool) -> (bool, bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_69(p: *mut bool, a: bool) -> (bool, bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_70(p: *mut char) -> char {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_71(p: *mut char, a: char) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_72(p: *mut char, a: char) -> char {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_73(p: *mut char, a: char) -> (char, bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_74(p: *mut char, a: char) -> (char, bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_75(p: *mut Wrapper) -> Wrapper {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_76(p: *mut Wrapper, a: Wrapper) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_77(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_78(p: *mut Wrapper, a: Wrapper) -> (Wrapper, bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_79(p: *mut Wrapper, a: Wrapper) -> (Wrapper, bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_80(p: *mut &'static u32) -> &'static u32 {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_81(p: *mut &'static u32, a: &'static u32) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_82(p: *mut &'static u32, a: &'static u32) -> &'static u32 {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_83(p: *mut &'static u32, a: &'static u32) -> (&'static u32, bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_84(p: *mut &'static u32, a: &'static u32) -> (&'static u32, bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_85(p: *mut (u8, u8)) -> (u8, u8) {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_86(p: *mut (u8, u8), a: (u8, u8)) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_87(p: *mut (u8, u8), a: (u8, u8)) -> (u8, u8) {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_88(p: *mut (u8, u8), a: (u8, u8)) -> ((u8, u8), bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_89(p: *mut (u8, u8), a: (u8, u8)) -> ((u8, u8), bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_90(p: *mut [u32; 1]) -> [u32; 1] {
    unsafe { atomic_load::<_, { AtomicOrdering::Relaxed }>(p) }
}

pub unsafe fn case_91(p: *mut [u32; 1], a: [u32; 1]) {
    unsafe { atomic_store::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_92(p: *mut [u32; 1], a: [u32; 1]) -> [u32; 1] {
    unsafe { atomic_xchg::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_93(p: *mut [u32; 1], a: [u32; 1]) -> ([u32; 1], bool) {
    unsafe { atomic_cxchg::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_94(p: *mut [u32; 1], a: [u32; 1]) -> ([u32; 1], bool) {
    unsafe { atomic_cxchgweak::<_, { AtomicOrdering::Relaxed }, { AtomicOrdering::Relaxed }>(p, a, a) }
}

pub unsafe fn case_95(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_96(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_97(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_98(p: *mut u32, a: u64) -> u32 {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_99(p: *mut i32, a: u32) -> i32 {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_100(p: *mut *mut u8, a: u32) -> *mut u8 {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_101(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_102(p: *mut usize, a: *mut u8) -> usize {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_103(p: *mut &'static u8, a: usize) -> &'static u8 {
    unsafe { atomic_xadd::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_104(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_105(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_106(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_107(p: *mut u32, a: u64) -> u32 {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_108(p: *mut i32, a: u32) -> i32 {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_109(p: *mut *mut u8, a: u32) -> *mut u8 {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_110(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_111(p: *mut usize, a: *mut u8) -> usize {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_112(p: *mut &'static u8, a: usize) -> &'static u8 {
    unsafe { atomic_xsub::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_113(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_114(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_115(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_116(p: *mut u32, a: u64) -> u32 {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_117(p: *mut i32, a: u32) -> i32 {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_118(p: *mut *mut u8, a: u32) -> *mut u8 {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_119(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_120(p: *mut usize, a: *mut u8) -> usize {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_121(p: *mut &'static u8, a: usize) -> &'static u8 {
    unsafe { atomic_and::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_122(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_123(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_124(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_125(p: *mut u32, a: u64) -> u32 {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_126(p: *mut i32, a: u32) -> i32 {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_127(p: *mut *mut u8, a: u32) -> *mut u8 {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_128(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_129(p: *mut usize, a: *mut u8) -> usize {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_130(p: *mut &'static u8, a: usize) -> &'static u8 {
    unsafe { atomic_nand::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_131(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_132(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_133(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_134(p: *mut u32, a: u64) -> u32 {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_135(p: *mut i32, a: u32) -> i32 {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_136(p: *mut *mut u8, a: u32) -> *mut u8 {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_137(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_138(p: *mut usize, a: *mut u8) -> usize {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_139(p: *mut &'static u8, a: usize) -> &'static u8 {
    unsafe { atomic_or::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_140(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_141(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_142(p: *mut Wrapper, a: Wrapper) -> Wrapper {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_143(p: *mut u32, a: u64) -> u32 {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_144(p: *mut i32, a: u32) -> i32 {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_145(p: *mut *mut u8, a: u32) -> *mut u8 {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_146(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_147(p: *mut usize, a: *mut u8) -> usize {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_148(p: *mut &'static u8, a: usize) -> &'static u8 {
    unsafe { atomic_xor::<_, _, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_149(p: *mut u32, a: u32) -> u32 {
    unsafe { atomic_max::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_150(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_max::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_151(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_max::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_152(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_max::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_153(p: *mut u32, a: u32) -> u32 {
    unsafe { atomic_min::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_154(p: *mut f32, a: f32) -> f32 {
    unsafe { atomic_min::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_155(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_min::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_156(p: *mut bool, a: bool) -> bool {
    unsafe { atomic_min::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_157(p: *mut i32, a: i32) -> i32 {
    unsafe { atomic_umax::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_158(p: *mut f64, a: f64) -> f64 {
    unsafe { atomic_umax::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_159(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_umax::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_160(p: *mut char, a: char) -> char {
    unsafe { atomic_umax::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_161(p: *mut i32, a: i32) -> i32 {
    unsafe { atomic_umin::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_162(p: *mut f64, a: f64) -> f64 {
    unsafe { atomic_umin::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_163(p: *mut *mut u8, a: *mut u8) -> *mut u8 {
    unsafe { atomic_umin::<_, { AtomicOrdering::Relaxed }>(p, a) }
}

pub unsafe fn case_164(p: *mut char, a: char) -> char {
    unsafe { atomic_umin::<_, { AtomicOrdering::Relaxed }>(p, a) }
}
