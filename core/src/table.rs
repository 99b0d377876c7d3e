//! The dispatch table of a version: built from what crates have registered, or not at all.

use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustc_hash::FxHashMap;

use crate::effect::Effect;
use crate::error::Fault;
use crate::registry::{OpcodeDef, StrategyDef, opcodes, strategies};
use crate::version::roles::{Role, role};
use crate::version::{OpInfo, Version, VersionInfo, VersionRange, info};

/// What the code of one version is dispatched by.
pub struct Table {
    /// The version's data: CPython's own, or with a changed numbering.
    pub info: Arc<VersionInfo>,
    ops: Box<[Option<&'static OpcodeDef>; 256]>,
    by_name: FxHashMap<&'static str, &'static OpcodeDef>,
    strategy: Option<&'static StrategyDef>,
    roles: Box<[Role; 256]>,
    /// No opcode is [`Table::missing`].
    whole: bool,
}

impl Table {
    /// The definition of an opcode number.
    #[inline]
    pub fn op(&self, number: u8) -> Option<&'static OpcodeDef> {
        self.ops[number as usize]
    }

    /// What an opcode number does as far as folding goes, if its definition is the standard one.
    pub fn role(&self, number: u8) -> Role {
        self.roles[number as usize]
    }

    /// What the verifier knows of an opcode number.
    pub fn effect(&self, number: u8) -> Option<&'static Effect> {
        self.op(number).map(|def| &def.effect)
    }

    /// The definition of a name, whether the version has an opcode of that name or uses it as an operator only.
    pub fn by_name(&self, name: &str) -> Option<&'static OpcodeDef> {
        self.by_name.get(name).copied()
    }

    /// All definitions of the version, by name, those of operators without a number included.
    pub fn definitions(&self) -> Vec<&'static OpcodeDef> {
        let mut defs: Vec<_> = self.by_name.values().copied().collect();
        defs.sort_by_key(|d| d.name);
        defs
    }

    /// The opcodes of the version that no crate provides, by number. Code that has one is refused.
    pub fn missing(&self) -> impl Iterator<Item = (u8, &OpInfo)> {
        (0..=u8::MAX).filter_map(|n| {
            let op = self.info.op(n)?;
            // Decoding folds `EXTENDED_ARG` into the instruction behind it.
            (self.op(n).is_none() && n != self.info.extended_arg).then_some((n, op))
        })
    }

    /// Whether linked crates provide everything that code of the version can need.
    pub fn is_complete(&self) -> bool {
        self.strategy.is_some() && self.whole
    }

    /// The strategy for code with try blocks.
    pub fn strategy(&self) -> Option<&'static StrategyDef> {
        self.strategy
    }

    /// The table of registered definitions for a version, and of `local` ones, which hold for this table only.
    ///
    /// A local definition replaces a registered one if it says so (`overriding`). Those for other versions are left
    /// out.
    ///
    /// # Errors
    /// Two definitions of one name, an overriding one that overrides nothing, a range of versions that opyc does not
    /// run: the text names the crates and says what to do.
    pub fn build(info: &VersionInfo, local: &[&'static OpcodeDef]) -> Result<Table, Fault> {
        let version = info.version;
        let registered = opcodes();
        for d in registered.iter().chain(local) {
            check_range(&format!("opcode {}", d.name), d.versions, d.provider)?;
        }
        let here = |d: &&&'static OpcodeDef| d.versions.contains(version);
        let mut by_name: FxHashMap<&'static str, &'static OpcodeDef> = FxHashMap::default();
        for overriding in [false, true] {
            for d in registered
                .iter()
                .filter(here)
                .filter(|d| d.overriding == overriding)
            {
                match by_name.insert(d.name, d) {
                    None if overriding => return Err(overrides_nothing(d, version)),
                    Some(old) if old.overriding == overriding => {
                        return Err(provided_twice(old, d, version));
                    }
                    _ => {}
                }
            }
        }
        let mut own: Vec<&'static OpcodeDef> = Vec::new();
        for d in local.iter().filter(here) {
            let same_name = own.iter().find(|o| o.name == d.name);
            let clash = match by_name.get(d.name) {
                None if d.overriding => return Err(overrides_nothing(d, version)),
                registered => same_name.or(registered.filter(|_| !d.overriding)),
            };
            if let Some(old) = clash {
                return Err(provided_twice(old, d, version));
            }
            own.push(d);
        }
        by_name.extend(own.into_iter().map(|d| (d.name, d)));
        let mut ops = Box::new([None; 256]);
        for (slot, op) in ops.iter_mut().zip(&info.ops) {
            *slot = op.and_then(|op| by_name.get(op.name).copied());
        }
        let roles = ops.map(|def| match def {
            Some(d) if !d.overriding => role(d.name),
            _ => Role::Other,
        });
        let mut table = Table {
            info: Arc::new(info.clone()),
            ops,
            by_name,
            strategy: registered_strategy(version)?,
            roles: Box::new(roles),
            whole: false,
        };
        let lacks = table.missing().next().is_some();
        table.whole = !lacks;
        Ok(table)
    }

    /// The same table with another block strategy.
    ///
    /// # Errors
    /// The strategy is not for this version.
    pub fn with_strategy(mut self, s: &'static StrategyDef) -> Result<Table, Fault> {
        check_range("a block strategy", s.versions, s.provider)?;
        let version = self.info.version;
        if !s.versions.contains(version) {
            return Err(Fault::Registry(format!(
                "the block strategy of crate {} is for CPython {}, but this machine runs {version}",
                s.provider, s.versions
            )));
        }
        self.strategy = Some(s);
        Ok(self)
    }

    /// The table of a version from what is linked in, shared by all machines.
    ///
    /// # Errors
    /// As [`Table::build`].
    pub fn shared(version: Version) -> Result<Arc<Table>, Fault> {
        static TABLES: [OnceCell<Arc<Table>>; 16] = [const { OnceCell::new() }; 16];
        let build = || Table::build(info(version), &[]).map(Arc::new);
        match TABLES.get(version.minor() as usize) {
            Some(cell) => cell.get_or_try_init(build).cloned(),
            None => build(),
        }
    }
}

/// The block strategy that crates have registered for a version.
fn registered_strategy(version: Version) -> Result<Option<&'static StrategyDef>, Fault> {
    let all = strategies();
    for s in &all {
        check_range("a block strategy", s.versions, s.provider)?;
    }
    let mut found: Option<&'static StrategyDef> = None;
    for overriding in [false, true] {
        for s in all
            .iter()
            .filter(|s| s.overriding == overriding && s.versions.contains(version))
        {
            match found {
                None if overriding => {
                    return Err(Fault::Registry(format!(
                        "crate {} overrides the block strategy of CPython {version}, which no linked crate provides; \
                         drop `overriding`, or link the crate that it replaces",
                        s.provider
                    )));
                }
                Some(old) if old.overriding == overriding => {
                    return Err(Fault::Registry(format!(
                        "the block strategy of CPython {version} is {} by crate {} and by crate {}; {}",
                        verb(overriding),
                        old.provider,
                        s.provider,
                        remedy(overriding)
                    )));
                }
                _ => found = Some(s),
            }
        }
    }
    Ok(found)
}

fn check_range(what: &str, versions: VersionRange, provider: &str) -> Result<(), Fault> {
    match versions.problem() {
        None => Ok(()),
        Some(problem) => Err(Fault::Registry(format!(
            "crate {provider} provides {what} for CPython {versions}, {problem}; correct its range of versions \
             (`in ..` stands for all)"
        ))),
    }
}

fn provided_twice(old: &OpcodeDef, new: &OpcodeDef, version: Version) -> Fault {
    let both = old.overriding && new.overriding;
    Fault::Registry(format!(
        "opcode {} of CPython {version} is {} by crate {} and by crate {}; {}",
        new.name,
        verb(both),
        old.provider,
        new.provider,
        remedy(both)
    ))
}

fn verb(overriding: bool) -> &'static str {
    if overriding { "overridden" } else { "provided" }
}

fn remedy(overriding: bool) -> &'static str {
    if overriding {
        "leave one out"
    } else {
        "leave one out, or mark the one that is to win as `overriding`"
    }
}

fn overrides_nothing(d: &OpcodeDef, version: Version) -> Fault {
    Fault::Registry(format!(
        "crate {} overrides opcode {} of CPython {version}, which no linked crate provides; drop `overriding`, or \
         link the crate that it replaces",
        d.provider, d.name
    ))
}
