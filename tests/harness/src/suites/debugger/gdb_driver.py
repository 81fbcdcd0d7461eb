"""Runs a session of tests/debugger inside gdb.

The environment names the session (a JSON list of [verb, argument]) and the file that the answers go to: one JSON
text per line, in the order of the commands. lldb_driver.py has the same verbs; tests/README.md describes them.

A program of another machine runs in its emulator (emulator.py).
"""

import json
import os
import re
import sys

import gdb

sys.path.insert(0, os.path.dirname(__file__))
import emulator


class Stops:
    """The reason of the last stop, from gdb's events."""

    def __init__(self):
        self.reason = ""
        gdb.events.stop.connect(self.stopped)
        gdb.events.exited.connect(self.exited)

    def stopped(self, event):
        self.reason = ""
        if isinstance(event, gdb.SignalEvent):
            self.reason = f"{event.stop_signal}: "
        elif isinstance(event, gdb.BreakpointEvent):
            kinds = (gdb.BP_WATCHPOINT, gdb.BP_HARDWARE_WATCHPOINT)
            if any(breakpoint.type in kinds for breakpoint in event.breakpoints):
                self.reason = "watchpoint: "

    def exited(self, event):
        self.reason = f"exited with {getattr(event, 'exit_code', 'a signal')}"


STOPS = Stops()


def frame_text(frame):
    """Returns a frame as `FUNCTION at FILE:LINE`."""
    line = frame.find_sal()
    # If the function has no debug information, gdb only knows its symbol.
    name = re.sub(r"::h[0-9a-f]{16}$", "", frame.name() or "?")
    if line.symtab is None:
        return name
    return f"{name} at {os.path.basename(line.symtab.filename)}:{line.line}"


def place():
    """Returns the reason of the stop and the current frame."""
    if gdb.selected_thread() is None:
        return STOPS.reason
    return STOPS.reason + frame_text(gdb.selected_frame())


def execute(command):
    return gdb.execute(command, to_string=True)


def move(command):
    """Runs a command that moves the program, and returns where it stopped."""
    execute(command)
    return place()


def last_value():
    """Returns the number of the last value in gdb's history."""
    numbers = re.findall(r"^\$(\d+) =", execute("show values"), re.MULTILINE)
    return numbers[-1] if numbers else None


def finish(_):
    before = last_value()
    execute("finish")
    # Scripts do not get the output of `finish`, but the returned value is added to the history.
    number = last_value()
    return place() + ("" if number == before else " returned " + printed(f"${number}"))


def select(number):
    frame = gdb.newest_frame()
    for _ in range(int(number)):
        frame = frame.older()
    frame.select()
    return frame_text(frame)


def backtrace(_):
    """Returns all frames down to `main`."""
    texts, frame = [], gdb.newest_frame()
    while frame is not None:
        texts.append(f"#{len(texts)} {frame_text(frame)}")
        frame = None if re.search(r"::main( at .*)?$", texts[-1]) else frame.older()
    return "\n".join(texts)


def threads(_):
    found = sorted(gdb.selected_inferior().threads(), key=lambda thread: thread.num)
    return "\n".join(f"{thread.num} {thread.name}" for thread in found)


def thread(name):
    """Selects a thread by its name."""
    for candidate in gdb.selected_inferior().threads():
        if candidate.name == name:
            candidate.switch()
            return frame_text(gdb.newest_frame())
    raise gdb.error(f"no thread {name}")


def printed(expression):
    return re.sub(r"^\$\d+ = ", "", execute(f"print {expression}"))


def type_of(expression):
    return re.sub(r"^type = ", "", execute(f"whatis {expression}"))


def physical_callers():
    """Returns the return addresses of all frames but the newest and inlined ones, with the stack and frame pointers."""
    places, frame = [], gdb.newest_frame()
    while frame is not None:
        if frame.type() != gdb.INLINE_FRAME:
            # `$fp` is the frame pointer on every machine, `$sp` the stack pointer.
            pointers = [frame.read_register(name) for name in ("sp", "fp")]
            places.append((frame.pc(), *[int(pointer) for pointer in pointers]))
        frame = frame.older()
    return places[1:]


def callers(function):
    """Runs to the first instruction of a function, and steps by instructions until it has returned. The callers must
    always be the same."""
    address = re.search(r"0x[0-9a-f]+", execute(f"info address {function}"))[0]
    execute(f"tbreak *{address}")
    execute("continue")
    expected, seen = physical_callers(), 0
    while True:
        here = gdb.newest_frame().pc()
        # A call inside the function leaves it too, but `nexti` comes back.
        if here == expected[0][0]:
            return "the same callers at every instruction" if seen > 1 else f"only {seen} instructions"
        found = physical_callers()
        if found != expected:
            texts = [[[hex(part) for part in place] for place in places] for places in (found, expected)]
            return f"at {here - int(address, 16)} bytes from the start, {texts[0]} instead of {texts[1]}"
        seen += 1
        execute("nexti")


def delete(_):
    for breakpoint in gdb.breakpoints():
        breakpoint.delete()
    return ""


def run(_):
    if not emulator.is_needed():
        return move("run >/dev/null 2>&1")
    emulator.start_in_gdb()
    return move("continue")


VERBS = {
    "run": run,
    "continue": lambda _: move("continue"),
    "step": lambda _: move("step"),
    "next": lambda _: move("next"),
    "finish": finish,
    "break": lambda argument: execute(f"break {argument}"),
    "watch": lambda argument: execute(f"watch {argument}"),
    "delete": delete,
    "callers": callers,
    "backtrace": backtrace,
    "frame": select,
    "threads": threads,
    "thread": thread,
    "print": printed,
    "type": type_of,
    "locals": lambda _: execute("info locals"),
    "args": lambda _: execute("info args"),
    "set": lambda argument: execute(f"set variable {argument}"),
    "raw": execute,
}


def main():
    with open(os.environ["CLIF_SESSION"], encoding="utf-8") as file:
        session = json.load(file)
    for setting in ["pagination off", "confirm off", "width 0", "print thread-events off"]:
        execute(f"set {setting}")
    with open(os.environ["CLIF_ANSWERS"], "w", encoding="utf-8") as answers:
        for verb, argument in session:
            try:
                text = VERBS[verb](argument) or ""
            except (gdb.error, gdb.MemoryError) as error:
                text = f"error: {error}"
            answers.write(json.dumps(text) + "\n")
            answers.flush()


main()
