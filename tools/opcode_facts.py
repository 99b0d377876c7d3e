#!/usr/bin/env python3
"""Print, as JSON, what the CPython that runs this says of its opcodes: the input of gen_versions.py.

    python3.N tools/opcode_facts.py > FACTS_DIR/opcodes-3.N.json
"""
import importlib.util
import json
import opcode
import platform
import sys


def names(numbers):
    """Names of real opcodes; from 3.12 on the lists also hold pseudo opcodes, which no file has."""
    return [opcode.opname[number] for number in numbers if number < 256]


def caches():
    """Sizes of inline caches by name. A list by number in 3.11 and 3.12, a dict later."""
    entries = getattr(opcode, "_inline_cache_entries", {})
    if isinstance(entries, dict):
        return entries
    return {opcode.opname[number]: size for number, size in enumerate(entries) if size}


def hasarg():
    if sys.version_info >= (3, 13):
        return names(opcode.hasarg)
    return [name for name, number in opcode.opmap.items() if opcode.HAVE_ARGUMENT <= number < 256]


facts = {
    "python": "%d.%d" % sys.version_info[:2],
    "python_full": platform.python_version(),
    "magic": int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little"),
    "cache_tag": sys.implementation.cache_tag,
    "EXTENDED_ARG": opcode.EXTENDED_ARG,
    "opmap": opcode.opmap,
    "hasarg": hasarg(),
    "inline_cache_entries": caches(),
    "cmp_op": opcode.cmp_op,
    "nb_ops": getattr(opcode, "_nb_ops", []),
    "intrinsic_1": getattr(opcode, "_intrinsic_1_descs", []),
    "intrinsic_2": getattr(opcode, "_intrinsic_2_descs", []),
    "special_methods": getattr(opcode, "_special_method_names", []),
    # Some are given as the classes and functions themselves.
    "common_constants": [getattr(constant, "__name__", constant)
                         for constant in getattr(opcode, "_common_constants", [])],
}
for kind in ("hasjrel", "hasjabs", "hasconst", "hasname", "haslocal", "hascompare"):
    facts[kind] = names(getattr(opcode, kind))
print(json.dumps(facts, indent=1))
