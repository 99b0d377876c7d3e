#!/usr/bin/env python3
"""Does every handler of a release build end in a jump to the next one?

    tools/check_tail_calls.py target/release/opyc [--verbose]

Lists the shims of core/src/interp/dispatch.rs that do not: exit code 1 if there are any. Sibling calls are an
optimisation of the compiler, not a promise, so this looks at the machine code, with objdump. A shim that only ever
jumps on contains no return instruction; one that calls a handler, or another shim, returns from there some time.
(`halt`, which ends a run by returning, is no shim.)
"""
import argparse
import re
import shutil
import subprocess
import sys

SHIM = re.compile(r"opyc_core::interp::dispatch::((?:\w+_)?shim)(?:::<.*>|::h[0-9a-f]{16})?$")
RETURN = re.compile(r"(rep )?ret[ql]?\b")
CALL = re.compile(r"(call[ql]?|bl|blr)\b\s*(.*)")


def functions(binary):
    """Yields name, address and instructions of each function."""
    command = ["objdump", "--disassemble", "--no-show-raw-insn", "--demangle", binary]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as objdump:
        name, address, body = None, None, []
        for line in objdump.stdout:
            start = re.match(r"([0-9a-f]+) <(.*)>:$", line)
            if start:
                if name:
                    yield name, address, body
                address, name, body = start[1], start[2], []
            elif name and "\t" in line:
                body.append(line.split("\t", 1)[1].strip())
        if name:
            yield name, address, body
    if objdump.returncode:
        sys.exit("objdump cannot read %s" % binary)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--verbose", action="store_true", help="the calls and returns of each shim that is listed")
    options = parser.parse_args()
    if not shutil.which("objdump"):
        print("skipped: no objdump here")
        return 0
    count, saving, bad = {}, 0, []
    for name, address, body in functions(options.binary):
        shim = SHIM.match(name)
        if not shim:
            continue
        kind = shim[1]
        count[kind] = count.get(kind, 0) + 1
        calls = [c[2] for c in map(CALL.match, body) if c]
        to_shim = [c for c in calls if "dispatch::" in c and "shim" in c]
        if to_shim or any(RETURN.match(i) for i in body):
            bad.append((kind, address, calls))
        elif kind == "shim" and any(i.startswith(("push", "stp")) for i in body):
            saving += 1
    if not count:
        print("no shims in %s: it uses the call loop, or has no symbols" % options.binary)
        return 1
    for kind, address, calls in bad:
        print("%s at %s does not tail-call" % (kind, address))
        if options.verbose:
            print("    calls: %s" % "; ".join(calls))
    print("%s; %d do not tail-call, %d fast paths save registers" % (
        ", ".join("%d %s" % (n, kind) for kind, n in sorted(count.items())), len(bad), saving))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
