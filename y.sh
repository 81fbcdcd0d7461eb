#!/bin/sh
# Starts the build system (build_system/, crate `y`): compiles it with the user's cargo, then runs it.
# In a clone that cannot be written, everything is built under the cache folder.
set -eu

clone=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

if ! command -v "${CARGO:-cargo}" >/dev/null 2>&1; then
    echo "error: cargo is not installed (or not on PATH); install Rust with rustup, see https://rustup.rs" >&2
    exit 1
fi

CLIF_CLONE=$clone
export CLIF_CLONE
build=$clone/build
# `-w` alone would also be true for root in a folder that lies on a read-only disk under some shells.
if ! { mkdir -p "$build" && : >"$build/.writable"; } 2>/dev/null; then
    case ${XDG_CACHE_HOME:-} in
        /*) cache=$XDG_CACHE_HOME ;;
        *) cache=${HOME:?error: neither XDG_CACHE_HOME nor HOME is set}/.cache ;;
    esac
    build=$cache/rustc_codegen_clif/build-$(printf %s "$clone" | cksum | cut -d' ' -f1)
    if ! mkdir -p "$build"; then
        echo "error: neither $clone nor $build can be written; set XDG_CACHE_HOME to a folder that can" >&2
        exit 1
    fi
    CLIF_BUILD=$build
    export CLIF_BUILD
fi

# The user's settings for other projects must not decide how (or where) this program is built.
unset RUSTC RUSTC_WORKSPACE_WRAPPER RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS CARGO_INCREMENTAL \
    CARGO_BUILD_TARGET CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR RUSTC_BOOTSTRAP CLIF_METADATA_BUILD
RUSTC_WRAPPER='' "${CARGO:-cargo}" build --quiet --release --manifest-path "$clone/Cargo.toml" -p y \
    --target-dir "$build/y" || {
    if ! command -v cc >/dev/null 2>&1; then
        echo "error: there is no C linker (cc): install gcc (on Debian: apt-get install gcc libc6-dev)" >&2
    else
        echo "error: the build system itself could not be compiled (see above); it needs Rust 1.89 or later," \
            "and the network the first time" >&2
    fi
    exit 1
}
exec "$build/y/release/y" "$@"
