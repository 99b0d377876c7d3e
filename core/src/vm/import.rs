//! What `import` and `from … import` do: names, parents, and what is imported already.

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::object::*;
use crate::value::Value;
use crate::version::Version;

impl Vm {
    /// ImportError with `name` and `path`.
    pub fn import_error(&self, class: &Ref<PyType>, text: &str, name: Value, path: Value) -> Raise {
        let r = self.new_error(class, text);
        if let Some(e) = r.exception() {
            e.extra[0].set(self.new_str(text));
            e.extra[1].set(name);
            e.extra[2].set(path);
        }
        r
    }

    fn not_found(&self, name: &str, reason: &str) -> Raise {
        let text = format!("No module named {}{reason}", quote(name));
        self.import_error(
            &self.exc_types.ModuleNotFoundError,
            &text,
            self.new_str(name),
            Value::NONE,
        )
    }

    /// `__import__`: what `IMPORT_NAME` calls when `builtins.__import__` is the builtin one.
    pub fn import_name(
        &self,
        name: &Value,
        globals: &Value,
        fromlist: &Value,
        level: i64,
    ) -> PyResult {
        let Some(text) = name.downcast::<PyStr>().map(|s| s.to_string()) else {
            return Err(self.type_error("module name must be a string"));
        };
        if level < 0 {
            return Err(self.value_error("level must be >= 0"));
        }
        let absolute = if level > 0 {
            self.resolve(&text, globals, level)?
        } else {
            text.clone()
        };
        if absolute.is_empty() && level == 0 {
            return Err(self.value_error("Empty module name"));
        }
        let module = self.import_module(&absolute)?;
        if !self.truth(fromlist)? {
            if level == 0 || text.is_empty() {
                let top = text.split('.').next().unwrap_or_default();
                if top.len() == text.len() {
                    return Ok(module);
                }
                return self.import_module(top);
            }
            // `from . import` without names cannot be written; `__import__` can: the first part is meant.
            let cut = text.split('.').next().unwrap_or_default().len();
            let keep = absolute.len() - (text.len() - cut);
            return self.import_module(&absolute[..keep]);
        }
        if self.get_attr_opt(&module, &self.names.path)?.is_some() {
            self.handle_fromlist(&module, &absolute, fromlist)?;
        }
        Ok(module)
    }

    fn handle_fromlist(&self, module: &Value, name: &str, fromlist: &Value) -> PyResult<()> {
        for item in self.collect(fromlist)? {
            let Some(s) = item.downcast::<PyStr>() else {
                return Err(self.type_error(&format!(
                    "Item in ``from list'' must be str, not {}",
                    self.type_name(&item)
                )));
            };
            let s = s.to_string();
            if s == "*" {
                if let Some(all) = self.get_attr_opt(module, &self.names.all)? {
                    let plain: Vec<Value> = self
                        .collect(&all)?
                        .into_iter()
                        .filter(|v| self.str_lossy(v) != "*")
                        .collect();
                    self.handle_fromlist(module, name, &self.new_list(plain))?;
                }
                continue;
            }
            if self
                .get_attr_opt(module, &self.interned_name(&item))?
                .is_none()
            {
                let full = format!("{name}.{s}");
                match self.import_module(&full) {
                    Ok(_) => {}
                    Err(r) if self.is_missing(&r, &full) => drop(r),
                    Err(r) => return Err(r),
                }
            }
        }
        Ok(())
    }

    /// Whether an exception says that just this module does not exist.
    fn is_missing(&self, r: &Raise, name: &str) -> bool {
        self.is_exception(r, &self.exc_types.ModuleNotFoundError)
            && r.exception()
                .is_some_and(|e| self.str_lossy(&e.extra[1].get()) == name)
    }

    /// The absolute name of a relative import.
    fn resolve(&self, name: &str, globals: &Value, level: i64) -> PyResult<String> {
        let get = |n: &Value| {
            globals
                .downcast::<PyDict>()
                .and_then(|g| g.get_name(n))
                .filter(|v| !v.is_none())
        };
        let package = match get(&self.names.package) {
            Some(p) if self.is_str(&p) => self.str_lossy(&p),
            Some(_) => return Err(self.type_error("package must be a string")),
            None => {
                let Some(n) = get(&self.names.name) else {
                    return Err(self.key_error(&self.new_str("'__name__' not in globals")));
                };
                let n = self.str_lossy(&n);
                if get(&self.names.path).is_some() {
                    n
                } else {
                    match n.rsplit_once('.') {
                        Some((p, _)) => p.to_string(),
                        // 3.6 took a module of the top level for the package.
                        None if self.version < Version::V3_7 => n,
                        None => String::new(),
                    }
                }
            }
        };
        let no_parent = || {
            self.import_error(
                &self.exc_types.ImportError,
                "attempted relative import with no known parent package",
                Value::NONE,
                Value::NONE,
            )
        };
        if package.is_empty() {
            return Err(no_parent());
        }
        let mut base = package.as_str();
        for _ in 1..level {
            match base.rsplit_once('.') {
                Some((p, _)) => base = p,
                None => {
                    let (class, text) = if self.version >= Version::V3_9 {
                        (
                            &self.exc_types.ImportError,
                            "attempted relative import beyond top-level package",
                        )
                    } else {
                        (
                            &self.exc_types.ValueError,
                            "attempted relative import beyond top-level package",
                        )
                    };
                    return Err(self.new_error(class, text));
                }
            }
        }
        Ok(if name.is_empty() {
            base.to_string()
        } else {
            format!("{base}.{name}")
        })
    }

    /// A module by its absolute name, imported with its parents if need be.
    pub fn import_module(&self, name: &str) -> PyResult {
        if name == "sys" {
            self.complete_sys()?;
        }
        let key = self.intern(name);
        if let Some(m) = self.modules.get_name(&key) {
            if m.is_none() {
                let text = format!("import of {name} halted; None in sys.modules");
                return Err(self.import_error(
                    &self.exc_types.ModuleNotFoundError,
                    &text,
                    self.new_str(name),
                    Value::NONE,
                ));
            }
            return Ok(m);
        }
        self.check_rust_stack()?;
        let mut path = None;
        let mut parent = None;
        if let Some((up, _)) = name.rsplit_once('.') {
            let p = self.import_module(up)?;
            if let Some(m) = self.modules.get_name(&key) {
                return Ok(m);
            }
            match self.get_attr_opt(&p, &self.names.path)? {
                Some(v) => path = Some(v),
                None => {
                    return Err(self.not_found(name, &format!("; {} is not a package", quote(up))));
                }
            }
            parent = Some(p);
        }
        let tail = name.rsplit('.').next().unwrap_or(name);
        let Some(found) = self.find_module(name, tail, path.as_ref())? else {
            return Err(self.not_found(name, ""));
        };
        let m = self.load_module(name, &key, found)?;
        if let Some(p) = parent {
            self.set_attr(&p, &self.intern(tail), m.clone())?;
        }
        Ok(m)
    }

    /// `from module import name`.
    pub fn import_from(&self, module: &Value, name: &Value) -> PyResult {
        if let Some(v) = self.get_attr_opt(module, name)? {
            return Ok(v);
        }
        let n = self.str_lossy(name);
        let mod_name = self
            .get_attr_opt(module, &self.names.name)?
            .filter(|v| self.is_str(v));
        let pkg = mod_name.as_ref().map(|v| self.str_lossy(v));
        if let Some(p) = &pkg
            && let Some(m) = self.modules.get_name(&self.intern(&format!("{p}.{n}")))
        {
            return Ok(m);
        }
        let file = self
            .get_attr_opt(module, &self.names.file)?
            .filter(|v| self.is_str(v));
        let shown = pkg
            .clone()
            .unwrap_or_else(|| "<unknown module name>".into());
        let place = match &file {
            Some(f) => format!(" ({})", self.str_lossy(f)),
            None => " (unknown location)".into(),
        };
        let being_made = self.module_is_initialising(module);
        let text = if self.version >= Version::V3_7 {
            if being_made && self.version >= Version::V3_8 {
                format!(
                    "cannot import name '{n}' from partially initialized module '{shown}' (most likely due to a circular import){place}"
                )
            } else {
                format!("cannot import name '{n}' from '{shown}'{place}")
            }
        } else {
            format!("cannot import name '{n}'")
        };
        let named = self.version >= Version::V3_7;
        let r = self.import_error(
            &self.exc_types.ImportError,
            &text,
            mod_name.filter(|_| named).unwrap_or(Value::NONE),
            file.filter(|_| named).unwrap_or(Value::NONE),
        );
        if self.version >= Version::V3_12
            && let Some(e) = r.exception()
        {
            e.extra[3].set(name.clone());
        }
        Err(r)
    }

    /// Whether a module's code is running now, on this stack.
    fn module_is_initialising(&self, module: &Value) -> bool {
        let Some(m) = module.downcast::<PyModule>() else {
            return false;
        };
        (0..self.depth()).any(|d| {
            // SAFETY: so many frames are below the running one.
            unsafe {
                (*self.cx.frame.get().sub(d))
                    .locals
                    .get()
                    .is(m.dict.as_value())
            }
        })
    }

    /// `from module import *` into a namespace.
    pub fn import_star(&self, module: &Value, locals: &Value) -> PyResult<()> {
        let all = self.get_attr_opt(module, &self.names.all)?;
        let skip_private = all.is_none();
        let names = match all {
            Some(a) => self.sequence_items(&a)?,
            None => {
                let Some(d) = self.get_attr_opt(module, &self.names.dict)? else {
                    return Err(self.import_error(
                        &self.exc_types.ImportError,
                        "from-import-* object has no __dict__ and no __all__",
                        Value::NONE,
                        Value::NONE,
                    ));
                };
                match d.downcast::<PyDict>() {
                    Some(d) => d.keys(),
                    None => self.collect(&self.call_method(&d, &self.names.keys, &[])?)?,
                }
            }
        };
        for n in names {
            let Some(s) = n.downcast::<PyStr>() else {
                let what = if skip_private { "Key" } else { "Item" };
                let where_ = if skip_private { "__dict__" } else { "__all__" };
                let m = self
                    .get_attr_opt(module, &self.names.name)?
                    .map(|m| self.str_lossy(&m))
                    .unwrap_or_default();
                let text = if self.version >= Version::V3_8 {
                    format!(
                        "{what} in {m}.{where_} must be str, not {}",
                        self.type_name(&n)
                    )
                } else {
                    format!(
                        "attribute name must be string, not '{}'",
                        self.type_name(&n)
                    )
                };
                return Err(self.type_error(&text));
            };
            if skip_private && s.view().get(0) == Some('_' as u32) {
                continue;
            }
            let v = self.get_attr(module, &self.interned_name(&n))?;
            match locals.downcast_exact::<PyDict>() {
                Some(d) => d.set(self, &n, v)?,
                None => self.set_item(locals, &n, v)?,
            }
        }
        Ok(())
    }

    /// The items of `__all__`, by index until IndexError.
    fn sequence_items(&self, all: &Value) -> PyResult<Vec<Value>> {
        if matches!(all.kind(), Some(Kind::List | Kind::Tuple)) {
            return self.collect(all);
        }
        if self
            .lookup_type(self.type_of(all), &self.names.getitem)
            .is_none()
        {
            return Err(self.type_error(&format!(
                "'{}' object does not support indexing",
                self.type_name(all)
            )));
        }
        let mut items = Vec::new();
        loop {
            match self.get_item(all, &self.new_int(items.len() as i64)) {
                Ok(v) => items.push(v),
                Err(r) if self.is_exception(&r, &self.exc_types.IndexError) => return Ok(items),
                Err(r) => return Err(r),
            }
        }
    }
}

fn quote(name: &str) -> String {
    format!("'{name}'")
}
