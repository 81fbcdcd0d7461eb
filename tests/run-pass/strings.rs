//! `String` and `str`: UTF-8, searching, splitting, trimming, replacing, parsing, conversion.

use std::borrow::Cow;

fn normalise(text: &str) -> Cow<'_, str> {
    if text.contains('\t') { Cow::Owned(text.replace('\t', "  ")) } else { Cow::Borrowed(text) }
}

fn caesar(text: &str, shift: u8) -> String {
    text.chars()
        .map(|c| match c {
            'a'..='z' => ((c as u8 - b'a' + shift) % 26 + b'a') as char,
            'A'..='Z' => ((c as u8 - b'A' + shift) % 26 + b'A') as char,
            other => other,
        })
        .collect()
}

fn is_palindrome(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    letters().eq(letters().rev())
}

fn main() {
    let text = "Grüße, 世界! 🦀 naïve café";
    println!("{} {} {}", text.len(), text.chars().count(), text.to_uppercase());
    println!("{:?}", text.char_indices().filter(|(_, c)| !c.is_ascii()).collect::<Vec<_>>());
    println!("{:?} {:?} {:?}", text.find("世"), text.find(char::is_whitespace), text.rfind('a'));
    println!("{:?}", text.split(' ').map(str::len).collect::<Vec<_>>());
    println!("{:?} {}", text.get(2..4), text.is_char_boundary(3));
    println!("{:?}", text.bytes().fold(0_u32, |h, b| h.rotate_left(5) ^ u32::from(b)));
    println!("{:?}", text.encode_utf16().map(|u| u32::from(u)).sum::<u32>());
    println!("{:?}", text.split_once(", ").map(|(a, b)| (b.len(), a)));

    println!("{:?}", " a, b ,,c ".split(',').map(str::trim).collect::<Vec<_>>());
    println!("{:?}", "a,b,,c,".split_terminator(',').collect::<Vec<_>>());
    println!("{:?} {:?}", "a-b-c".splitn(2, '-').last(), "a-b-c".rsplitn(2, '-').last());
    println!("{:?}", "one  two\tthree\n".split_whitespace().rev().collect::<Vec<_>>());
    println!("{:?}", "l1\r\nl2\n\nl4".lines().collect::<Vec<_>>());
    println!("{:?}", "x1y22z".split(|c: char| c.is_ascii_digit()).collect::<Vec<_>>());
    println!("{:?}", "abcabcab".matches("ab").count());
    println!("{:?}", "abcabcab".match_indices("bc").collect::<Vec<_>>());
    println!("{} {}", "xxhixx".trim_matches('x'), "xxhixx".trim_start_matches("xx"));
    println!("{:?} {:?}", "pre-fix".strip_prefix("pre-"), "fix".strip_suffix("y"));
    println!("{} {}", "aXbX".replacen('X', "--", 1), "ab".repeat(3));
    println!("{} {:?}", "ABC".eq_ignore_ascii_case("abc"), "a".cmp("B"));

    let mut built = String::with_capacity(4);
    built.push_str("hello");
    built.insert(0, '¡');
    built.insert_str(2, "--");
    built.extend(['x', 'y']);
    println!("{built} {:?} {:?}", built.pop(), built.remove(0));
    built.retain(|c| c != 'l');
    built.truncate(5);
    println!("{built} {:?}", built.drain(1..3).collect::<String>());
    built.replace_range(..1, "ZZ");
    println!("{built} {:?}", built.split_off(2));
    println!("{:?} {:?}", normalise("a\tb"), normalise("ab"));
    println!("{} {}", matches!(normalise("ab"), Cow::Borrowed(_)), normalise("\t").into_owned().len());

    println!("{:?} {:?}", String::from_utf8(vec![104, 105]), String::from_utf8(vec![0xff, 0x41]).is_err());
    println!("{}", String::from_utf8_lossy(&[b'a', 0xf0, 0x9f, b'b', 0xe2, 0x82]));
    println!(
        "{:?}",
        std::str::from_utf8(&"aé".as_bytes()[..2]).map_err(|e| (e.valid_up_to(), e.error_len()))
    );
    println!("{}", caesar("Hello, World", 13) + &caesar(&caesar("abc", 3), 23));
    println!("{} {}", is_palindrome("A man, a plan, a canal: Panama"), is_palindrome("no"));
    for number in ["42", "-7", "+9", "256", "", "abc", " 1", "1e3", "inf", "-0", ".5", "0x1f"] {
        println!(
            "{number:?} {:?} {:?} {:?}",
            number.parse::<u8>(),
            number.parse::<i64>().ok(),
            number.parse::<f64>()
        );
    }
    println!("{:?} {:?} {:?}", "true".parse::<bool>(), "xy".parse::<char>().is_err(), "ß".parse::<char>());
    println!("{:?} {:?}", i32::from_str_radix("-7f", 16), u64::from_str_radix("zz", 36));
}
