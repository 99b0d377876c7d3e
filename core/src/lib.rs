//! The core of opyc: values and objects, code and `.pyc` files, versions, verification, linking and dispatch.

pub mod code;
pub mod decode;
pub mod effect;
pub mod lines;
pub mod num;
pub mod pyc;
pub mod text;
pub mod verify;
pub mod version;
