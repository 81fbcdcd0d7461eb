//! What objects say, as facts about subjects.
//!
//! A [`Model`] holds the facts of one object, or of all members of an archive. An [`Entity`] is one
//! definition of a subject. Several entities may have the same name: instances of generic functions,
//! and copies in several CGUs.

use std::collections::BTreeMap;
use std::fmt;

use crate::view::Machine;

/// A layer of meaning, in the order in which differences are reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The file header and its flags.
    Header,
    Sections,
    Symbols,
    Relocations,
    Code,
    /// Constant and initialised data.
    Data,
    Unwinding,
    /// Debug information: types, variables, scopes, lines.
    Debug,
    /// Notes, the producer and attributes of the file.
    Notes,
}

impl Layer {
    pub const ALL: [Layer; 9] = [
        Layer::Header,
        Layer::Sections,
        Layer::Symbols,
        Layer::Relocations,
        Layer::Code,
        Layer::Data,
        Layer::Unwinding,
        Layer::Debug,
        Layer::Notes,
    ];

    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Header => "header",
            Layer::Sections => "sections",
            Layer::Symbols => "symbols",
            Layer::Relocations => "relocations",
            Layer::Code => "code",
            Layer::Data => "data",
            Layer::Unwinding => "unwinding",
            Layer::Debug => "debug",
            Layer::Notes => "notes",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What kind of thing a subject is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The file itself, or a member of an archive.
    File,
    /// A section that does not belong to a single symbol.
    Section,
    Function,
    /// A static, a vtable or another object with a symbol.
    Static,
    /// A symbol that is used and not defined.
    Import,
    /// A type of the debug information.
    Type,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Section => "section",
            Kind::Function => "function",
            Kind::Static => "static",
            Kind::Import => "import",
            Kind::Type => "type",
        }
    }
}

/// What differences are about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject {
    pub kind: Kind,
    /// A name without hashes ([`crate::names`]).
    pub name: String,
}

/// A property of subjects. `layer/name` is its name in rules, and in files of expectations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Property {
    pub layer: Layer,
    pub name: &'static str,
}

impl Property {
    pub const fn new(layer: Layer, name: &'static str) -> Self {
        Self { layer, name }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.layer, self.name)
    }
}

/// One fact about an entity.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fact {
    pub property: Property,
    /// Which of several things with this property, such as a member's name. Often empty.
    pub of: String,
    pub value: String,
}

/// One definition of a subject.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    /// What tells apart entities with the same name and can be compared: the symbol with its hash.
    pub instance: String,
    /// The object that it is in: a member's name without hashes.
    pub unit: String,
    /// All facts, in any order.
    pub facts: Vec<Fact>,
    /// For functions and statics with contents: the place in the views of the model.
    pub place: Option<Place>,
}

impl Entity {
    pub fn add(&mut self, property: Property, value: impl Into<String>) {
        self.add_of(property, "", value);
    }

    pub fn add_of(&mut self, property: Property, of: impl Into<String>, value: impl Into<String>) {
        self.facts.push(Fact { property, of: of.into(), value: value.into() });
    }
}

/// Where the contents of a function or static are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The index of the view in its model.
    pub view: usize,
    /// The index of the definition in its view.
    pub definition: usize,
}

/// The facts of all objects that are compared as one.
#[derive(Debug, Default)]
pub struct Model {
    pub entities: BTreeMap<Subject, Vec<Entity>>,
}

impl Model {
    /// Adds an entity without facts.
    pub fn add(&mut self, kind: Kind, name: impl Into<String>, instance: &str, unit: &str) -> &mut Entity {
        let entities = self.entities.entry(Subject { kind, name: name.into() }).or_default();
        entities.push(Entity { instance: instance.into(), unit: unit.into(), ..Entity::default() });
        let last = entities.len() - 1;
        &mut entities[last]
    }

    /// Adds the entities of `other`.
    pub fn append(&mut self, other: Model) {
        for (subject, entities) in other.entities {
            self.entities.entry(subject).or_default().extend(entities);
        }
    }
}

/// What compiled an object, as far as it says so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    Llvm,
    Clif,
    /// An assembler, a C compiler, or nothing is known.
    Other,
}

impl Backend {
    /// Its name in reports; empty if it is not known.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Llvm => "llvm",
            Backend::Clif => "clif",
            Backend::Other => "",
        }
    }
}

/// How two objects are related, which decides what has to agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Relation {
    pub machines: [Machine; 2],
    pub backends: [Backend; 2],
}

impl Relation {
    pub fn same_machine(&self) -> bool {
        self.machines[0] == self.machines[1]
    }

    pub fn same_backend(&self) -> bool {
        self.backends[0] == self.backends[1]
    }

    /// Whether both have the same code unless something changed.
    pub fn same_code(&self) -> bool {
        self.same_machine() && self.same_backend()
    }
}

/// One difference between two models.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    pub subject: Subject,
    pub property: Property,
    /// Which of several things, as in [`Fact::of`].
    pub of: String,
    /// The values on both sides; `None` where there is not one.
    pub values: [Option<String>; 2],
    /// The objects that it was found in, where they are known.
    pub units: [String; 2],
    /// The definitions, for functions and statics.
    pub places: [Option<Place>; 2],
}
