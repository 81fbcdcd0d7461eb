//! Undoes free choices of compilers: the order of factors, which operand of a fused multiplication or
//! permutation is overwritten, whether a mask is part of a comparison or applied later, and which of two
//! values a conditional move moves.

/// Makes equivalent instructions equal, and returns the name.
pub fn normalise(name: &str, inputs: &mut [String]) -> String {
    for (order, places) in [("132", [0, 2, 1]), ("213", [1, 0, 2]), ("231", [1, 2, 0])] {
        if name.starts_with("fm") && name.contains(order) && inputs.len() >= 3 {
            let mut sorted: Vec<String> = places.iter().map(|place| inputs[*place].clone()).collect();
            sorted[..2].sort();
            inputs[..3].clone_from_slice(&sorted);
            return name.replace(order, "");
        }
    }
    if let Some(rest) = name.strip_prefix("permi2") {
        inputs.swap(0, 1);
        return format!("permt2{rest}");
    }
    // The same choice between two values, with the condition negated.
    for (negated, plain) in [("cmovae", "cmovb"), ("cmovne", "cmove")] {
        if name == negated && inputs.len() >= 2 {
            inputs.swap(0, 1);
            return plain.to_owned();
        }
    }
    if name.starts_with("pternlog") {
        sort_ternary(inputs);
    }
    let commutes = ["addp", "mulp", "pmaddwd", "pmulhrsw", "psadbw", "gf2p8mulb"];
    if (commutes.iter().any(|prefix| name.starts_with(prefix)) || name == "or") && inputs.len() >= 2 {
        inputs[..2].sort();
    }
    // Bitwise operations are the same for all element types.
    match name {
        "permd" => "permps".to_owned(),
        "permq" => "permpd".to_owned(),
        _ => name.to_owned(),
    }
}

/// Sorts the three sources of `vpternlog`, and the bits of its truth table with them.
fn sort_ternary(inputs: &mut [String]) {
    let [first, second, third, table] = inputs else { return };
    let Ok(bits) = u8::from_str_radix(table, 16) else { return };
    let mut sources = [(first.clone(), 2), (second.clone(), 1), (third.clone(), 0)];
    sources.sort();
    let mut sorted = 0;
    for index in 0..8 {
        // The bit `2 - place` of the new index is the value of the source that is now at `place`.
        let old: u8 =
            sources.iter().enumerate().map(|(place, (_, shift))| (index >> (2 - place) & 1) << shift).sum();
        sorted |= (bits >> old & 1) << index;
    }
    for (input, (source, _)) in inputs.iter_mut().zip(sources) {
        *input = source;
    }
    inputs[3] = format!("{sorted:02x}");
}

/// Makes whole operations equal, when all their inputs are known: `and` of a mask with a comparison is a
/// comparison under that mask, and a test for zero does not depend on the order.
pub fn normalise_operation(name: &str, inputs: &[String]) -> Option<String> {
    if name == "and" && ["cmp", "fpclass", "pshufbitqmb"].iter().any(|prefix| inputs[0].starts_with(prefix)) {
        let (comparison, _) = inputs[0].rsplit_once(")[")?;
        return Some(format!("{comparison}, mask={})", inputs[1]));
    }
    let flags = inputs.last()?.strip_prefix("flags=testp")?;
    if name != "sete" {
        return None;
    }
    let (kind, operands) = flags.split_once('(')?;
    let (operands, _) = operands.rsplit_once(")[")?;
    let mut operands: Vec<&str> = operands.split(", ").collect();
    operands.sort_unstable();
    Some(format!("sete(flags=testp{kind}({}))", operands.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_tables_follow_their_sources() {
        let sorted = |inputs: [&str; 4]| {
            let mut inputs = inputs.map(str::to_owned);
            sort_ternary(&mut inputs);
            inputs.join(" ")
        };
        // `a ? b : c` in two orders, and another function.
        assert_eq!(sorted(["a", "b", "c", "ca"]), "a b c ca");
        assert_eq!(sorted(["b", "a", "c", "e2"]), "a b c ca");
        assert_ne!(sorted(["b", "a", "c", "ca"]), "a b c ca");
    }
}
