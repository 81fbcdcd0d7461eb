"""Steps through a program by instructions in gdb, and reads all variables that are named after their values.

The value of a variable `t7` is always 7 modulo 32. For a slice `s7` this holds for the length, for a reference `r7`
for its target. After each instruction, the variables of the program's own functions among the innermost FRAMES are
read. The last line of output is JSON: the number of instructions, of reads and of known values, and the wrong values.
"""

import json
import os
import re
import sys

import gdb

sys.path.insert(0, os.path.dirname(__file__))
import emulator

# The callers' variables must also be right, while callees use the registers.
FRAMES = 4
# The most instructions. A program that does not end is a failure.
LIMIT = 40_000

program = os.environ["CLIF_WALK"]
asked = known = steps = 0
wrong = {}


def number(kind, value):
    """Returns the number to compare."""
    if kind == "s":
        return int(value["length"])
    return int(value.dereference()) if kind == "r" else int(value)


def look(frame):
    """Reads the variables of a frame's function, in all blocks around its instruction."""
    global asked, known
    try:
        block = frame.block()
    except RuntimeError:
        return
    while block is not None:
        for symbol in block:
            named = re.fullmatch(r"([a-z]+)(\d+)", symbol.name)
            if not named or not (symbol.is_variable or symbol.is_argument):
                continue
            asked += 1
            try:
                value = symbol.value(frame)
                if value.is_optimized_out:
                    continue
                found = number(named[1], value)
            except gdb.error:
                # Parts of the variable are optimised out.
                continue
            known += 1
            if found % 32 != int(named[2]):
                wrong[f"{frame.name()}: {symbol.name} at {frame.pc():#x}"] = found
        block = None if block.function else block.superblock


gdb.execute("set pagination off")
# gdb considers the program's own `main` the outermost caller.
gdb.execute("set backtrace past-main on")
gdb.execute(f"break {program}::main")
if emulator.is_needed():
    emulator.start_in_gdb()
    gdb.execute("continue", to_string=True)
else:
    gdb.execute("run", to_string=True)
outside = gdb.newest_frame().older().pc()
while steps < LIMIT:
    frame = gdb.newest_frame()
    if frame.pc() == outside:
        break
    for _ in range(FRAMES):
        if frame is None:
            break
        if (frame.name() or "").startswith(f"{program}::"):
            look(frame)
        frame = frame.older()
    gdb.execute("stepi", to_string=True)
    steps += 1
gdb.execute("kill")
print(json.dumps({"ended": steps < LIMIT, "steps": steps, "asked": asked, "known": known, "wrong": wrong}))
