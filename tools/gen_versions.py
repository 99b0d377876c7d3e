#!/usr/bin/env python3
"""Write core/src/version/v3_N.rs from a folder of facts: gen_versions.py FACTS_DIR

FACTS_DIR holds one opcodes-3.N.json per version, which opcode_facts.py makes from what that CPython's own modules
say: numbers, kinds of arguments, caches, tables of operators. What those leave unsaid (how an argument is packed,
which way a jump goes, the formats of the file) is decided below.
"""
import json
import subprocess
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "core/src/version"

# Made by CPython at run time only; a file that holds one of these is malformed.
NEVER_IN_A_FILE = {"CACHE", "RESERVED", "INTERPRETER_EXIT", "EXIT_INIT_CHECK", "ENTER_EXECUTOR"}

# 3.13 and later list some of these among the locals, since a cell has a slot like any local.
CELLS = {"LOAD_DEREF", "STORE_DEREF", "DELETE_DEREF", "LOAD_CLASSDEREF", "LOAD_CLOSURE", "LOAD_FROM_DICT_OR_DEREF",
         "MAKE_CELL"}

# Two slots of four bits each in one argument (3.13 and later).
PAIRS = {"LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"}


def name_shift(name, minor):
    """How many flag bits lie below the index into co_names."""
    if name == "LOAD_SUPER_ATTR":
        return 2
    return int(name == "LOAD_GLOBAL" and minor >= 11 or name == "LOAD_ATTR" and minor >= 12)


def arg_kind(name, facts, minor):
    if name not in facts["hasarg"]:
        return "Arg::None"
    if name == "END_ASYNC_FOR":
        return "Arg::Count"  # 3.14 lists it as a jump, but it only marks where the loop began.
    if name in facts["hasjabs"]:
        return "Arg::JumpAbsolute"
    if name in facts["hasjrel"]:
        return "Arg::JumpBackward" if "BACKWARD" in name else "Arg::JumpForward"
    if name in facts["hasconst"]:
        return "Arg::Const"
    if name in facts["hasname"]:
        return f"Arg::Name {{ shift: {name_shift(name, minor)} }}"
    if name in CELLS:
        return "Arg::Cell"
    if name in PAIRS:
        return "Arg::Locals"
    if name in facts["haslocal"]:
        return "Arg::Local"
    if name in facts["hascompare"]:
        shift, to_bool = (5, 16) if minor >= 13 else (4, 0) if minor == 12 else (0, 0)
        return f"Arg::Compare {{ shift: {shift}, to_bool: {to_bool} }}"
    return "Arg::Count"


def rows(facts, minor):
    caches = facts["inline_cache_entries"] or {}
    for name, number in sorted(facts["opmap"].items(), key=lambda item: item[1]):
        if number < 256 and name not in NEVER_IN_A_FILE and not name.startswith("INSTRUMENTED_"):
            yield f'        row({number}, "{name}", {arg_kind(name, facts, minor)}, {caches.get(name, 0)}),'


def strings(items):
    return "&[" + ", ".join(json.dumps(item) for item in items or []) + "]"


def module(facts):
    minor = int(facts["python"].split(".")[1])
    layout = "LocalsPlus" if minor >= 11 else "PosOnly" if minor >= 8 else "Classic"
    lines = "Locations" if minor >= 11 else "Linetable" if minor == 10 else "Lnotab"
    cmp_op = [op for op in facts["cmp_op"] if op != "BAD"]
    nb_ops = [f"({json.dumps(name)}, {json.dumps(sign)})" for name, sign in facts["nb_ops"] or []]
    return "\n".join([
        f"//! CPython 3.{minor}: opcodes and formats. Made by `tools/gen_versions.py` from what CPython "
        f"{facts['python_full']}",
        "//! says about itself; change the script, not this file.",
        "",
        "use super::{ArgKind as Arg, CodeLayout, LineFormat, Version, VersionInfo, row, table};",
        "",
        f"/// CPython 3.{minor}.",
        "pub(super) static INFO: VersionInfo = VersionInfo {",
        f"    version: Version::V3_{minor},",
        f"    magic: {facts['magic']},",
        f"    cache_tag: {json.dumps(facts['cache_tag'])},",
        f"    header_size: {12 if minor == 6 else 16},",
        f"    marshal_version: {5 if minor >= 14 else 4},",
        f"    code_layout: CodeLayout::{layout},",
        f"    line_format: LineFormat::{lines},",
        f"    jump_unit: {2 if minor >= 10 else 1},",
        f"    extended_arg: {facts['EXTENDED_ARG']},",
        "    ops: table(&[",
        *rows(facts, minor),
        "    ]),",
        f"    cmp_op: {strings(cmp_op)},",
        f"    nb_ops: &[{', '.join(nb_ops)}],",
        f"    intrinsic_1: {strings(facts['intrinsic_1'])},",
        f"    intrinsic_2: {strings(facts['intrinsic_2'])},",
        f"    special_methods: {strings(facts['special_methods'])},",
        f"    common_constants: {strings(facts['common_constants'])},",
        "};",
        "",
    ])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for path in sorted(Path(sys.argv[1]).glob("opcodes-3.*.json")):
        facts = json.loads(path.read_text())
        out = OUT / f"v{facts['python'].replace('.', '_')}.rs"
        out.write_text(module(facts))
        subprocess.run(["rustfmt", "--edition", "2024", out], check=True)


main()
