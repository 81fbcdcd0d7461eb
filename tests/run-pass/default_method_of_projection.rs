//! A default method, instantiated with what the implementation's header says: a projection.
// flags: -Cdebuginfo=2

trait Ranged {
    type Value;
}

trait Format<V> {
    fn format(_: &V) -> &'static str {
        std::any::type_name::<V>()
    }

    fn format_here(&self, value: &V) -> &'static str {
        Self::format(value)
    }
}

struct Numbers;

impl Ranged for Numbers {
    type Value = f64;
}

impl<T: Ranged> Format<T::Value> for T {}

fn main() {
    println!("{} {}", Numbers::format(&1.0), Numbers.format_here(&2.0));
}
