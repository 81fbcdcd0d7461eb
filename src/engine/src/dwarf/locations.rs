//! Where variables are, as expressions (DWARF 5 section 2.5) from the frame base.

use gimli::leb128::write::Leb128;
use gimli::{DW_OP_deref, DW_OP_fbreg, DW_OP_implicit_value, DW_OP_piece, DW_OP_plus_uconst, Register};

use crate::compile::Frame;
use crate::description::{Variable, VariablePiece, VariablePlace};

/// Where a function's variables are found from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameBase {
    /// The frame pointer, in this register (DWARF number), which must be below 32. It is right after the prologue.
    Register(Register),
}

impl FrameBase {
    /// `DW_AT_frame_base`.
    pub fn expression(self) -> [u8; 1] {
        match self {
            FrameBase::Register(register) => [gimli::DW_OP_reg0.0 + register.0 as u8],
        }
    }
}

/// An expression under construction; kept for its memory.
#[derive(Default)]
pub struct Location {
    bytes: Vec<u8>,
}

impl Location {
    /// `DW_AT_location` of `variable`; `None` if nothing is known of it.
    pub fn of(&mut self, variable: &Variable, frame: Option<&Frame>) -> Option<&[u8]> {
        self.bytes.clear();
        let frame = frame?;
        match &*variable.pieces {
            [VariablePiece { fragment: None, .. }] => {
                return self.address(&variable.pieces[0], frame).then_some(&self.bytes);
            }
            pieces if pieces.iter().any(|piece| is_known(piece, frame)) => {}
            _ => return None,
        }
        // How many bytes of the variable the expression is about so far.
        let mut described = 0;
        for piece in &variable.pieces {
            let Some((offset, size)) =
                piece.fragment.filter(|&(offset, size)| offset >= described && size > 0)
            else {
                continue;
            };
            if offset > described {
                // An empty location: these bytes are not known.
                self.piece(offset - described);
            }
            self.address(piece, frame);
            self.piece(size);
            described = offset + size;
        }
        (!self.bytes.is_empty()).then_some(&self.bytes)
    }

    /// Writes how to compute the address of `piece`, or its bytes; false if neither is known, and nothing is written.
    fn address(&mut self, piece: &VariablePiece, frame: &Frame) -> bool {
        let indirections = match &piece.place {
            VariablePlace::Constant(bytes) => {
                self.bytes.push(DW_OP_implicit_value.0);
                self.unsigned(bytes.len() as u64);
                self.bytes.extend_from_slice(bytes);
                return true;
            }
            VariablePlace::Frame { slot, offset, indirections } => {
                let Some(offset) = slot_offset(*slot, *offset, frame) else { return false };
                self.bytes.push(DW_OP_fbreg.0);
                self.signed(offset);
                indirections
            }
        };
        for &step in indirections {
            self.bytes.push(DW_OP_deref.0);
            if step != 0 {
                self.bytes.push(DW_OP_plus_uconst.0);
                self.unsigned(step);
            }
        }
        true
    }

    fn piece(&mut self, size: u64) {
        self.bytes.push(DW_OP_piece.0);
        self.unsigned(size);
    }

    fn unsigned(&mut self, value: u64) {
        self.bytes.extend_from_slice(Leb128::unsigned(value).bytes());
    }

    fn signed(&mut self, value: i64) {
        self.bytes.extend_from_slice(Leb128::signed(value).bytes());
    }
}

/// Whether a debugger can be told of `piece`.
fn is_known(piece: &VariablePiece, frame: &Frame) -> bool {
    match piece.place {
        VariablePlace::Frame { slot, offset, .. } => slot_offset(slot, offset, frame).is_some(),
        VariablePlace::Constant(_) => true,
    }
}

/// Where `offset` bytes into a slot are, in bytes from the frame pointer; `None` if the slot was removed.
fn slot_offset(slot: u64, offset: u64, frame: &Frame) -> Option<i64> {
    let index = frame.slots.binary_search_by_key(&slot, |slot| slot.key).ok()?;
    Some(i64::from(frame.slots[index].offset) + offset as i64 - i64::from(frame.to_frame_pointer))
}
