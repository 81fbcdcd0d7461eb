//! The debug sections of an object, decompressed and with relocations applied; also those of split DWARF.

use std::borrow::Cow;

use gimli::{Dwarf, DwarfPackageSections, DwarfSections, EndianSlice, LittleEndian, SectionId};

use crate::error::Error;
use crate::view::View;

/// The contents of a section.
pub type Bytes<'b> = EndianSlice<'b, LittleEndian>;
pub type Unit<'b> = gimli::Unit<Bytes<'b>>;

/// The debug sections of one object.
pub struct Sections<'d> {
    main: DwarfSections<Cow<'d, [u8]>>,
    /// Those with names in `.dwo`, in objects and `.dwo` files.
    split: DwarfSections<Cow<'d, [u8]>>,
    /// Those of a `.dwp` file.
    package: Option<DwarfPackageSections<Cow<'d, [u8]>>>,
}

impl<'d> Sections<'d> {
    /// Loads the sections.
    ///
    /// # Errors
    ///
    /// Fails if one cannot be decompressed.
    pub fn load(view: &View<'d>) -> Result<Self, Error> {
        let split = |id: SectionId| id.dwo_name().map_or(Ok(Cow::Borrowed(&[][..])), |name| load(view, name));
        let is_package = view.sections.iter().any(|section| section.name == ".debug_cu_index");
        Ok(Sections {
            main: DwarfSections::load(|id| load(view, id.name()))?,
            split: if is_package { DwarfSections::default() } else { DwarfSections::load(split)? },
            package: is_package.then(|| load_package(view)).transpose()?,
        })
    }

    /// Returns the sections that are not split.
    pub fn main(&self) -> Dwarf<Bytes<'_>> {
        self.main.borrow(|contents| Bytes::new(contents, LittleEndian))
    }

    /// Returns the split sections: one set, or one for each unit of a package.
    ///
    /// # Errors
    ///
    /// Fails if the index of a package is damaged.
    pub fn split<'b>(&'b self, main: &Dwarf<Bytes<'b>>) -> gimli::Result<Vec<Dwarf<Bytes<'b>>>> {
        let Some(package) = &self.package else {
            let mut split = self.split.borrow(|contents| Bytes::new(contents, LittleEndian));
            split.make_dwo(main);
            return Ok(vec![split]);
        };
        let empty = Bytes::new(&[], LittleEndian);
        let package = package.borrow(|contents| Bytes::new(contents, LittleEndian), empty)?;
        (1..=package.cu_index.unit_count()).map(|index| package.cu_sections(index, main)).collect()
    }
}

/// Why a package cannot be loaded.
enum Failure {
    Section(Error),
    Index(gimli::Error),
}

impl From<gimli::Error> for Failure {
    fn from(error: gimli::Error) -> Self {
        Failure::Index(error)
    }
}

fn load_package<'d>(view: &View<'d>) -> Result<DwarfPackageSections<Cow<'d, [u8]>>, Error> {
    let load = |id: SectionId| match id.dwo_name() {
        Some(name) => load(view, name).map_err(Failure::Section),
        None => Ok(Cow::Borrowed(&[][..])),
    };
    DwarfPackageSections::load(load).map_err(|failure| match failure {
        Failure::Section(error) => error,
        Failure::Index(error) => view.damaged(".debug_cu_index", error),
    })
}

fn load<'d>(view: &View<'d>, name: &str) -> Result<Cow<'d, [u8]>, Error> {
    let Some(mut contents) = view.section_data(name)? else { return Ok(Cow::Borrowed(&[])) };
    let section = view.sections.iter().find(|section| section.name == name);
    if let Some(section) = section.filter(|section| !section.relocations.is_empty()) {
        view.layout().relocate(view, 0, &section.relocations, contents.to_mut());
    }
    Ok(contents)
}
