//! Limits generic types whose fields mention ever larger instances of the type itself.
//!
//! `enum List<T> { Next(*const List<Wrap<T>>), End(T) }` has no last instance. If the type argument of an
//! instance strictly contains that of an instance being described, it is therefore left without members. All
//! types between the two must mention the inner argument as well: otherwise `struct List { next:
//! Box<Box<List>> }` would count as a type that grows, because of the inner `Box`.

use clif_engine::description::{Composite, Type, TypeId};
use rustc_hir::def_id::DefId;
use rustc_middle::ty::{self, GenericArgsRef, Ty};

use crate::cgu::context::CodegenCx;

/// A nominal type that is being described.
pub(super) struct OpenType<'tcx> {
    def_id: DefId,
    args: GenericArgsRef<'tcx>,
}

/// Whether the instance of `def_id` with `args` grows out of one that is being described. The innermost open
/// type is skipped.
fn grows<'tcx>(open: &[OpenType<'tcx>], def_id: DefId, args: GenericArgsRef<'tcx>) -> bool {
    let Some(last) = open.len().checked_sub(1) else { return false };
    let mut ancestors = open[..last].iter().enumerate().filter(|(_, ancestor)| ancestor.def_id == def_id);
    ancestors.any(|(index, ancestor)| {
        let pairs = args.iter().zip(ancestor.args.iter());
        let mut types = pairs.filter_map(|(new, old)| Some((new.as_type()?, old.as_type()?)));
        types.any(|(new, old)| {
            let mentions = |between: &OpenType<'tcx>| between.args.types().any(|ty| ty.contains(old));
            new != old && new.contains(old) && open[index + 1..].iter().all(mentions)
        })
    })
}

impl<'tcx> CodegenCx<'tcx> {
    /// Defines `ty` as `description`. `complete` gives it members and parameters, unless `ty` grows forever.
    pub(super) fn define_composite(
        &self,
        id: TypeId,
        ty: Ty<'tcx>,
        mut description: Composite,
        complete: impl FnOnce(&mut Composite),
    ) {
        let ty::Adt(definition, args) = *ty.kind() else {
            complete(&mut description);
            return self.define_type(id, Type::Composite(description));
        };
        if !grows(&self.debug.types.borrow().open, definition.did(), args) {
            self.debug.types.borrow_mut().open.push(OpenType { def_id: definition.did(), args });
            complete(&mut description);
            self.debug.types.borrow_mut().open.pop();
        }
        self.define_type(id, Type::Composite(description));
    }
}
