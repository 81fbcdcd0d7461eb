//! Threads: a breakpoint in one, the frames and locals of another.

use std::sync::mpsc;
use std::thread;

fn main() {
    let (sender, receiver) = mpsc::channel();
    let (back, waits) = mpsc::channel::<()>();
    let started = 17u32;
    let worker = thread::Builder::new()
        .name("worker".to_owned())
        .spawn(move || work(started, &sender, &waits)) // #spawn
        .expect("a thread");
    let answer = wait(&back, &receiver); // #main
    let _ = worker.join();
    let _ = answer;
    //> break #work
    //> run
    //both is: threads::work at #work
    //> threads
    //both is: 1 program 2 worker
    //> print input
    //both is: 17
    //> print doubled
    //both is: 34
    //> backtrace
    //both has: #0 threads::work at #work #1 threads::main::
    //both has: at #spawn
    //> thread program
    //both lacks: error
    //> backtrace
    //both has: threads::wait at
    //both has: threads::main at #main
    //> thread worker
    //both is: threads::work at #work
    //> print doubled
    //both is: 34
    //> delete
    //> break #got
    //> continue
    //both is: threads::wait at #got
    //> print got
    //both is: 34
}

fn work(input: u32, sender: &mpsc::Sender<u32>, waits: &mpsc::Receiver<()>) {
    let doubled = input * 2;
    waits.recv().expect("a sender");
    sender.send(doubled).expect("a receiver"); // #work
}

fn wait(back: &mpsc::Sender<()>, receiver: &mpsc::Receiver<u32>) -> u32 {
    back.send(()).expect("a receiver");
    let got = receiver.recv().expect("a sender");
    got + 1 // #got
}
