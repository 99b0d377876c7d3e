//! Native modules of the standard library: what CPython writes in C, a file or folder each.
//!
//! A module registers itself with [`opyc_core::registry::ModuleDef`]; CPython's own `.py` files do the rest.

#![forbid(unsafe_code)]

mod abc;
mod atexit;
mod bisect;
mod codecs;
mod collections;
mod errno;
mod functools;
mod gc;
mod heapq;
mod imp;
mod itertools;
mod marshal;
mod math;
mod operator;
mod posix;
mod structseq;
mod sys;
mod thread;
mod time;
mod util;
mod warnings;
mod weakref;
