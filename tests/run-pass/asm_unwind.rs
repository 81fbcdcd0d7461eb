//! Assembly that may unwind: what it calls panics, and values that live across it are dropped.
#![feature(asm_unwind)]

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::asm;
    use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

    extern "C-unwind" fn look(number: u64) -> u64 {
        if number > 2 {
            panic!("{number} is too much");
        }
        number * 10
    }

    struct Named(&'static str);

    impl Drop for Named {
        fn drop(&mut self) {
            println!("{} is dropped", self.0);
        }
    }

    fn call(number: u64) -> u64 {
        let _kept = Named("what lives across the assembly");
        let result: u64;
        unsafe {
            asm!("call {}", sym look, in("rdi") number, lateout("rax") result, clobber_abi("C"), options(may_unwind));
        }
        println!("it has returned {result}");
        result
    }

    pub fn main() {
        set_hook(Box::new(|_| {}));
        let mut sum = 0;
        for number in 1..5 {
            let outcome = catch_unwind(AssertUnwindSafe(|| sum += call(number)));
            match outcome {
                Ok(()) => println!("{number}: {sum}"),
                Err(payload) => println!("{number}: {}", payload.downcast_ref::<String>().unwrap()),
            }
        }
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    x86::main();
}
