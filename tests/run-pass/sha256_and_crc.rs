//! SHA-256, CRC-32, Adler-32 and SipHash-like mixing by hand: rotations, wrapping sums, tables.

const ROUNDS: [u32; 64] = round_constants();

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
const fn round_constants() -> [u32; 64] {
    let mut constants = [0; 64];
    let (mut i, mut candidate) = (0, 2_u128);
    while i < 64 {
        let mut divisor = 2;
        while divisor * divisor <= candidate && candidate % divisor != 0 {
            divisor += 1;
        }
        if divisor * divisor > candidate {
            constants[i] = cube_root(candidate << 96) as u32;
            i += 1;
        }
        candidate += 1;
    }
    constants
}

const fn cube_root(value: u128) -> u128 {
    let (mut low, mut high) = (0_u128, 1 << 42);
    while low + 1 < high {
        let middle = (low + high) / 2;
        if middle * middle * middle <= value { low = middle } else { high = middle }
    }
    low
}

fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut w = [0_u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes(bytes.try_into().unwrap());
    }
    for i in 16..64 {
        let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
        let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for i in 0..64 {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let t1 = h.wrapping_add(s1).wrapping_add(e & f ^ !e & g).wrapping_add(ROUNDS[i]).wrapping_add(w[i]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

fn sha256(message: &[u8]) -> String {
    let mut state = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - message.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        compress(&mut state, block.try_into().unwrap());
    }
    state.map(|word| format!("{word:08x}")).concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (crc & 1).wrapping_neg() & 0xedb8_8320;
        }
        crc
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    b << 16 | a
}

fn mix(bytes: &[u8]) -> u64 {
    let mut v = [0x736f_6d65, 0x646f_7261, 0x6c79_6765, 0x7465_6462_u64];
    for byte in bytes {
        v[3] ^= u64::from(*byte);
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn main() {
    println!("{:08x} {:08x}", ROUNDS[0], ROUNDS[63]);
    for text in ["", "abc", "The quick brown fox jumps over the lazy dog", &"a".repeat(55), &"b".repeat(56)] {
        let bytes = text.as_bytes();
        println!("{} {}", text.len(), sha256(bytes));
        println!("  {:08x} {:08x} {:016x}", crc32(bytes), adler32(bytes), mix(bytes));
    }
    println!(
        "{}",
        sha256("abc".as_bytes()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    println!("{:x}", crc32(b"123456789"));
    let long: Vec<u8> = (0..20_000_u32).map(|i| (i * i >> 3) as u8).collect();
    println!("{} {:08x} {:08x} {:016x}", sha256(&long), crc32(&long), adler32(&long), mix(&long));
}
