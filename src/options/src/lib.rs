//! The table of the compiler's `-C` and `-Z` options: how each is treated.
//!
//! The backend (`session/flags.rs`) takes its error messages from this table, and `docs/flags.md` is
//! generated from it. The suite `flags` checks that it has every option of `-C help` and `-Z help`, and tests
//! the examples of each row. Each served row names its test. This is a crate of its own because any stable
//! compiler must compile the tests, which the backend and the engine do not allow.
//!
//! `docs/architecture.md` says how to add an option.

/// How an option about codegen or linking is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// rustc passes it to the linker, or decides by it what is linked, as with LLVM.
    Linker,
    /// It works.
    Served {
        /// How, if that is not obvious.
        how: &'static str,
        /// The test that shows it (`SUITE/CASE`).
        test: &'static str,
    },
    /// The output is the same with and without it, byte for byte.
    NoEffect {
        /// Why that is right.
        why: &'static str,
    },
    /// It is an error that names the option.
    Refused {
        /// Its name in the message; `{value}` is the value given.
        what: &'static str,
        /// What the user can do instead.
        way_out: &'static str,
    },
}

/// One option, or one use of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// `-Cname` or `-Zname`. An option with both served and refused values has two rows.
    pub option: &'static str,
    /// How it is treated.
    pub treatment: Treatment,
    /// Uses of it, for tests: arguments separated by spaces.
    pub examples: &'static [&'static str],
}

/// A row of an option that goes to the linker.
const fn linker(option: &'static str, examples: &'static [&'static str]) -> Row {
    Row { option, treatment: Treatment::Linker, examples }
}

/// A row of an option that is served.
const fn served(option: &'static str, how: &'static str, test: &'static str) -> Row {
    Row { option, treatment: Treatment::Served { how, test }, examples: &[] }
}

/// A row of an option without effect.
const fn no_effect(option: &'static str, why: &'static str, examples: &'static [&'static str]) -> Row {
    Row { option, treatment: Treatment::NoEffect { why }, examples }
}

/// A row of an option that is refused.
const fn refused(
    option: &'static str,
    what: &'static str,
    way_out: &'static str,
    examples: &'static [&'static str],
) -> Row {
    Row { option, treatment: Treatment::Refused { what, way_out }, examples }
}

/// The way out if no other exists.
const LLVM: &str = "compile with LLVM where you need it";
/// The way out if programs work without the option.
const REMOVE: &str = "remove the flag, or compile with LLVM";

/// Options that work the same with every backend.
#[rustfmt::skip]
pub const FRONT_END: &[&str] = &[
    "-Car", "-Ccodegen-units", "-Ccollapse-macro-debuginfo", "-Cdebug-assertions", "-Cextra-filename", "-Chelp",
    "-Cinline-threshold", "-Cmetadata", "-Cno-stack-check", "-Coverflow-checks", "-Csoft-float",
    "-Csymbol-mangling-version", "-Cunsafe-allow-abi-mismatch",
    "-Zallow-features", "-Zalways-encode-mir", "-Zassert-incr-state", "-Zassume-incomplete-release",
    "-Zbinary-dep-depinfo", "-Zbuild-sdylib-interface", "-Zcache-proc-macros", "-Zcheck-cfg-all-expected",
    "-Zchecksum-hash-algorithm", "-Zcodegen-backend", "-Zcodegen-source-order", "-Zcontract-checks", "-Zcrate-attr",
    "-Zcross-crate-inline-threshold", "-Zdeduplicate-diagnostics", "-Zdep-info-omit-d-target", "-Zdual-proc-macros",
    "-Zdump-dep-graph", "-Zdump-mir", "-Zdump-mir-dataflow", "-Zdump-mir-dir", "-Zdump-mir-exclude-alloc-bytes",
    "-Zdump-mir-exclude-pass-number", "-Zdump-mir-graphviz", "-Zdump-mono-stats", "-Zdump-mono-stats-format",
    "-Zeagerly-emit-delayed-bugs", "-Zembed-metadata", "-Zenforce-type-length-limit", "-Zexperimental-default-bounds",
    "-Zextra-const-ub-checks", "-Zflatten-format-args", "-Zfmt-debug", "-Zforce-unstable-if-unmarked",
    "-Zfuture-incompat-test", "-Zgraphviz-dark-mode", "-Zgraphviz-font", "-Zhas-thread-local", "-Zhelp",
    "-Zhigher-ranked-assumptions", "-Zhint-mostly-unused", "-Zhuman-readable-cgu-names", "-Zidentify-regions",
    "-Zignore-directory-in-diagnostics-source-blocks", "-Zincremental-ignore-spans", "-Zincremental-info",
    "-Zincremental-verify-ich", "-Zinline-mir", "-Zinline-mir-forwarder-threshold", "-Zinline-mir-hint-threshold",
    "-Zinline-mir-preserve-debug", "-Zinline-mir-threshold", "-Zinput-stats", "-Zlayout-seed", "-Zlink-only",
    "-Zlint-mir", "-Zlocation-detail", "-Zls", "-Zmacro-backtrace", "-Zmacro-stats", "-Zmaximal-hir-to-mir-coverage",
    "-Zmeta-stats", "-Zmetrics-dir", "-Zmin-recursion-limit", "-Zmir-emit-retag", "-Zmir-enable-passes",
    "-Zmir-include-spans", "-Zmir-opt-bisect-limit", "-Zmir-opt-level", "-Zmir-preserve-ub", "-Zmir-strip-debuginfo",
    "-Zmove-size-limit", "-Znamespaced-crates", "-Znext-solver", "-Znll-facts", "-Znll-facts-dir", "-Zno-analysis",
    "-Zno-codegen", "-Zno-implied-bounds-compat", "-Zno-leak-check", "-Zno-link", "-Zno-steal-thir", "-Zno-trait-vptr",
    "-Znormalize-docs", "-Zon-broken-pipe", "-Zpacked-bundled-libs", "-Zpacked-stack", "-Zpanic-abort-tests", "-Zpanic-in-drop",
    "-Zparse-crate-root-only", "-Zpolonius", "-Zprecise-enum-drop-elaboration", "-Zprint-mono-items",
    "-Zprint-type-sizes", "-Zproc-macro-backtrace", "-Zproc-macro-execution-strategy", "-Zprofile-closures",
    "-Zquery-dep-graph", "-Zrandomize-layout", "-Zreg-struct-return", "-Zregparm", "-Zremap-cwd-prefix",
    "-Zself-profile-counter", "-Zself-profile-events", "-Zshare-generics", "-Zshell-argfiles",
    "-Zsimulate-remapped-rust-src-base", "-Zspan-debug", "-Zspan-free-formats", "-Zsrc-hash-algorithm",
    "-Zstaticlib-allow-rdylib-deps", "-Zstaticlib-prefer-dynamic", "-Zstrict-init-checks", "-Zteach", "-Ztemps-dir",
    "-Zterminal-urls", "-Zthreads", "-Ztiny-const-eval-limit", "-Ztrace-macros", "-Ztrack-diagnostics",
    "-Ztranslate-remapped-path-to-local-path", "-Ztreat-err-as-bug", "-Ztrim-diagnostic-paths",
    "-Ztyping-mode-borrowck", "-Zub-checks", "-Zui-testing", "-Zunleash-the-miri-inside-of-you", "-Zunpretty",
    "-Zunsound-mir-opts", "-Zunstable-options", "-Zvalidate-mir", "-Zverbose-internals", "-Zwasi-exec-model",
    "-Zwasm-c-abi", "-Zwrite-long-types-to-disk",
];

/// All other options, by name.
pub const TABLE: &[Row] = &[
    served(
        "-Ccode-model",
        "`small`, the default, and the defaults of bare targets",
        "flags/relocation models: statics",
    ),
    refused(
        "-Ccode-model",
        "`-Ccode-model={value}`",
        "use the default, `small`",
        &["-Ccode-model=medium", "-Ccode-model=large", "-Ccode-model=tiny"],
    ),
    no_effect("-Ccontrol-flow-guard", "it is only for Windows", &["-Ccontrol-flow-guard=yes"]),
    served("-Cdebuginfo", "", "debug-info"),
    linker(
        "-Cdefault-linker-libraries",
        &["-Cdefault-linker-libraries=no", "-Cdefault-linker-libraries=yes"],
    ),
    no_effect("-Cdlltool", "it is only for Windows", &["-Cdlltool=/nowhere"]),
    served("-Cdwarf-version", "2 to 5", "debug-info-options/checksums and embedded sources"),
    no_effect(
        "-Cembed-bitcode",
        "the backend does not produce bitcode",
        &["-Cembed-bitcode=no", "-Cembed-bitcode=yes"],
    ),
    served(
        "-Cforce-frame-pointers",
        "every function keeps its frame pointer, also with `no`",
        "flags/frame pointers",
    ),
    served("-Cforce-unwind-tables", "", "flags/unwind tables"),
    served("-Cincremental", "", "incremental"),
    refused("-Cinstrument-coverage", "`-Cinstrument-coverage` yet", LLVM, &["-Cinstrument-coverage"]),
    served("-Cjump-tables", "", "flags/jump tables"),
    linker("-Clink-arg", &["-Clink-arg=-Wl,--as-needed"]),
    linker("-Clink-args", &["-Clink-args=-Wl,--as-needed -L."]),
    linker("-Clink-dead-code", &["-Clink-dead-code=yes"]),
    linker("-Clink-self-contained", &["-Clink-self-contained=no", "-Clink-self-contained=yes"]),
    linker("-Clinker", &["-Clinker=/bin/true"]),
    linker("-Clinker-features", &["-Clinker-features=-lld"]),
    linker("-Clinker-flavor", &["-Clinker-flavor=gcc", "-Clinker-flavor=ld"]),
    served(
        "-Clinker-plugin-lto",
        "for `rlib`s: their objects serve as well as bitcode",
        "lto/cargo profiles: lto = true",
    ),
    refused(
        "-Clinker-plugin-lto",
        "`-Clinker-plugin-lto`: it does not produce LLVM bitcode",
        "remove the flag; `-Clto` and `lto` in the Cargo profile work without the linker's help",
        &["-Clinker-plugin-lto", "-Clinker-plugin-lto=/nowhere"],
    ),
    refused("-Cllvm-args", "`-Cllvm-args`", "remove the flag", &["-Cllvm-args=-x"]),
    served("-Clto", "`fat` and `thin` mean the same", "lto/unreachable items are removed"),
    served("-Cno-prepopulate-passes", "CLIF is not optimised", "flags/no optimisation"),
    served("-Cno-redzone", "no code uses the red zone, with or without this option", "flags/no red zone"),
    no_effect("-Cno-vectorize-loops", "nothing is vectorised", &["-Cno-vectorize-loops"]),
    no_effect("-Cno-vectorize-slp", "nothing is vectorised", &["-Cno-vectorize-slp"]),
    served(
        "-Copt-level",
        "0 and 1: CLIF is not optimised; 2, 3, `s`, `z`: it is, with `s` and `z` also for size",
        "flags/optimisation levels",
    ),
    served("-Cpanic", "", "run-pass/panic_abort"),
    served("-Cpasses", "`combine-cgus`", "lto/unreachable items are removed"),
    refused(
        "-Cpasses",
        "`-Cpasses={value}`",
        "`combine-cgus` is the only pass; LLVM's passes are not available",
        &["-Cpasses=mem2reg", "-Cpasses=combine-cgus -Cpasses=mem2reg"],
    ),
    linker("-Cprefer-dynamic", &["-Cprefer-dynamic"]),
    refused("-Cprofile-generate", "profile-guided optimisation", LLVM, &["-Cprofile-generate"]),
    refused("-Cprofile-use", "profile-guided optimisation", LLVM, &["-Cprofile-use=main.rs"]),
    served("-Crelocation-model", "", "flags/relocation models: statics"),
    linker("-Crelro-level", &["-Crelro-level=off", "-Crelro-level=partial"]),
    refused(
        "-Cremark",
        "remarks of LLVM's optimisations (`-Cremark`)",
        "remove the flag",
        &["-Cremark=all -Cdebuginfo=1", "-Cremark=inline -Cdebuginfo=1"],
    ),
    linker("-Crpath", &["-Crpath=yes -Cprefer-dynamic"]),
    served("-Csave-temps", "", "flags/temporary files"),
    served("-Csplit-debuginfo", "", "debug-info-options/paths are remapped"),
    served("-Cstrip", "rustc makes the linker strip", "debug-info-options/stripping"),
    served("-Ctarget-cpu", "LLVM knows the features of each CPU", "flags/processors and features"),
    refused(
        "-Ctarget-cpu",
        "`-Ctarget-cpu={value}`: LLVM does not know this CPU",
        "`--print target-cpus` lists the known ones",
        &["-Ctarget-cpu=nosuchcpu"],
    ),
    served("-Ctarget-feature", "LLVM's names work as well", "flags/processors and features"),
    refused(
        "-Ctarget-feature",
        "code without the target feature `{value}`",
        "leave it enabled",
        &["-Ctarget-feature=-sse2"],
    ),
    served("-Zannotate-moves", "", "flags/annotated moves"),
    refused("-Zautodiff", "`-Zautodiff`", REMOVE, &["-Zautodiff=Enable"]),
    no_effect("-Zbox-noalias", "no code relies on it", &["-Zbox-noalias=no"]),
    refused("-Zbranch-protection", "`-Zbranch-protection`", REMOVE, &[]),
    refused(
        "-Zcf-protection",
        "`-Zcf-protection`",
        REMOVE,
        &["-Zcf-protection=full", "-Zcf-protection=branch"],
    ),
    no_effect("-Zcoverage-options", "it is about `-Cinstrument-coverage`", &["-Zcoverage-options=block"]),
    refused(
        "-Zdebug-info-for-profiling",
        "`-Zdebug-info-for-profiling`: it serves profile-guided optimisation",
        "remove the flag; `-Cdebuginfo=line-tables-only` is enough for profilers",
        &["-Zdebug-info-for-profiling"],
    ),
    served("-Zdebug-info-type-line-numbers", "", "flags/lines of types"),
    served("-Zdebuginfo-compression", "", "debug-info-options/compression"),
    served("-Zdefault-visibility", "", "flags/visibility"),
    served("-Zdirect-access-external-data", "", "flags/external data"),
    served("-Zdwarf-version", "", "debug-info-options/checksums and embedded sources"),
    refused(
        "-Zdylib-lto",
        "`-Zdylib-lto`",
        "compile the dynamic library without LTO",
        &["-Zdylib-lto -Clto"],
    ),
    no_effect("-Zehcont-guard", "it is only for Windows", &["-Zehcont-guard"]),
    served("-Zembed-source", "", "debug-info-options/checksums and embedded sources"),
    refused("-Zemit-stack-sizes", "`-Zemit-stack-sizes`", REMOVE, &["-Zemit-stack-sizes"]),
    no_effect("-Zemscripten-wasm-eh", "it is only for WebAssembly", &["-Zemscripten-wasm-eh=no"]),
    linker("-Zexport-executable-symbols", &["-Zexport-executable-symbols"]),
    linker("-Zexternal-clangrt", &["-Zexternal-clangrt"]),
    no_effect("-Zfewer-names", "it is about names in LLVM IR", &["-Zfewer-names=no", "-Zfewer-names=yes"]),
    served(
        "-Zfixed-x18",
        "no code uses the register; LLVM rejects the option where the machine does not have it",
        "flags/targets",
    ),
    refused("-Zfunction-return", "`-Zfunction-return`", REMOVE, &["-Zfunction-return=thunk-extern"]),
    served("-Zfunction-sections", "", "sections/one section per kind"),
    refused(
        "-Zindirect-branch-cs-prefix",
        "`-Zindirect-branch-cs-prefix`",
        REMOVE,
        &["-Zindirect-branch-cs-prefix"],
    ),
    served("-Zinline-llvm", "with `no`, the library's smallest functions are not inlined", "flags/inlining"),
    refused("-Zinstrument-mcount", "instrumentation of functions", LLVM, &["-Zinstrument-mcount"]),
    refused(
        "-Zinstrument-xray",
        "instrumentation of functions",
        LLVM,
        &["-Zinstrument-xray", "-Zinstrument-xray=always"],
    ),
    no_effect("-Zlarge-data-threshold", "it is about `-Ccode-model=medium`", &["-Zlarge-data-threshold=1"]),
    linker("-Zlink-directives", &["-Zlink-directives=no"]),
    linker("-Zlink-native-libraries", &["-Zlink-native-libraries=no"]),
    refused(
        "-Zlint-llvm-ir",
        "`-Zlint-llvm-ir`: it does not produce LLVM IR",
        "`-Zverify-llvm-ir` verifies the CLIF",
        &["-Zlint-llvm-ir"],
    ),
    refused("-Zllvm-module-flag", "`-Zllvm-module-flag`", REMOVE, &["-Zllvm-module-flag=foo:u32:123:error"]),
    refused("-Zllvm-plugins", "`-Zllvm-plugins`", "remove the flag", &["-Zllvm-plugins=x.so"]),
    served(
        "-Zllvm-time-trace",
        "`*.llvm_timings.json` says which thread worked on what, and when",
        "flags/time trace",
    ),
    no_effect(
        "-Zmerge-functions",
        "functions are not merged",
        &["-Zmerge-functions=disabled", "-Zmerge-functions=aliases"],
    ),
    served("-Zmin-function-alignment", "", "flags/alignment of functions"),
    no_effect("-Zmutable-noalias", "no code relies on it", &["-Zmutable-noalias=no"]),
    served("-Zno-generate-arange-section", "", "flags/address ranges"),
    served("-Zno-parallel-backend", "", "tokens"),
    no_effect("-Zno-profiler-runtime", "it is about instrumented programs", &["-Zno-profiler-runtime"]),
    served("-Zno-unique-section-names", "", "sections/sections without unique names"),
    refused("-Zoffload", "`-Zoffload`", REMOVE, &["-Zoffload=Device -Zunstable-options"]),
    no_effect("-Zosx-rpath-install-name", "it is only for Apple's targets", &["-Zosx-rpath-install-name"]),
    refused(
        "-Zpatchable-function-entry",
        "`-Zpatchable-function-entry`",
        REMOVE,
        &["-Zpatchable-function-entry=4", "-Zpatchable-function-entry=4,2"],
    ),
    served("-Zplt", "calls go to PLT entries; with `no`, through the GOT", "flags/calls of other libraries"),
    linker("-Zpre-link-arg", &["-Zpre-link-arg=-L."]),
    linker("-Zpre-link-args", &["-Zpre-link-args=-L. -L/"]),
    served("-Zprint-codegen-stats", "", "observability/-Zprint-codegen-stats"),
    refused(
        "-Zprint-llvm-passes",
        "`-Zprint-llvm-passes`: it does not run LLVM's passes",
        "`-Ztime-llvm-passes` and `CLIF_STATISTICS=1` report what codegen does",
        &["-Zprint-llvm-passes"],
    ),
    refused("-Zprofile-sample-use", "profile-guided optimisation", LLVM, &["-Zprofile-sample-use=main.rs"]),
    no_effect("-Zprofiler-runtime", "it is about instrumented programs", &["-Zprofiler-runtime=none"]),
    served("-Zrelax-elf-relocations", "", "flags/relaxed relocations"),
    refused(
        "-Zremark-dir",
        "remarks of LLVM's optimisations (`-Zremark-dir`)",
        "remove the flag",
        &["-Zremark-dir=remarks"],
    ),
    refused("-Zretpoline", "`-Zretpoline`", REMOVE, &["-Zretpoline"]),
    refused("-Zretpoline-external-thunk", "`-Zretpoline`", REMOVE, &["-Zretpoline-external-thunk"]),
    refused(
        "-Zsanitizer",
        "sanitizers",
        LLVM,
        &[
            "-Zsanitizer=address",
            // rustc itself refuses some, because std is compiled without them, unless it is told not to.
            "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer",
            "-Zsanitizer=kcfi -Cpanic=abort -Cunsafe-allow-abi-mismatch=sanitizer",
            "-Zsanitizer=cfi -Clto -Ccodegen-units=1 -Cunsafe-allow-abi-mismatch=sanitizer",
        ],
    ),
    no_effect("-Zsanitizer-cfi-canonical-jump-tables", "it is about sanitizers", &[]),
    no_effect("-Zsanitizer-cfi-generalize-pointers", "it is about sanitizers", &[]),
    no_effect("-Zsanitizer-cfi-normalize-integers", "it is about sanitizers", &[]),
    no_effect("-Zsanitizer-dataflow-abilist", "it is about sanitizers", &["-Zsanitizer-dataflow-abilist=x"]),
    no_effect("-Zsanitizer-kcfi-arity", "it is about sanitizers", &[]),
    no_effect(
        "-Zsanitizer-memory-track-origins",
        "it is about sanitizers",
        &["-Zsanitizer-memory-track-origins"],
    ),
    no_effect("-Zsanitizer-recover", "it is about sanitizers", &["-Zsanitizer-recover=address"]),
    served("-Zsaturating-float-casts", "", "flags/casts of floats"),
    served("-Zself-profile", "", "observability/-Zself-profile"),
    no_effect(
        "-Zsmall-data-threshold",
        "the supported targets do not have sections for small data",
        &["-Zsmall-data-threshold=8"],
    ),
    refused(
        "-Zsplit-dwarf-inlining",
        "`-Zsplit-dwarf-inlining`",
        "remove the flag; inlined functions are in the `.dwo` files, or in the program without `-Csplit-debuginfo`",
        &["-Zsplit-dwarf-inlining"],
    ),
    served("-Zsplit-dwarf-kind", "", "split-debug-info"),
    served("-Zsplit-dwarf-out-dir", "", "flags/folder of split debug information"),
    no_effect("-Zsplit-lto-unit", "the backend does not produce bitcode", &["-Zsplit-lto-unit=yes -Clto"]),
    refused(
        "-Zstack-protector",
        "`-Zstack-protector`",
        REMOVE,
        &["-Zstack-protector=all", "-Zstack-protector=strong", "-Zstack-protector=basic"],
    ),
    no_effect(
        "-Zthinlto",
        "it turns on thin-local LTO, which serves LLVM's inlining",
        &["-Zthinlto=yes", "-Zthinlto=no"],
    ),
    served("-Ztime-llvm-passes", "", "observability/-Ztime-llvm-passes"),
    served("-Ztime-passes", "", "observability/-Ztime-passes"),
    served("-Ztime-passes-format", "", "observability/-Ztime-passes"),
    served("-Ztls-model", "`local-dynamic` is treated as `global-dynamic`", "flags/models of thread-locals"),
    refused(
        "-Ztls-model",
        "emulated thread-locals (`-Ztls-model=emulated`)",
        "remove the flag: the supported targets have thread-locals",
        &["-Ztls-model=emulated"],
    ),
    no_effect(
        "-Ztrap-unreachable",
        "unreachable code is always a trap, since every block must end in an instruction",
        &["-Ztrap-unreachable=no", "-Ztrap-unreachable=yes"],
    ),
    no_effect("-Ztune-cpu", "instructions are not scheduled for a particular CPU", &["-Ztune-cpu=znver3"]),
    no_effect(
        "-Zuninit-const-chunk-threshold",
        "uninitialised bytes are always zero",
        &["-Zuninit-const-chunk-threshold=0"],
    ),
    no_effect("-Zuse-ctors-section", "the backend does not make initializers", &["-Zuse-ctors-section=yes"]),
    no_effect(
        "-Zuse-sync-unwind",
        "unwind tables are exact at every instruction, which includes calls",
        &["-Zuse-sync-unwind=yes"],
    ),
    no_effect("-Zverbose-asm", "only LLVM writes comments into assembly", &["-Zverbose-asm"]),
    served("-Zverify-llvm-ir", "the CLIF of every function is verified", "engine"),
    refused(
        "-Zvirtual-function-elimination",
        "`-Zvirtual-function-elimination`",
        "remove the flag",
        &["-Zvirtual-function-elimination -Clto"],
    ),
];
