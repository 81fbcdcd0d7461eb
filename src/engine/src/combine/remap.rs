//! Renumbers the symbols in functions and data.

use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::ir::{UserExternalName, UserExternalNameRef, UserFuncName};

use crate::cgu::{DataDefinition, LoweredFunction, SYMBOL_NAMESPACE, SealedCgu, SymbolId};

use super::CombineError;
use super::symbols::SymbolMap;

/// A namespace without symbols. Names have to be distinct while they change one by one, so they move here
/// first.
const PASSING_NAMESPACE: u32 = u32::MAX;

/// Returns the symbol of `name` in `sealed`. `function` is named in the error.
pub(super) fn symbol_of(
    name: &UserExternalName,
    function: &LoweredFunction,
    sealed: &SealedCgu,
) -> Result<SymbolId, CombineError> {
    if name.namespace == SYMBOL_NAMESPACE && (name.index as usize) < sealed.symbols.len() {
        return Ok(SymbolId::new(name.index as usize));
    }
    Err(CombineError::ForeignName {
        function: function.symbol_name.to_string(),
        name: name.to_string(),
        cgu: sealed.name.to_string(),
    })
}

/// Renumbers the symbols to which `function`, of the CGU `sealed`, refers.
pub(super) fn function(
    function: &mut LoweredFunction,
    map: &SymbolMap,
    sealed: &SealedCgu,
) -> Result<(), CombineError> {
    let mut names: Vec<(UserExternalNameRef, UserExternalName)> = Vec::new();
    for (reference, name) in function.clif.params.user_named_funcs() {
        names.push((reference, new_name(map[symbol_of(name, function, sealed)?])));
    }
    let parameters = &mut function.clif.params;
    for &(reference, _) in &names {
        let passing = UserExternalName { namespace: PASSING_NAMESPACE, index: reference.as_u32() };
        parameters.reset_user_func_name(reference, passing);
    }
    for (reference, name) in names {
        parameters.reset_user_func_name(reference, name);
    }
    function.symbol = map[function.symbol];
    function.clif.name = UserFuncName::User(new_name(function.symbol));
    function.personality = function.personality.map(|personality| map[personality]);
    Ok(())
}

fn new_name(symbol: SymbolId) -> UserExternalName {
    UserExternalName { namespace: SYMBOL_NAMESPACE, index: symbol.as_u32() }
}

/// Renumbers the symbols to which `definition` refers.
pub(super) fn data(definition: &mut DataDefinition, map: &SymbolMap) {
    definition.symbol = map[definition.symbol];
    for relocation in &mut definition.relocations {
        relocation.target = map[relocation.target];
    }
}
