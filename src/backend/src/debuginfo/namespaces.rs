//! Describes namespaces: crates, modules, functions around closures, `{impl#0}`.

use clif_engine::description::{Namespace, NamespaceId, Parent};
use rustc_codegen_ssa::debuginfo::type_names;
use rustc_hir::def_id::DefId;

use crate::cgu::context::CodegenCx;

impl<'tcx> CodegenCx<'tcx> {
    /// Returns the namespace of `def_id` itself.
    pub fn namespace(&self, def_id: DefId) -> NamespaceId {
        if let Some(&id) = self.debug.namespaces.borrow().get(&def_id) {
            return id;
        }
        let parent = self.tcx.def_key(def_id).parent;
        let parent = parent.map(|index| self.namespace(DefId { krate: def_id.krate, index }));
        let mut name = String::new();
        type_names::push_item_name(self.tcx, def_id, false, &mut name);
        let namespace = Namespace { name: name.into(), parent };
        let id = self.debug.description.borrow_mut().namespaces.push(namespace);
        self.debug.namespaces.borrow_mut().insert(def_id, id);
        id
    }

    /// Returns the namespace in which the item `def_id` is declared.
    pub fn parent_namespace(&self, def_id: DefId) -> Parent {
        Parent::Namespace(self.namespace(self.tcx.parent(def_id)))
    }
}
