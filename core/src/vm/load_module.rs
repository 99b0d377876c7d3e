//! Finding and loading modules: native ones, and files and packages in folders of `.pyc`.

use std::sync::Arc;

use super::Vm;
use crate::code::Code;
use crate::error::PyResult;
use crate::object::*;
use crate::pyc;
use crate::registry;
use crate::value::Value;

/// Where a module was found.
pub(super) enum Found {
    /// The machine's own, in Rust.
    Native,
    /// Path of the `.pyc`, of the source as `__file__` shows it, and the folder if it is a package.
    File {
        pyc: String,
        source: String,
        package: Option<String>,
    },
    /// A folder without `__init__` (PEP 420).
    Namespace(Vec<String>),
}

/// The class of `__spec__`, made with the first module that has one.
#[derive(Default)]
struct SpecClass(std::cell::OnceCell<Ref<PyType>>);

/// Names that `builtins` has room for from the start: more than there are in any version.
const BUILTINS: usize = 192;

impl Vm {
    /// First steps of every machine: `builtins` and `sys` exist.
    pub(super) fn set_up(&self) -> PyResult<()> {
        let m = self.alloc(&self.types.module, |header| PyModule {
            header,
            dict: self.builtins.clone(),
        });
        self.builtins.reserve(BUILTINS);
        self.fill_module(&m, "builtins")?;
        self.modules.set_name(&self.intern("builtins"), m.value());
        self.begin_sys()
    }

    /// Gives a module the attributes that every native module has.
    pub(super) fn begin_module(&self, m: &Ref<PyModule>, name: Value) {
        let d = &m.dict;
        d.set_name(&self.names.name, name);
        d.set_name(&self.names.doc, Value::NONE);
        d.set_name(&self.names.package, self.intern(""));
        d.set_name(&self.names.loader, Value::NONE);
        d.set_name(&self.names.spec, Value::NONE);
    }

    pub(super) fn fill_module(&self, m: &Ref<PyModule>, name: &str) -> PyResult<()> {
        let (d, n) = (&m.dict, self.intern(name));
        self.begin_module(m, n.clone());
        // A native module may come in parts, from several crates.
        for def in registry::MODULE_DEFS
            .iter()
            .filter(|d| d.name == name && d.versions.contains(self.version))
        {
            for f in def
                .functions
                .iter()
                .filter(|f| f.versions.contains(self.version))
            {
                d.set_name(&self.intern(f.name), self.new_function(f, n.clone()));
            }
            (def.init)(self, m.as_value())?;
        }
        Ok(())
    }

    /// Looks for a module among the native ones, or in `path`, its parent's `__path__`.
    pub(super) fn find_module(
        &self,
        name: &str,
        tail: &str,
        path: Option<&Value>,
    ) -> PyResult<Option<Found>> {
        if path.is_none() && registry::native_module(name, self.version).is_some() {
            return Ok(Some(Found::Native));
        }
        let dirs = match path {
            Some(p) => p.clone(),
            None => self.sys_attr("path").unwrap_or(Value::NONE),
        };
        if dirs.is_none() {
            return Ok(None);
        }
        let tag = self.table().info.cache_tag;
        let mut namespace = Vec::new();
        for d in self.collect(&dirs)? {
            let Some(d) = d.downcast::<PyStr>().map(|s| s.to_string()) else {
                continue;
            };
            let base = if d.is_empty() {
                String::new()
            } else {
                format!("{}/", d.trim_end_matches('/'))
            };
            let dir = format!("{base}{tail}");
            for (stem, package) in [
                (format!("{dir}/__init__"), Some(dir.clone())),
                (dir.clone(), None),
            ] {
                let (folder, leaf) = stem.rsplit_once('/').unwrap_or(("", &stem));
                let cached = if folder.is_empty() {
                    format!("__pycache__/{leaf}.{tag}.pyc")
                } else {
                    format!("{folder}/__pycache__/{leaf}.{tag}.pyc")
                };
                for pyc in [cached, format!("{stem}.pyc")] {
                    if self.host.is_file(&pyc) {
                        let source = format!("{stem}.py");
                        let source = if self.host.is_file(&source) {
                            source
                        } else {
                            pyc.clone()
                        };
                        return Ok(Some(Found::File {
                            pyc,
                            source,
                            package,
                        }));
                    }
                }
            }
            if self.host.is_dir(&dir) {
                namespace.push(dir);
            }
        }
        Ok(if namespace.is_empty() {
            None
        } else {
            Some(Found::Namespace(namespace))
        })
    }

    /// Makes the module that was found, and runs it.
    pub(super) fn load_module(&self, name: &str, key: &Value, found: Found) -> PyResult {
        let m = self.new_module_of(&self.types.module);
        let d = m.dict.clone();
        let package = match &found {
            Found::Native | Found::File { package: None, .. } => {
                name.rsplit_once('.').map_or("", |(p, _)| p)
            }
            _ => name,
        };
        d.set_name(&self.names.name, self.intern(name));
        d.set_name(&self.names.doc, Value::NONE);
        d.set_name(&self.names.package, self.intern(package));
        d.set_name(&self.names.loader, Value::NONE);
        let spec = self.module_spec(name, &found)?;
        d.set_name(&self.names.spec, spec);
        self.modules.set_name(key, m.value());
        let r = match found {
            Found::Native => self.fill_module(&m, name),
            Found::Namespace(dirs) => {
                let dirs = dirs.iter().map(|d| self.new_str(d)).collect();
                d.set_name(&self.names.path, self.new_list(dirs));
                Ok(())
            }
            Found::File {
                pyc,
                source,
                package,
            } => {
                d.set_name(&self.names.file, self.new_str(&source));
                d.set_name(&self.intern("__cached__"), self.new_str(&pyc));
                if let Some(dir) = &package {
                    d.set_name(&self.names.path, self.new_list(vec![self.new_str(dir)]));
                }
                self.read_pyc(&pyc)
                    .and_then(|code| self.run_module(code, &d))
            }
        };
        if let Err(e) = r {
            self.modules.remove_name(key);
            return Err(e);
        }
        // A module may have replaced itself.
        Ok(self.modules.get_name(key).unwrap_or_else(|| m.value()))
    }

    /// `__spec__`: what was found out about a module before it was loaded (PEP 451).
    fn module_spec(&self, name: &str, found: &Found) -> PyResult {
        let state = self.extension::<SpecClass>();
        let class = match state.0.get() {
            Some(c) => c.clone(),
            None => {
                let namespace = self.new_dict();
                namespace.set_name(&self.names.module, self.intern("_frozen_importlib"));
                let c = self.make_class(crate::vm::ClassParts {
                    meta: &self.types.type_,
                    name: self.intern("ModuleSpec"),
                    bases: vec![self.types.namespace.clone()],
                    namespace,
                    keywords: Vec::new(),
                })?;
                state.0.get_or_init(|| c).clone()
            }
        };
        let spec = self.new_namespace_of(&class);
        let set = |n: &str, v: Value| spec.dict.set_name(&self.intern(n), v);
        set("name", self.new_str(name));
        set("loader", Value::NONE);
        let (origin, cached, search) = match found {
            Found::Native => (self.new_str("built-in"), Value::NONE, None),
            Found::File {
                pyc,
                source,
                package,
            } => (
                self.new_str(source),
                self.new_str(pyc),
                package.clone().map(|p| vec![p]),
            ),
            Found::Namespace(dirs) => (Value::NONE, Value::NONE, Some(dirs.clone())),
        };
        let parent = if search.is_some() {
            name
        } else {
            name.rsplit_once('.').map_or("", |(p, _)| p)
        };
        set("origin", origin);
        set("loader_state", Value::NONE);
        set("has_location", Value::bool(!cached.is_none()));
        set("cached", cached);
        let search = search.map(|s| self.new_list(s.iter().map(|d| self.new_str(d)).collect()));
        set("submodule_search_locations", search.unwrap_or(Value::NONE));
        set("parent", self.new_str(parent));
        Ok(spec.into_value())
    }

    /// Reads a `.pyc` through the host. ImportError with the reason if it cannot be used.
    fn read_pyc(&self, path: &str) -> PyResult<Arc<Code>> {
        let fail = |text: String| {
            self.import_error(
                &self.exc_types.ImportError,
                &text,
                Value::NONE,
                self.new_str(path),
            )
        };
        let bytes = self
            .host
            .read_file(path)
            .map_err(|e| fail(format!("cannot read {path}: {e}")))?;
        let table = self.table();
        let pyc = if table.info.magic == crate::version::info(self.version()).magic {
            pyc::read(&bytes, path)
        } else {
            pyc::read_as(&bytes, path, &table.info)
        };
        pyc.map(|p| p.code).map_err(|e| fail(e.to_string()))
    }

    /// Runs a module's code in its dict.
    pub fn run_module(&self, code: Arc<Code>, globals: &Ref<PyDict>) -> PyResult<()> {
        if globals.get_name(&self.names.builtins).is_none()
            && let Some(b) = self.modules.get_name(&self.intern("builtins"))
        {
            globals.set_name(&self.names.builtins, b);
        }
        crate::interp::admit(self, &code)?;
        let code = self.new_code(code);
        let f = self.new_py_function(code, globals.clone(), None);
        self.run_in_namespace(&f, globals.value())?;
        Ok(())
    }
}
