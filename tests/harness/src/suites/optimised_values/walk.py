"""Goes through a program instruction by instruction in gdb and looks at all variables named after their values.

A variable `t7` always holds 7 modulo 32; of `s7`, a slice, the length does, of `r7` what it refers to. After each
instruction the program's own functions among the innermost FRAMES are asked. The last line printed is JSON: the
instructions, how often a variable was asked for, how often gdb knew it, and the wrong answers.
"""

import json
import os
import re

import gdb

# Callers have to be right while their callees have the registers.
FRAMES = 4
# A program that does not come to its end is a failure.
LIMIT = 40_000

program = os.environ["CLIF_WALK"]
asked = known = steps = 0
wrong = {}


def number(kind, value):
    """What is to be compared."""
    if kind == "s":
        return int(value["length"])
    return int(value.dereference()) if kind == "r" else int(value)


def look(frame):
    """Asks for the variables of a frame's function, all blocks around its instruction."""
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
                # Parts of it are optimised away.
                continue
            known += 1
            if found % 32 != int(named[2]):
                wrong[f"{frame.name()}: {symbol.name} at {frame.pc():#x}"] = found
        block = None if block.function else block.superblock


gdb.execute("set pagination off")
# gdb takes the program's own `main` for the last caller there is.
gdb.execute("set backtrace past-main on")
gdb.execute(f"break {program}::main")
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
