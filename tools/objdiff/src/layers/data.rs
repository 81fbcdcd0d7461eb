//! The contents of statics.

use crate::model::{Layer, Property};

/// Bytes of a static, by their offset.
pub const BYTES: Property = Property::new(Layer::Data, "bytes");
