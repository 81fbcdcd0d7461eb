//! TCP over the loopback: a small line protocol between a server thread and several clients; UDP.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

type Store = Arc<Mutex<BTreeMap<String, i64>>>;

fn serve(stream: TcpStream, store: &Store) -> io::Result<usize> {
    let mut writer = stream.try_clone()?;
    let mut served = 0;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let words: Vec<_> = line.split(' ').collect();
        let mut store = store.lock().unwrap();
        let answer = match words[..] {
            ["add", key, amount] => match amount.parse::<i64>() {
                Ok(amount) => {
                    *store.entry(key.to_string()).or_default() += amount;
                    "ok".to_string()
                }
                Err(error) => format!("error {error}"),
            },
            ["get", key] => store.get(key).map_or("none".into(), i64::to_string),
            _ => format!("what is {line:?}?"),
        };
        writeln!(writer, "{answer}")?;
        served += 1;
    }
    Ok(served)
}

fn client(address: SocketAddr, lines: &[&str]) -> io::Result<Vec<String>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    for line in lines {
        writeln!(stream, "{line}")?;
    }
    stream.shutdown(Shutdown::Write)?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    println!("{} {}", address.ip(), address.port() != 0);
    let store = Store::default();
    let server = thread::spawn({
        let store = Arc::clone(&store);
        move || -> io::Result<usize> {
            let workers: Vec<_> = listener
                .incoming()
                .take(4)
                .map(|stream| {
                    let store = Arc::clone(&store);
                    thread::spawn(move || serve(stream?, &store))
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).sum()
        }
    });
    let adders: Vec<_> = (0..3)
        .map(|_| thread::spawn(move || client(address, &["add x 5", "add y -2", "add z zz"])))
        .collect();
    for adder in adders {
        println!("{:?}", adder.join().unwrap()?);
    }
    println!("{:?}", client(address, &["get x", "get y", "get z", "nonsense"])?);
    println!("{} {:?}", server.join().unwrap()?, store.lock().unwrap());
    println!("{:?}", TcpStream::connect(address).map(|_| ()).map_err(|error| error.kind()));

    let (a, b) = (UdpSocket::bind("127.0.0.1:0")?, UdpSocket::bind("127.0.0.1:0")?);
    a.send_to(b"datagram", b.local_addr()?)?;
    let mut buffer = [0; 32];
    let (length, from) = b.recv_from(&mut buffer)?;
    println!("{:?} {}", str::from_utf8(&buffer[..length]), from == a.local_addr()?);

    println!("{:?} {:?}", "10.1.2.3".parse::<Ipv4Addr>(), "10.1.2.300".parse::<IpAddr>().is_err());
    let v6: Ipv6Addr = "fe80::1:2".parse().unwrap();
    println!("{v6} {:?} {}", v6.segments(), u128::from(v6));
    println!("{}", SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 80));
    Ok(())
}
