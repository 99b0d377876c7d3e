//! Text to bytes and back with the codecs that are built in, and with those that programs register.
//!
//! Error handlers and codecs that are not built in are those of the `_codecs` module.

use super::Vm;
use crate::error::{PyResult, Raise};
use crate::object::{PyBytes, PyStr, PyTuple};
use crate::text::codec::{Codec, Decoded};
use crate::text::errors::{DecodeError, EncodeError, Errors, Replacement};
use crate::text::{Str, StrBuilder};
use crate::value::Value;

/// Why encoding stopped: an exception, or an error that becomes one once it is known what was encoded.
enum Stop {
    Raise(Raise),
    Encode(EncodeError),
}

impl From<EncodeError> for Stop {
    fn from(e: EncodeError) -> Stop {
        Stop::Encode(e)
    }
}

impl Vm {
    /// UnicodeEncodeError for a str.
    pub fn encode_error(&self, e: &EncodeError, object: &Value) -> Raise {
        let args = self.error_args(e.encoding, object, e.start, e.end, e.reason);
        self.new_raise(&self.exc_types.UnicodeEncodeError, args)
    }

    /// UnicodeDecodeError for bytes.
    pub fn decode_error(&self, e: &DecodeError, object: &[u8]) -> Raise {
        let args = self.error_args(
            e.encoding,
            &self.new_bytes(object),
            e.start,
            e.end,
            e.reason,
        );
        self.new_raise(&self.exc_types.UnicodeDecodeError, args)
    }

    fn error_args(
        &self,
        encoding: &str,
        object: &Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Vec<Value> {
        let place = |i: usize| self.new_int(i64::try_from(i).unwrap_or(i64::MAX));
        vec![
            self.new_str(encoding),
            object.clone(),
            place(start),
            place(end),
            self.new_str(reason),
        ]
    }

    /// A str as bytes, by a codec that is built in and any error handler.
    ///
    /// # Errors
    /// UnicodeEncodeError, LookupError for an unknown handler, and what a handler raises.
    pub fn encode_builtin(&self, text: &Value, codec: Codec, errors: &str) -> PyResult<Vec<u8>> {
        let Some(s) = text.downcast::<PyStr>() else {
            return Err(self.type_error(&format!("must be str, not {}", self.type_name(text))));
        };
        if let Some(errors) = Errors::from_name(errors) {
            return codec
                .encode(s.view(), errors)
                .map_err(|e| self.encode_error(&e, text));
        }
        let mut handler = None;
        let made = codec.encode_with(s.view(), &mut |e, _| {
            self.ask_encode_handler(errors, &mut handler, e, text, s.len())
                .map_err(Stop::Raise)
        });
        made.map_err(|stop| match stop {
            Stop::Raise(r) => r,
            Stop::Encode(e) => self.encode_error(&e, text),
        })
    }

    fn ask_encode_handler(
        &self,
        errors: &str,
        handler: &mut Option<Value>,
        e: &EncodeError,
        text: &Value,
        len: usize,
    ) -> PyResult<(Replacement, usize)> {
        let handler = self.error_handler(errors, handler)?;
        let exc = self.encode_error(e, text).into_value();
        let (made, next) = self.ask_handler(
            &handler,
            exc,
            len,
            "encoding error handler must return (str/bytes, int) tuple",
        )?;
        if let Some(s) = made.downcast::<PyStr>() {
            return Ok((Replacement::Text(s.view().to_buf()), next));
        }
        match made.downcast::<PyBytes>() {
            Some(b) => Ok((Replacement::Bytes(b.data.to_vec()), next)),
            None => {
                Err(self.type_error("encoding error handler must return (str/bytes, int) tuple"))
            }
        }
    }

    /// Bytes as text, by a codec that is built in and any error handler. If more bytes are to follow (not `last`), a
    /// character cut off at the end is left for then.
    ///
    /// # Errors
    /// UnicodeDecodeError, LookupError for an unknown handler, and what a handler raises.
    pub fn decode_builtin(
        &self,
        bytes: &[u8],
        codec: Codec,
        errors: &str,
        last: bool,
    ) -> PyResult<Decoded> {
        let known = Errors::from_name(errors);
        let mut handler = None;
        codec.decode_with(bytes, last, &mut |e, bytes, out| match known {
            Some(Errors::XmlCharRefReplace) => {
                Err(self
                    .type_error("don't know how to handle UnicodeDecodeError in error callback"))
            }
            Some(known) => known
                .decode(e, bytes, out)
                .map_err(|e| self.decode_error(&e, bytes)),
            None => self.ask_decode_handler(errors, &mut handler, e, bytes, out),
        })
    }

    fn ask_decode_handler(
        &self,
        errors: &str,
        handler: &mut Option<Value>,
        e: &DecodeError,
        bytes: &[u8],
        out: &mut StrBuilder,
    ) -> PyResult<usize> {
        const WRONG: &str = "decoding error handler must return (str, int) tuple";
        let handler = self.error_handler(errors, handler)?;
        let exc = self.decode_error(e, bytes).into_value();
        let (made, next) = self.ask_handler(&handler, exc, bytes.len(), WRONG)?;
        match made.downcast::<PyStr>() {
            Some(s) => out.push_str(s.view()),
            None => return Err(self.type_error(WRONG)),
        }
        Ok(next)
    }

    /// Calls an error handler: what stands for the bad part, and the place to go on from.
    fn ask_handler(
        &self,
        handler: &Value,
        exc: Value,
        len: usize,
        wrong: &str,
    ) -> PyResult<(Value, usize)> {
        let r = self.call(handler, &[exc])?;
        let pair = r.downcast::<PyTuple>().map(PyTuple::items);
        let Some([made, next]) = pair else {
            return Err(self.type_error(wrong));
        };
        let Some(given) = self.int_value(next).map(|i| i.clamp_i64()) else {
            return Err(self.type_error(wrong));
        };
        let end = i64::try_from(len).unwrap_or(i64::MAX);
        let next = if given < 0 {
            given.saturating_add(end)
        } else {
            given
        };
        match usize::try_from(next) {
            Ok(next) if next <= len => Ok((made.clone(), next)),
            _ => {
                Err(self.index_error(&format!("position {next} from error handler out of bounds")))
            }
        }
    }

    /// The error handler of a name, looked up once.
    fn error_handler(&self, errors: &str, known: &mut Option<Value>) -> PyResult {
        if let Some(h) = known {
            return Ok(h.clone());
        }
        let unknown = || self.lookup_error(&format!("unknown error handler name '{errors}'"));
        let module = self.import_module("_codecs").map_err(|_| unknown())?;
        let find = self
            .get_attr_str(&module, "lookup_error")
            .map_err(|_| unknown())?;
        let h = self.call(&find, &[self.new_str(errors)])?;
        *known = Some(h.clone());
        Ok(h)
    }

    /// `text.encode(encoding, errors)`: bytes.
    ///
    /// # Errors
    /// As [`Vm::encode_builtin`]; LookupError for an unknown encoding.
    pub fn encode(&self, text: &Value, encoding: &str, errors: &str) -> PyResult {
        if let Some(codec) = Codec::from_name(encoding) {
            return Ok(self.new_bytes(&self.encode_builtin(text, codec, errors)?));
        }
        let made = self.registered_codec(encoding, 0, "encode", text, errors)?;
        if made.downcast::<PyBytes>().is_none() {
            return Err(self.type_error(&format!(
                "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary \
                 types",
                self.type_name(&made)
            )));
        }
        Ok(made)
    }

    /// `bytes.decode(encoding, errors)`: a str.
    ///
    /// # Errors
    /// As [`Vm::decode_builtin`]; LookupError for an unknown encoding.
    pub fn decode(&self, bytes: &[u8], encoding: &str, errors: &str) -> PyResult {
        if let Some(codec) = Codec::from_name(encoding) {
            if let (Codec::Utf8 | Codec::Ascii, true) = (codec, bytes.is_ascii()) {
                return Ok(self.new_text(Str::Ascii(bytes)));
            }
            let made = self.decode_builtin(bytes, codec, errors, true)?;
            return Ok(self.new_text(made.text.view()));
        }
        let made = self.registered_codec(encoding, 1, "decode", &self.new_bytes(bytes), errors)?;
        if !self.is_str(&made) {
            return Err(self.type_error(&format!(
                "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                self.type_name(&made)
            )));
        }
        Ok(made)
    }

    /// What a codec of the registry makes of an object; `which` is its place in a `CodecInfo`.
    fn registered_codec(
        &self,
        encoding: &str,
        which: usize,
        verb: &str,
        object: &Value,
        errors: &str,
    ) -> PyResult {
        let unknown = || self.lookup_error(&format!("unknown encoding: {encoding}"));
        // The search functions of the standard codecs are registered when `encodings` is imported.
        self.import_module("encodings").map_err(|_| unknown())?;
        let module = self.import_module("_codecs").map_err(|_| unknown())?;
        let find = self
            .get_attr_str(&module, "lookup")
            .map_err(|_| unknown())?;
        let info = self.call(&find, &[self.new_str(encoding)])?;
        if let Some(text) = self.get_attr_opt(&info, &self.intern("_is_text_encoding"))?
            && !self.truth(&text)?
        {
            return Err(self.lookup_error(&format!(
                "'{encoding}' is not a text encoding; use codecs.{verb}() to handle arbitrary codecs"
            )));
        }
        let function = info
            .downcast::<PyTuple>()
            .and_then(|t| t.get(which).cloned());
        let Some(function) = function else {
            return Err(self.type_error("codec search functions must return 4-tuples"));
        };
        let r = self.call(&function, &[object.clone(), self.new_str(errors)])?;
        match r.downcast::<PyTuple>().map(PyTuple::items) {
            Some([made, _]) => Ok(made.clone()),
            _ => Err(self.type_error(&format!("{verb}r must return a tuple (object, integer)"))),
        }
    }
}
