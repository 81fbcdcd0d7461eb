//! Shuffles of vectors that are instructions of every x86_64 processor.

/// Returns whether Cranelift has instructions of SSE2 for a shuffle of bytes (`isa/x64/lower.isle`, "Rules
/// for `shuffle`"): groups of four bytes out of one vector (`pshufd`), two of one and two of the other
/// (`shufps`), or lanes of both halves interleaved (`punpck*`). For all others, it would call a function that
/// looks bytes up: the instruction for them came with SSSE3.
pub(super) fn is_baseline_shuffle(bytes: &[u8; 16]) -> bool {
    let (words, rest) = bytes.as_chunks::<4>();
    debug_assert!(rest.is_empty());
    let whole = words.iter().all(|word| {
        word[0] % 4 == 0 && word.iter().enumerate().all(|(index, &byte)| byte == word[0] + index as u8)
    });
    if whole {
        let side = |index: usize| words[index][0] / 16;
        return side(0) == side(1) && side(2) == side(3);
    }
    [1, 2, 4, 8].into_iter().any(|size| is_interleaving(bytes, size))
}

/// Returns whether the lower or upper halves of both vectors are interleaved in lanes of `size` bytes, the
/// left vector's first.
fn is_interleaving(bytes: &[u8; 16], size: u8) -> bool {
    let matches = |start: u8| {
        bytes.iter().enumerate().all(|(position, &byte)| {
            let (lane, rest) = (position as u8 / size, position as u8 % size);
            byte == start + (lane / 2) * size + (lane % 2) * 16 + rest
        })
    };
    matches(0) || matches(8)
}
