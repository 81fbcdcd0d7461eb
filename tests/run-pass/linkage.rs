//! Linkage kinds of functions and statics, defined and foreign, and statics that are kept for their section.
#![feature(linkage, used_with_arg)]
#![allow(internal_features)]

#[unsafe(no_mangle)]
#[linkage = "weak"]
pub static WEAK: u32 = 5;
#[unsafe(no_mangle)]
#[linkage = "common"]
pub static mut COMMON: u32 = 0;
#[used(linker)]
#[unsafe(link_section = "mine")]
static KEPT_BY_LINKER: u32 = 77;
#[used(compiler)]
#[unsafe(link_section = "mine")]
static KEPT_BY_COMPILER: u32 = 78;

macro_rules! functions {
    ($($name:ident $linkage:literal)*) => {
        $(
            #[unsafe(no_mangle)]
            #[linkage = $linkage]
            pub fn $name() -> &'static str {
                stringify!($name)
            }
        )*

        fn names() -> Vec<&'static str> {
            vec![$($name()),*]
        }
    };
}

functions! {
    weak_function "weak"
    weak_odr_function "weak_odr"
    linkonce_function "linkonce"
    linkonce_odr_function "linkonce_odr"
    internal_function "internal"
    external_function "external"
}

unsafe extern "C" {
    #[linkage = "extern_weak"]
    static missing_symbol: *const u32;
    #[linkage = "extern_weak"]
    static malloc: Option<unsafe extern "C" fn(usize) -> *mut u8>;
    static __start_mine: u32;
    static __stop_mine: u32;
}

fn main() {
    println!("{WEAK} {:?}", names());
    unsafe {
        COMMON += 3;
        println!("{} {} {}", *&raw const COMMON, missing_symbol.is_null(), malloc.is_some());
        let first = &raw const __start_mine;
        let count = (&raw const __stop_mine).offset_from(first) as usize;
        let mut numbers: Vec<u32> = (0..count).map(|index| *first.add(index)).collect();
        numbers.sort();
        println!("{numbers:?}");
    }
}
