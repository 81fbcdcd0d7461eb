//! Durations, instants and their arithmetic (no clock is printed), and hashing with fixed keys.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[derive(Default)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

#[derive(Hash, PartialEq, Eq, Debug, Clone)]
enum Key {
    Unit,
    Pair(i8, Option<char>),
    Text { text: String, parts: Vec<u16> },
}

fn both(value: &(impl Hash + ?Sized)) -> (u64, u64) {
    let (mut first, mut second) = (DefaultHasher::new(), Fnv::default());
    value.hash(&mut first);
    value.hash(&mut second);
    (first.finish(), second.finish())
}

fn durations() {
    let a = Duration::new(3, 750_000_000);
    let b = Duration::from_millis(1_250);
    println!("{:?} {:?} {:?} {:?}", a + b, a - b, a * 3, a / 7);
    println!("{:?} {:?}", b.checked_sub(a), a.saturating_sub(b));
    println!("{} {} {} {}", a.as_millis(), a.subsec_micros(), a.as_secs_f64(), b.as_nanos());
    println!("{:?} {:?}", Duration::from_secs_f64(0.1 + 0.2), a.mul_f32(1.5));
    println!("{:?} {:?}", Duration::from_nanos(1_500), Duration::from_micros(999_999));
    println!("{:?} {:?}", Duration::MAX, Duration::try_from_secs_f64(-1.0).map_err(|e| e.to_string()));
    println!("[{:>10.1?}] [{:<8?}] [{:.3?}]", a, b, Duration::from_nanos(123_456_789));
    println!("{:?} {:?}", [a, b].iter().sum::<Duration>(), a.cmp(&b));
    println!("{:?} {}", a.div_duration_f64(b), a.abs_diff(b).as_secs());
}

fn main() {
    durations();
    let start = Instant::now();
    thread::sleep(Duration::from_millis(5));
    let elapsed = start.elapsed();
    println!("{} {}", elapsed >= Duration::from_millis(5), elapsed < Duration::from_secs(60));
    println!(
        "{:?} {}",
        start.checked_duration_since(start + elapsed),
        (start + elapsed).duration_since(start) == elapsed
    );
    let day = UNIX_EPOCH + Duration::from_secs(86_400);
    println!("{:?} {}", day.duration_since(UNIX_EPOCH), UNIX_EPOCH.duration_since(day).is_err());
    println!("{}", SystemTime::now() > day);

    let keys = [
        Key::Unit,
        Key::Pair(-1, None),
        Key::Pair(-1, Some('ß')),
        Key::Text { text: "text".into(), parts: vec![1, 2, 300] },
    ];
    for key in &keys {
        println!("{:x?} {key:?}", both(key));
    }
    println!("{:x?} {:x?}", both(&"text"), both(&("text", 'x', [1_u8, 2, 3], true, ())));
    println!("{:x?} {:x?}", both(&u128::MAX), both(&-5_i16));
    println!("{:x?}", both(&[Some(1_u32), None, Some(3)][..]));

    let mut map: HashMap<Key, usize, BuildHasherDefault<Fnv>> = HashMap::default();
    for (i, key) in keys.iter().cycle().take(10).enumerate() {
        *map.entry(key.clone()).or_insert(100) += i;
    }
    let mut values: Vec<_> = map.values().copied().collect();
    values.sort();
    println!("{values:?} {:?} {:x}", map.get(&Key::Pair(-1, None)), map.hasher().hash_one(7_u8));
    let set: HashSet<u64> = (0..10_000_u64).map(|i| both(&i).0 % 1_000_003).collect();
    println!("{}", set.len());
}
