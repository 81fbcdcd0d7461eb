//! Raw pointers: offsets, unaligned and volatile access, overlapping copies, swaps, casts, slices.

use std::mem::{MaybeUninit, size_of_val};
use std::ptr::{self, NonNull};

#[repr(C)]
struct Node {
    value: i32,
    next: *mut Node,
}

fn linked_list() {
    let mut head: *mut Node = ptr::null_mut();
    for value in 0..6 {
        head = Box::into_raw(Box::new(Node { value: value * value, next: head }));
    }
    // SAFETY: the nodes come from `Box`, are reached once each, and freed once each.
    unsafe {
        let mut reversed: *mut Node = ptr::null_mut();
        while !head.is_null() {
            let next = (*head).next;
            (*head).next = reversed;
            reversed = head;
            head = next;
        }
        while let Some(node) = reversed.as_mut() {
            print!("{} ", node.value);
            reversed = node.next;
            drop(Box::from_raw(node));
        }
    }
    println!();
}

fn copies() {
    let mut bytes: Vec<u8> = (0..32).collect();
    let start = bytes.as_mut_ptr();
    // SAFETY: all offsets are within the 32 bytes.
    unsafe {
        ptr::copy(start, start.add(3), 10);
        ptr::copy(start.add(20), start.add(17), 8);
        ptr::copy_nonoverlapping(start, start.add(28), 4);
        ptr::swap(start, start.add(31));
        ptr::swap_nonoverlapping(start.add(1), start.add(14), 5);
        ptr::write_bytes(start.add(6), 0xee, 3);
        start.add(9).cast::<u32>().write_unaligned(0x0102_0304);
        println!("{bytes:?}");
        println!("{:#x}", start.add(7).cast::<u64>().read_unaligned());
        println!("{:#x}", start.add(1).cast::<u128>().read_unaligned());
        println!("{}", ptr::replace(start.add(2), 99));
        start.write_volatile(start.add(1).read_volatile().wrapping_mul(5));
        start.add(4).cast::<[u8; 3]>().write_volatile([1, 2, 3]);
    }
    println!("{bytes:?}");
}

fn offsets() {
    let values = [10_u64, 20, 30, 40, 50];
    let first = values.as_ptr();
    let last = &raw const values[4];
    // SAFETY: both pointers are into `values`.
    unsafe {
        println!("{} {}", last.offset_from(first), first.offset_from(last));
        println!("{} {}", last.byte_offset_from(first), last.offset_from_unsigned(first));
        println!("{} {} {}", *last.sub(2), *first.offset(3), *last.wrapping_offset(-4));
        println!("{}", *first.byte_add(8));
        let slice = std::slice::from_raw_parts(first.add(1), 3);
        println!("{slice:?} {}", size_of_val(slice));
    }
    println!("{} {:?}", first < last, first.cmp(&last));
    println!("{} {}", first.is_null(), ptr::eq(first, &values[0]));
    let wide: *const [u64] = &values[1..];
    let dynamic: *const dyn std::fmt::Debug = &values;
    println!("{} {}", wide.len(), ptr::addr_eq(dynamic, first));
    // SAFETY: the pointers come from live references.
    println!("{:?} {:?}", unsafe { &*dynamic }, unsafe { &(&*wide)[..2] });
}

fn main() {
    linked_list();
    copies();
    offsets();

    let mut array: [MaybeUninit<String>; 4] = [const { MaybeUninit::uninit() }; 4];
    for (i, slot) in array.iter_mut().enumerate() {
        slot.write("x".repeat(i));
    }
    // SAFETY: all four are initialised.
    let array: [String; 4] = unsafe { std::mem::transmute(array) };
    println!("{array:?}");

    let mut value = 5_i16;
    let mut pointer = NonNull::from(&mut value);
    // SAFETY: the pointer is to a live local.
    unsafe {
        *pointer.as_mut() *= -3;
        println!("{} {}", *pointer.as_ref(), pointer.cast::<u16>().read());
    }
    println!("{} {}", NonNull::<u64>::dangling().addr(), size_of::<Option<NonNull<u8>>>());
    let address = (&raw const value).expose_provenance();
    // SAFETY: the address was exposed just before.
    println!("{}", unsafe { *ptr::with_exposed_provenance::<i16>(address) });
    let function: fn(i32) -> i32 = |x| x + 1;
    let raw = function as *const ();
    // SAFETY: it is the pointer to that very function.
    println!("{}", unsafe { std::mem::transmute::<*const (), fn(i32) -> i32>(raw) }(41));
}
