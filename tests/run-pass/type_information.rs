//! `Any`, `TypeId`, `type_name`, size and alignment queries, downcasts, and dispatch on types.

use std::any::{Any, TypeId, type_name, type_name_of_val};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::mem::{align_of_val, needs_drop, offset_of, size_of_val};
use std::rc::Rc;
use std::sync::Arc;

mod inner {
    #[derive(Debug, PartialEq, Clone)]
    pub struct Named<T>(pub T);
    pub enum Empty {}
}
use inner::{Empty, Named};

fn describe(value: &dyn Any) -> String {
    if let Some(number) = value.downcast_ref::<i32>() {
        return format!("i32 {number}");
    }
    if let Some(text) = value.downcast_ref::<String>() {
        return format!("String {text:?}");
    }
    if let Some(Named(inner)) = value.downcast_ref::<Named<u8>>() {
        return format!("Named<u8> {inner}");
    }
    match value.downcast_ref::<Box<dyn Any>>() {
        Some(boxed) => format!("boxed {}", describe(&**boxed)),
        None => "unknown".to_string(),
    }
}

/// A map that holds at most one value of each type.
#[derive(Default)]
struct TypeMap(HashMap<TypeId, Box<dyn Any>>);

impl TypeMap {
    fn insert<T: 'static>(&mut self, value: T) -> Option<T> {
        let old = self.0.insert(TypeId::of::<T>(), Box::new(value))?;
        old.downcast().ok().map(|old| *old)
    }

    fn get_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.0.get_mut(&TypeId::of::<T>())?.downcast_mut()
    }
}

fn name_of<T: ?Sized>(_: &T) -> &'static str {
    type_name::<T>().rsplit("::").next().unwrap_or_default()
}

#[repr(C)]
struct Layout {
    a: u8,
    b: u32,
    c: (u8, u64),
    d: [u16; 3],
}

trait Describe {
    const KIND: &'static str;
    fn kind(&self) -> &'static str {
        Self::KIND
    }
}
impl<T: Copy> Describe for &[T] {
    const KIND: &'static str = "slice";
}
impl<A, B> Describe for (A, B) {
    const KIND: &'static str = if size_of::<A>() > size_of::<B>() { "first is larger" } else { "second" };
}

fn main() {
    let boxed: Box<dyn Any> = Box::new(7_i32);
    let values: [&dyn Any; 6] = [&5_i32, &String::from("s"), &Named(9_u8), &Named(9_i8), &boxed, &"str"];
    println!("{:?}", values.map(describe));
    println!("{}", values[0].is::<u32>());
    println!("{:?}", boxed.downcast::<i32>().ok());
    let shared: Rc<dyn Any> = Rc::new([1_u8; 3]);
    println!("{:?} {}", Rc::clone(&shared).downcast::<[u8; 3]>().ok(), shared.downcast::<Vec<u8>>().is_err());
    let sendable: Arc<dyn Any + Send + Sync> = Arc::new("text");
    println!("{:?}", sendable.downcast::<&str>().ok());

    let mut map = TypeMap::default();
    println!("{:?} {:?} {:?}", map.insert(1_u8), map.insert(2_u8), map.insert("x"));
    *map.get_mut::<u8>().unwrap() += 40;
    println!("{:?} {:?}", map.get_mut::<u8>().copied(), map.get_mut::<&str>().map(|s| s.len()));
    println!("{:?}", map.get_mut::<i64>());

    println!("{} {} {}", type_name::<u128>(), type_name::<Option<&[char]>>(), type_name::<fn(u8) -> bool>());
    println!("{} {}", name_of(&Named(1_u8)), type_name_of_val(&1.5_f32));
    println!("{} {}", type_name::<dyn Debug>(), type_name::<(i8, [(); 2], &mut str)>());
    println!("{}", TypeId::of::<Named<u8>>() == TypeId::of::<inner::Named<u8>>());
    println!("{}", TypeId::of::<&'static u8>() == TypeId::of::<&'static mut u8>());

    println!("{} {} {}", offset_of!(Layout, b), offset_of!(Layout, c), offset_of!(Layout, d));
    let layout = Layout { a: 1, b: 2, c: (3, 4), d: [5; 3] };
    println!(
        "{} {}",
        size_of_val(&layout),
        layout.a as u64 + layout.b as u64 + layout.c.1 + layout.d[2] as u64 + layout.c.0 as u64
    );
    println!("{} {} {}", needs_drop::<String>(), needs_drop::<&String>(), needs_drop::<[Empty; 3]>());
    println!("{} {} {}", size_of_val("four"), size_of_val(&[1_u32, 2][..]), align_of_val(&[0_u64; 0]));
    println!("{} {} {}", (&[1_u8][..]).kind(), (1_u64, 1_u8).kind(), ((), [0_u8; 4]).kind());
    println!("{} {}", size_of::<BTreeMap<u8, u8>>(), size_of::<Box<dyn Fn()>>());
}
