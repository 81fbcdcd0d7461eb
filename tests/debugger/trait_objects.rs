//! Trait objects with their vtables, and methods called through them.

trait Animal {
    fn legs(&self) -> u32;
    fn name(&self) -> String {
        String::from("animal")
    }
}

struct Dog {
    age: u8,
}

struct Bird {
    wings: u32,
}

impl Animal for Dog {
    fn legs(&self) -> u32 {
        let extra = u32::from(self.age > 100);
        4 + extra // #dog
    }
}

impl Animal for Bird {
    fn legs(&self) -> u32 {
        self.wings // #bird
    }
}

fn count(animals: &[Box<dyn Animal>]) -> u32 {
    animals.iter().map(|animal| animal.legs()).sum() // #line
}

fn main() {
    let dog = Dog { age: 3 };
    let object: &dyn Animal = &dog;
    let boxed: Box<dyn Animal> = Box::new(Bird { wings: 2 });
    look(); // #here
    //> break #here
    //> run
    //both is: trait_objects::main at #here
    //> print object
    //gdb has: &dyn trait_objects::Animal {pointer: 0x
    //gdb has: vtable: 0x
    //> print boxed
    //gdb has: Box<dyn trait_objects::Animal, alloc::alloc::Global> {pointer: 0x
    //gdb has: vtable: 0x
    //> type object
    //both is: &dyn trait_objects::Animal
    //> type boxed
    //both is: alloc::boxed::Box<dyn trait_objects::Animal, alloc::alloc::Global>
    //> break #dog
    //> continue
    //gdb is: trait_objects::{impl#0}::legs at #dog
    //lldb is: _$LT$trait_objects..Dog$u20$as$u20$trait_objects..Animal$GT$::legs at #dog
    //> print *self
    //gdb is: trait_objects::Dog {age: 3}
    //lldb is: { age = '\x03' }
    //> print extra
    //both is: 0
    //> break #bird
    //> continue
    //gdb is: trait_objects::{impl#1}::legs at #bird
    //lldb is: _$LT$trait_objects..Bird$u20$as$u20$trait_objects..Animal$GT$::legs at #bird
    //gdb> print self.wings
    //gdb is: 2
    //lldb> print self->wings
    //lldb is: 2
    //> finish
    //gdb is: trait_objects::count::{closure#0} at #line returned 2
    //lldb is: trait_objects::count::_$u7b$$u7b$closure$u7d$$u7d$ at #line returned 2
    let legs = object.legs();
    let name = object.name();
    let sum = count(&[boxed]);
    let _ = (legs, name, sum);
}

fn look() {}
