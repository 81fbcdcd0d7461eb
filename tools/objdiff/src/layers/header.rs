//! The file header.

use object::Endianness;
use object::elf;
use object::read::elf::FileHeader as _;

use crate::layers::Reader;
use crate::model::{Kind, Layer, Property};

/// Whether there is such a file, or such an object in an archive.
pub const PRESENCE: Property = Property::new(Layer::Header, "presence");
pub const MACHINE: Property = Property::new(Layer::Header, "machine");
pub const FILE_TYPE: Property = Property::new(Layer::Header, "type");
pub const OS_ABI: Property = Property::new(Layer::Header, "os-abi");
pub const FLAGS: Property = Property::new(Layer::Header, "flags");

/// Adds the facts of the header.
pub fn read(reader: &mut Reader<'_, '_>) {
    let view = reader.view;
    let header = view.elf.elf_header();
    let entity = reader.model.add(Kind::File, view.unit.clone(), &view.unit, &view.unit);
    entity.add(MACHINE, view.machine.name());
    entity.add(FILE_TYPE, file_type(header.e_type(Endianness::Little)));
    entity.add(OS_ABI, header.e_ident().os_abi.to_string());
    entity.add(FLAGS, format!("{:#x}", header.e_flags(Endianness::Little)));
}

fn file_type(number: u16) -> String {
    match number {
        elf::ET_REL => "relocatable".into(),
        elf::ET_EXEC => "program".into(),
        elf::ET_DYN => "shared object or PIE".into(),
        elf::ET_CORE => "core".into(),
        number => number.to_string(),
    }
}
