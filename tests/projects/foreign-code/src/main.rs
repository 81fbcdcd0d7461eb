//! Prints what foreign code computes: ring (assembly and C), SQLite (C, which calls back) and stacker (assembly
//! that switches stacks). All of it is the same in each run.

use ring::aead::{AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use ring::{agreement, digest, hmac, pbkdf2};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

fn main() {
    let data: Vec<u8> = (0..10_000_u32).map(|number| (number * number >> 3) as u8).collect();
    digests(&data);
    encryption(&data);
    keys(&data);
    database().expect("SQLite");
    stacks();
}

fn print(name: &str, bytes: &[u8]) {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    println!("{name} {text}");
}

/// Hashes and what is made of them.
fn digests(data: &[u8]) {
    for (name, algorithm) in [
        ("SHA-1", &digest::SHA1_FOR_LEGACY_USE_ONLY),
        ("SHA-256", &digest::SHA256),
        ("SHA-384", &digest::SHA384),
        ("SHA-512", &digest::SHA512),
    ] {
        for length in [0, 3, 64, 111, 1000, data.len()] {
            print(name, digest::digest(algorithm, &data[..length]).as_ref());
        }
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
    let tag = hmac::sign(&key, data);
    print("HMAC", tag.as_ref());
    println!(
        "verified {:?} {:?}",
        hmac::verify(&key, data, tag.as_ref()),
        hmac::verify(&key, b"x", tag.as_ref())
    );
    let mut derived = [0; 40];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, 20.try_into().unwrap(), b"salt", b"password", &mut derived);
    print("PBKDF2", &derived);
}

/// Encrypts, decrypts, and fails to decrypt what was changed.
fn encryption(data: &[u8]) {
    for (name, algorithm) in [("AES-256-GCM", &AES_256_GCM), ("ChaCha20-Poly1305", &CHACHA20_POLY1305)] {
        let key = LessSafeKey::new(UnboundKey::new(algorithm, &data[100..132]).unwrap());
        for length in [0, 1, 15, 16, 17, 255, 1024, 3000] {
            let nonce = || Nonce::assume_unique_for_key([length as u8; 12]);
            let mut text = data[..length].to_vec();
            key.seal_in_place_append_tag(nonce(), Aad::from(b"with"), &mut text).unwrap();
            print(name, digest::digest(&digest::SHA256, &text).as_ref());
            let opened = key.open_in_place(nonce(), Aad::from(b"with"), &mut text.clone()).unwrap().to_vec();
            text[length / 2] ^= 1;
            let changed = key.open_in_place(nonce(), Aad::from(b"with"), &mut text).map(|text| text.len());
            println!("{} {changed:?}", opened == data[..length]);
        }
    }
}

/// Signs, verifies, and agrees on keys. Keys and signatures that are random are not printed.
fn keys(data: &[u8]) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&data[200..232]).unwrap();
    let signed = pair.sign(data);
    print("Ed25519", signed.as_ref());
    let public = UnparsedPublicKey::new(&signature::ED25519, pair.public_key().as_ref());
    println!(
        "verified {:?} {:?}",
        public.verify(data, signed.as_ref()),
        public.verify(b"x", signed.as_ref())
    );
    let random = SystemRandom::new();
    for (signing, verifying) in [
        (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P256_SHA256_FIXED),
        (&signature::ECDSA_P384_SHA384_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_FIXED),
    ] {
        let document = EcdsaKeyPair::generate_pkcs8(signing, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(signing, document.as_ref(), &random).unwrap();
        let signed = pair.sign(&random, data).unwrap();
        let public = UnparsedPublicKey::new(verifying, pair.public_key().as_ref());
        println!(
            "ECDSA {:?} {:?}",
            public.verify(data, signed.as_ref()),
            public.verify(b"x", signed.as_ref())
        );
    }
    for (name, algorithm) in
        [("X25519", &agreement::X25519), ("P-256", &agreement::ECDH_P256), ("P-384", &agreement::ECDH_P384)]
    {
        let own = || agreement::EphemeralPrivateKey::generate(algorithm, &random).unwrap();
        let (one, other) = (own(), own());
        let public = |key: &agreement::EphemeralPrivateKey| {
            agreement::UnparsedPublicKey::new(algorithm, key.compute_public_key().unwrap())
        };
        let (public_one, public_other) = (public(&one), public(&other));
        let secret = |key, public: &_| agreement::agree_ephemeral(key, public, <[u8]>::to_vec).unwrap();
        println!("{name} {}", secret(one, &public_other) == secret(other, &public_one));
    }
}

/// C calls functions of Rust for each row; one of them panics, which comes back as an error.
fn database() -> rusqlite::Result<()> {
    let database = Connection::open_in_memory()?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    database.create_scalar_function("halve", 1, flags, |call| Ok(call.get::<f64>(0)? / 2.0))?;
    database
        .create_scalar_function("fail", 0, flags, |_| -> rusqlite::Result<i64> { panic!("in a callback") })?;
    database
        .execute_batch("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL, data BLOB)")?;
    for id in 0..200_i64 {
        let row =
            (id, format!("item {}", id * 7919 % 200), id as f64 * 1.25, vec![id as u8; id as usize % 9]);
        database.execute("INSERT INTO items VALUES (?1, ?2, ?3, ?4)", row)?;
    }
    let mut statement = database.prepare(
        "SELECT substr(name, 1, 6), count(*), sum(halve(price)), max(price), total(length(data)) FROM items
         WHERE name LIKE '%1%' GROUP BY 1 ORDER BY 3 DESC, 1",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let columns: (String, i64, f64, f64, f64) = row.try_into()?;
        println!("{columns:?}");
    }
    std::panic::set_hook(Box::new(|_| ()));
    println!("{:?}", database.query_row("SELECT fail()", [], |row| row.get::<_, i64>(0)));
    println!("{:?}", database.execute("INSERT INTO items VALUES (1, 2)", []));
    Ok(())
}

/// Recurses on new stacks, and unwinds through the switch.
fn stacks() {
    fn depth(left: u64) -> u64 {
        if left == 0 {
            return 0;
        }
        let frame = std::hint::black_box([left; 512]);
        stacker::maybe_grow(64 << 10, 1 << 20, || depth(left - 1) + frame[left as usize % 512] % 3 + 1)
    }
    println!("{}", depth(5000));
    let caught = std::panic::catch_unwind(|| stacker::grow(1 << 20, || std::panic::panic_any(11)));
    println!("{:?}", caught.map_err(|payload| payload.downcast_ref::<i32>().copied()));
}
