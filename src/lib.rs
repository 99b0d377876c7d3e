//! opyc.
