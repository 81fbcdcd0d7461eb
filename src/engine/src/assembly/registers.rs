//! The registers of x86-64 that operands can be in, their classes and their names.

/// A register that can hold an operand; all its parts (`al`, `ax`, `eax`) are the same register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Register {
    /// By position in [`GENERAL`].
    General(u8),
    /// `xmm`, `ymm` and `zmm` with this number.
    Vector(u8),
    /// `k` with this number.
    Mask(u8),
    /// x87, MMX and AMX registers: can only be clobbered, and no function saves them.
    ClobberOnly,
}

/// The register classes of `asm!` whose operands can have values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    General,
    /// `rax`, `rbx`, `rcx`, `rdx`: those with a high byte.
    Abcd,
    Byte,
    Xmm,
    Ymm,
    Zmm,
    Mask,
}

/// Names of one general-purpose register by width in bytes: 8, 4, 2, 1.
struct GeneralNames {
    quad: &'static str,
    double: &'static str,
    word: &'static str,
    byte: &'static str,
}

macro_rules! general {
    ($($quad:literal $double:literal $word:literal $byte:literal,)*) => {
        &[$(GeneralNames { quad: $quad, double: $double, word: $word, byte: $byte },)*]
    };
}

/// Intel SDM volume 1, table 3-2, without the stack and frame pointer.
const GENERAL: &[GeneralNames] = general! {
    "rax" "eax" "ax" "al",
    "rbx" "ebx" "bx" "bl",
    "rcx" "ecx" "cx" "cl",
    "rdx" "edx" "dx" "dl",
    "rsi" "esi" "si" "sil",
    "rdi" "edi" "di" "dil",
    "r8" "r8d" "r8w" "r8b",
    "r9" "r9d" "r9w" "r9b",
    "r10" "r10d" "r10w" "r10b",
    "r11" "r11d" "r11w" "r11b",
    "r12" "r12d" "r12w" "r12b",
    "r13" "r13d" "r13w" "r13b",
    "r14" "r14d" "r14w" "r14b",
    "r15" "r15d" "r15w" "r15b",
};

pub const RAX: Register = Register::General(0);
pub const RBX: Register = Register::General(1);
pub const RCX: Register = Register::General(2);
pub const RDX: Register = Register::General(3);
pub const RSI: Register = Register::General(4);
pub const RDI: Register = Register::General(5);

/// Callee-saved registers with their DWARF numbers (x86-64 psABI figure 3.36), the frame pointer apart.
pub const CALLEE_SAVED: [(Register, u8); 5] = [
    (RBX, 3),
    (Register::General(10), 12),
    (Register::General(11), 13),
    (Register::General(12), 14),
    (Register::General(13), 15),
];

/// General-purpose registers in the order in which they are given to operands: those first that need not be saved,
/// and last `rbx`, which templates with `cpuid` use on the side.
pub const PREFERENCE: [Register; 14] = [
    RAX,
    RCX,
    RDX,
    RSI,
    RDI,
    Register::General(6),
    Register::General(7),
    Register::General(8),
    Register::General(9),
    Register::General(10),
    Register::General(11),
    Register::General(12),
    Register::General(13),
    RBX,
];

impl Register {
    /// The register that has this name, or a part of that name.
    pub fn parse(name: &str) -> Option<Register> {
        let general = GENERAL
            .iter()
            .position(|names| [names.quad, names.double, names.word, names.byte].contains(&name));
        if let Some(index) = general {
            return Some(Register::General(index as u8));
        }
        for prefix in ["xmm", "ymm", "zmm"] {
            if let Some(number) = name.strip_prefix(prefix) {
                return number.parse().ok().filter(|&number| number < 32).map(Register::Vector);
            }
        }
        match name {
            "ah" => return Some(RAX),
            "bh" => return Some(RBX),
            "ch" => return Some(RCX),
            "dh" => return Some(RDX),
            _ => {}
        }
        if let Some(number) = name.strip_prefix('k') {
            return number.parse().ok().filter(|&number| number < 8).map(Register::Mask);
        }
        (name.starts_with("st") || name.starts_with("mm") || name.starts_with("tmm"))
            .then_some(Register::ClobberOnly)
    }

    /// The name as a template shows it, for an operand of `class` with the modifier `modifier`.
    pub fn formatted(self, class: Class, modifier: Option<char>) -> String {
        match (self, class) {
            (Register::General(_), Class::Byte) => self.sized(1),
            (Register::General(index), _) => match modifier {
                Some('l') => self.sized(1),
                Some('h') => format!("{}h", &GENERAL[usize::from(index)].word[..1]),
                Some('x') => self.sized(2),
                Some('e') => self.sized(4),
                _ => self.sized(8),
            },
            (Register::Vector(number), class) => {
                let width = modifier.unwrap_or(match class {
                    Class::Zmm => 'z',
                    Class::Ymm => 'y',
                    _ => 'x',
                });
                format!("{width}mm{number}")
            }
            (Register::Mask(number), _) => format!("k{number}"),
            (Register::ClobberOnly, _) => String::new(),
        }
    }

    /// The name of the part of a general-purpose register that holds `bytes` bytes.
    pub fn sized(self, bytes: u32) -> String {
        let Register::General(index) = self else { return self.formatted(Class::Xmm, None) };
        let names = &GENERAL[usize::from(index)];
        match bytes {
            1 => names.byte,
            2 => names.word,
            3..=4 => names.double,
            _ => names.quad,
        }
        .to_owned()
    }
}

impl Class {
    /// The class by the name that `rustc_target` gives it.
    pub fn parse(name: &str) -> Option<Class> {
        Some(match name {
            "reg" => Class::General,
            "reg_abcd" => Class::Abcd,
            "reg_byte" => Class::Byte,
            "xmm_reg" => Class::Xmm,
            "ymm_reg" => Class::Ymm,
            "zmm_reg" => Class::Zmm,
            "kreg" => Class::Mask,
            _ => return None,
        })
    }

    /// The registers of the class in order of preference.
    pub fn registers(self) -> Vec<Register> {
        match self {
            Class::General | Class::Byte => PREFERENCE.to_vec(),
            Class::Abcd => vec![RAX, RCX, RDX, RBX],
            Class::Xmm | Class::Ymm => (0..16).map(Register::Vector).collect(),
            Class::Zmm => (0..32).map(Register::Vector).collect(),
            // k0 as a mask means "no mask".
            Class::Mask => (1..8).map(Register::Mask).collect(),
        }
    }
}
