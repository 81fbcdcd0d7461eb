//! Names for the operations on scalars that `builder` and `intrinsics` share.

/// Operations on two integers of the same type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntegerOperation {
    Add,
    Subtract,
    Multiply,
    UnsignedDivide,
    SignedDivide,
    UnsignedRemainder,
    SignedRemainder,
    ShiftLeft,
    LogicalShiftRight,
    ArithmeticShiftRight,
    And,
    Or,
    ExclusiveOr,
}

/// Whether an integer type is read as signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signedness {
    Signed,
    Unsigned,
}

/// Operations on two floats of the same type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatOperation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What happens to the sign of a float.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SignChange {
    Flip,
    Clear,
}

/// Operations on one integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BitOperation {
    LeadingZeros,
    TrailingZeros,
    CountOnes,
    SwapBytes,
    ReverseBits,
}

/// Operations on two integers that stop at the limits of their type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaturatingOperation {
    Add,
    Subtract,
}

/// The direction in which bits move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Left,
    Right,
}

/// A function of floats of one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatFunction {
    SquareRoot,
    Floor,
    Ceiling,
    Truncate,
    /// Ties away from zero.
    Round,
    RoundTiesEven,
    IntegerPower,
    Power,
    Sine,
    Cosine,
    Exponential,
    Exponential2,
    Logarithm,
    Logarithm10,
    Logarithm2,
    /// `a * b + c`, rounded once.
    FusedMultiplyAdd,
    /// `a * b + c`, rounded once or twice.
    RelaxedMultiplyAdd,
    /// NaN if an operand is, and `-0.0 < 0.0`.
    Minimum,
    Maximum,
    /// The operand that is a number, if only one is.
    MinimumNumber,
    MaximumNumber,
    CopySign,
    Absolute,
}

/// The smaller or the larger one of two integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntegerExtremum {
    Minimum,
    Maximum,
}
