"""Compiles guest.py for tests/embed.rs: run it in this folder with each CPython, `python3.6 compile.py` and so on."""
import importlib.util
import marshal
import sys

with open("guest.py", "rb") as file:
    source = file.read()
if sys.version_info >= (3, 7):
    # Named by a hash of the source that nobody checks, so that the file changes with the source only.
    header = (1).to_bytes(4, "little") + importlib.util.source_hash(source)
else:
    header = bytes(4) + len(source).to_bytes(4, "little")
with open("3.%d.pyc" % sys.version_info[1], "wb") as file:
    file.write(importlib.util.MAGIC_NUMBER + header + marshal.dumps(compile(source, "guest.py", "exec")))
