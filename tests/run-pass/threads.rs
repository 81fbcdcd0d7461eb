//! Threads: spawn and join, scoped threads, channels, mutexes, condition variables, barriers.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Barrier, Condvar, Mutex, RwLock};
use std::thread;
use std::time::Duration;

fn scoped_sum(values: &[u64], parts: usize) -> u64 {
    let mut results = vec![0; parts];
    thread::scope(|scope| {
        for (chunk, result) in values.chunks(values.len().div_ceil(parts)).zip(&mut results) {
            scope.spawn(move || *result = chunk.iter().sum());
        }
    });
    results.iter().sum()
}

fn channels() {
    let (sender, receiver) = mpsc::channel();
    let workers: Vec<_> = (0..4)
        .map(|id| {
            let sender = sender.clone();
            thread::spawn(move || {
                for i in 0..5 {
                    sender.send((id, i, format!("{id}-{i}"))).unwrap();
                }
                id * 10
            })
        })
        .collect();
    drop(sender);
    let mut all: Vec<_> = receiver.iter().collect();
    all.sort();
    println!("{} {:?} {:?}", all.len(), all[0], all[19]);
    println!("{:?}", workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>());

    let (sender, receiver) = mpsc::sync_channel::<u8>(1);
    println!("{:?}", receiver.try_recv() == Err(TryRecvError::Empty));
    println!("{:?}", receiver.recv_timeout(Duration::from_millis(1)) == Err(RecvTimeoutError::Timeout));
    sender.send(1).unwrap();
    println!("{:?}", sender.try_send(2));
    println!("{:?}", receiver.recv());
    drop(receiver);
    println!("{:?}", sender.send(3).is_err());
}

/// Two threads take turns, so that the order of their lines is fixed.
fn ping_pong() {
    let state = Arc::new((Mutex::new((0_u32, Vec::new())), Condvar::new()));
    let player = |name: &'static str, parity: u32| {
        let state = Arc::clone(&state);
        thread::spawn(move || {
            let (lock, changed) = &*state;
            for _ in 0..3 {
                let mut guard = changed.wait_while(lock.lock().unwrap(), |s| s.0 % 2 != parity).unwrap();
                guard.0 += 1;
                let line = format!("{name}{}", guard.0);
                guard.1.push(line);
                changed.notify_all();
            }
        })
    };
    let players = [player("ping", 0), player("pong", 1)];
    for player in players {
        player.join().unwrap();
    }
    println!("{:?} {}", state.0.lock().unwrap().1, Arc::strong_count(&state));
}

fn shared_map() {
    let map = RwLock::new(BTreeMap::new());
    let barrier = Barrier::new(3);
    let leaders = Mutex::new(0);
    thread::scope(|scope| {
        for id in 0..3 {
            let (map, barrier, leaders) = (&map, &barrier, &leaders);
            scope.spawn(move || {
                map.write().unwrap().insert(id, id * id);
                if barrier.wait().is_leader() {
                    *leaders.lock().unwrap() += 1;
                }
                assert_eq!(map.read().unwrap().len(), 3);
                barrier.wait();
                *map.write().unwrap().get_mut(&id).unwrap() += 100;
            });
        }
    });
    println!("{:?} {}", map.into_inner().unwrap(), leaders.into_inner().unwrap());
}

fn main() {
    let values: Vec<u64> = (1..=10_000).collect();
    println!("{} {}", scoped_sum(&values, 1), scoped_sum(&values, 3));
    channels();
    ping_pong();
    shared_map();
    let named = thread::Builder::new().name("worker-7".into()).stack_size(256 << 10);
    let handle = named.spawn(|| thread::current().name().map(str::to_owned)).unwrap();
    println!("{:?}", handle.thread().name());
    println!("{:?}", handle.join().unwrap());
    println!("{:?}", thread::current().name());
    let parked = thread::spawn(|| {
        thread::park();
        "unparked"
    });
    parked.thread().unpark();
    println!("{}", parked.join().unwrap());
    let mutex = Arc::new(Mutex::new(5));
    println!("{:?} {:?}", mutex.try_lock().map(|g| *g).ok(), Arc::try_unwrap(mutex).unwrap().into_inner());
    let result = thread::scope(|scope| scope.spawn(|| values.len()).join());
    println!("{:?}", result.ok());
}
