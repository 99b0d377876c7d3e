//! Chooses the dispatch style: see `src/interp/dispatch.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(opyc_tail)");
    println!("cargo::rustc-check-cfg=cfg(opyc_plain_heap)");
    println!("cargo::rustc-check-cfg=cfg(opyc_no_polls)");
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3");
    let target = matches!(var("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    let forced_loop = std::env::var_os("CARGO_FEATURE_CALL_LOOP").is_some();
    if optimised && target && !forced_loop {
        println!("cargo::rustc-cfg=opyc_tail");
    }
}
