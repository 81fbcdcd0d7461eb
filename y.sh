#!/bin/sh
# Starts the build system (build_system/, crate `y`): compiles it with the user's cargo, then runs it.
# If the clone is read-only, everything is built in the cache folder.
set -eu

clone=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

if ! command -v "${CARGO:-cargo}" >/dev/null 2>&1; then
    echo "error: cargo is not installed (or not on PATH); install Rust with rustup, see https://rustup.rs" >&2
    exit 1
fi

CLIF_CLONE=$clone
export CLIF_CLONE
build=$clone/build
# In some shells, `test -w` is true for root even on a read-only disk. So this tries to write.
if ! { mkdir -p "$build" && : >"$build/.writable"; } 2>/dev/null; then
    case ${XDG_CACHE_HOME:-} in
        /*) cache=$XDG_CACHE_HOME ;;
        *) cache=${HOME:?error: neither XDG_CACHE_HOME nor HOME is set}/.cache ;;
    esac
    build=$cache/rustc_codegen_clif/build-$(printf %s "$clone" | cksum | cut -d' ' -f1)
    if ! mkdir -p "$build"; then
        echo "error: neither $clone nor $build can be written; set XDG_CACHE_HOME to a writable folder" >&2
        exit 1
    fi
    CLIF_BUILD=$build
    export CLIF_BUILD
fi

# The user's settings for other projects must not affect how or where this program is built.
# shellcheck disable=SC2046 # one word for each variable
unset $(cat "$clone/build_system/foreign_variables.txt")

# Cargo's messages go to a file. While cargo compiles, its last message is shown: every second on one line of a terminal,
# about every ten seconds otherwise. If there is nothing to compile, nothing is shown.
messages=$build/y-$$.log
show_progress() {
    seconds=0
    # Background commands ignore Ctrl-C, so this checks whether the script still runs.
    while sleep 1 && kill -0 $$; do
        seconds=$((seconds + 1))
        grep -qE '^ *(Compiling|Downloading|Downloaded|Updating|Blocking)' "$messages" || continue
        last="Compiling the build system, $seconds s: $(sed -n '$s/^ *//p' "$messages")"
        if [ -t 3 ]; then
            printf '\r\033[K%.78s' "$last" >&3
        elif [ "$((seconds % 8))" -eq 0 ] || [ -z "${shown:-}" ]; then
            echo "$last" >&3
        fi
        shown=yes
    done
}
show_progress 3>&2 </dev/null >/dev/null 2>&1 &
progress=$!
stop_progress() {
    kill "$progress" 2>/dev/null || true
    wait "$progress" 2>/dev/null || true
    if [ -t 2 ] && grep -q Compiling "$messages"; then printf '\r\033[K' >&2; fi
}
trap 'stop_progress; rm -f "$messages"; exit 130' INT HUP

if ! RUSTC_WRAPPER='' "${CARGO:-cargo}" build --release --manifest-path "$clone/Cargo.toml" -p y \
    --target-dir "$build/y" 2>"$messages"; then
    stop_progress
    cat "$messages" >&2
    rm -f "$messages"
    if ! command -v cc >/dev/null 2>&1; then
        echo "error: there is no C linker (cc): install gcc (on Debian: apt-get install gcc libc6-dev)" >&2
    else
        echo "error: the build system itself could not be compiled (see above); it needs Rust 1.89 or later," \
            "and the network the first time" >&2
    fi
    exit 1
fi
stop_progress
rm -f "$messages"
exec "$build/y/release/y" "$@"
