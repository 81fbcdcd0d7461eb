"""Runs a session of tests/debugger inside lldb.

The environment names the session (a JSON list of [verb, argument]) and the file that the answers go to: one JSON
text per line, in the order of the commands. gdb_driver.py has the same verbs; tests/README.md describes them.

A program of another machine runs in its emulator (emulator.py).
"""

import json
import os
import re
import sys

import lldb

sys.path.insert(0, os.path.dirname(__file__))
import emulator


class Failed(Exception):
    """An error of a command."""


class Session:
    """The program that is debugged."""

    def __init__(self, debugger):
        self.debugger = debugger
        debugger.SetAsync(False)
        self.target = debugger.GetSelectedTarget()

    def process(self):
        return self.target.GetProcess()

    def selected_thread(self):
        return self.process().GetSelectedThread()

    def execute(self, command):
        """Runs a command line and returns what it prints."""
        result = lldb.SBCommandReturnObject()
        # A command in a script that is being imported sees no process without an explicit context.
        thread = self.selected_thread()
        frame = thread.GetSelectedFrame() if thread.IsValid() else None
        context = lldb.SBExecutionContext(frame or self.target)
        self.debugger.GetCommandInterpreter().HandleCommand(command, context, result)
        if not result.Succeeded():
            raise Failed((result.GetError() or "").removeprefix("error: "))
        return result.GetOutput() or ""

    def frame_text(self, frame):
        """Returns a frame as `FUNCTION at FILE:LINE`."""
        name = frame.GetDisplayFunctionName() or frame.GetFunctionName() or "?"
        name = re.sub(r"::h[0-9a-f]{16}$", "", name)
        line = frame.GetLineEntry()
        if not line.IsValid() or line.GetLine() == 0:
            return name
        return f"{name} at {line.GetFileSpec().GetFilename()}:{line.GetLine()}"

    def place(self):
        """Returns the reason of the stop and the current frame."""
        process = self.process()
        if process.GetState() == lldb.eStateExited:
            return f"exited with {process.GetExitStatus()}"
        thread = self.selected_thread()
        reason = ""
        if thread.GetStopReason() == lldb.eStopReasonSignal:
            signals = process.GetUnixSignals()
            reason = f"{signals.GetSignalAsCString(thread.GetStopReasonDataAtIndex(0))}: "
        elif thread.GetStopReason() == lldb.eStopReasonWatchpoint:
            reason = "watchpoint: "
        return reason + self.frame_text(thread.GetFrameAtIndex(0))

    def move(self, command):
        """Runs a command that moves the program, and returns where it stopped."""
        self.execute(command)
        return self.place()

    def run(self, _):
        if not emulator.is_needed():
            return self.move("process launch --stdout /dev/null --stderr /dev/null")
        emulator.start(self.connect)
        return self.move("process continue")

    def connect(self, _, socket):
        try:
            self.execute(f"process connect --plugin gdb-remote unix-connect://{socket}")
        except Failed:
            return False
        return True

    def finish(self, _):
        self.execute("thread step-out")
        value = self.selected_thread().GetStopReturnValue()
        returned = value.GetValue() or value.GetSummary() if value.IsValid() else None
        return self.place() + (f" returned {returned}" if returned else "")

    def set_breakpoint(self, argument):
        where, _, condition = argument.partition(" if ")
        on_line = re.fullmatch(r"(.*\.rs):(\d+)", where)
        if on_line:
            breakpoint = self.target.BreakpointCreateByLocation(on_line[1], int(on_line[2]))
        else:
            breakpoint = self.target.BreakpointCreateByName(where)
        if breakpoint.GetNumLocations() == 0:
            raise Failed(f"no place {where}")
        if condition:
            breakpoint.SetCondition(condition)
        return ""

    def select(self, number):
        frame = self.selected_thread().SetSelectedFrame(int(number))
        return self.frame_text(frame)

    def backtrace(self, _):
        """Returns all frames down to `main`."""
        texts = []
        for frame in self.selected_thread().frames:
            texts.append(f"#{frame.GetFrameID()} {self.frame_text(frame)}")
            if re.search(r"::main( at .*)?$", texts[-1]):
                break
        return "\n".join(texts)

    def threads(self, _):
        found = self.process().threads
        return "\n".join(f"{thread.GetIndexID()} {thread.GetName()}" for thread in found)

    def thread(self, name):
        """Selects a thread by its name."""
        for candidate in self.process().threads:
            if candidate.GetName() == name:
                self.process().SetSelectedThread(candidate)
                return self.frame_text(candidate.GetFrameAtIndex(0))
        raise Failed(f"no thread {name}")


    def physical_callers(self):
        """Returns the return addresses of all frames but the newest and inlined ones, with the stack pointers."""
        frames = self.selected_thread().frames
        return [(frame.GetPC(), frame.GetSP()) for frame in frames if not frame.IsInlined()][1:]

    def callers(self, function):
        """Runs to the first instruction of a function, and steps by instructions until it has returned. The callers
        must always be the same."""
        found = self.target.FindFunctions(function.split("::")[-1])
        if found.GetSize() != 1:
            raise Failed(f"{found.GetSize()} functions {function}")
        start = found[0].GetFunction().GetStartAddress().GetLoadAddress(self.target)
        breakpoint = self.target.BreakpointCreateByAddress(start)
        self.process().Continue()
        self.target.BreakpointDelete(breakpoint.GetID())
        expected, seen = self.physical_callers(), 0
        while True:
            here = self.selected_thread().GetFrameAtIndex(0).GetPC()
            # A call inside the function leaves it too, but this way of stepping comes back.
            if here == expected[0][0]:
                return "the same callers at every instruction" if seen > 1 else f"only {seen} instructions"
            found = self.physical_callers()
            if found != expected:
                texts = [[[hex(part) for part in place] for place in places] for places in (found, expected)]
                return f"at {here - start} bytes from the start, {texts[0]} instead of {texts[1]}"
            seen += 1
            self.selected_thread().StepInstruction(True)

    def printed(self, expression):
        text = self.execute(f"frame variable -- {expression}")
        # `(TYPE) NAME = VALUE`; types and names may have blanks and parentheses, but no ` = `.
        return text.partition(" = ")[2] if " = " in text else text.partition(" =")[2]

    def type_of(self, expression):
        frame = self.selected_thread().GetSelectedFrame()
        value = frame.GetValueForVariablePath(expression)
        if not value.IsValid() or value.GetError().Fail():
            raise Failed(f"no variable {expression}")
        return value.GetDisplayTypeName()

    def delete(self, _):
        self.target.DeleteAllBreakpoints()
        self.target.DeleteAllWatchpoints()
        return ""

    def set_variable(self, argument):
        path, _, text = argument.partition(" = ")
        frame = self.selected_thread().GetSelectedFrame()
        error = lldb.SBError()
        if not frame.GetValueForVariablePath(path).SetValueFromCString(text, error):
            raise Failed(error.GetCString())
        return ""

    def verbs(self):
        return {
            "run": self.run,
            "continue": lambda _: self.move("process continue"),
            "step": lambda _: self.move("thread step-in"),
            "next": lambda _: self.move("thread step-over"),
            "finish": self.finish,
            "break": self.set_breakpoint,
            "watch": lambda argument: self.execute(f"watchpoint set variable {argument}") and "",
            "delete": self.delete,
            "callers": self.callers,
            "backtrace": self.backtrace,
            "frame": self.select,
            "threads": self.threads,
            "thread": self.thread,
            "print": self.printed,
            "type": self.type_of,
            "locals": lambda _: self.execute("frame variable --no-args"),
            "args": lambda _: self.execute("frame variable --no-locals"),
            "set": self.set_variable,
            "raw": self.execute,
        }


def __lldb_init_module(debugger, _):
    with open(os.environ["CLIF_SESSION"], encoding="utf-8") as file:
        commands = json.load(file)
    session = Session(debugger)
    verbs = session.verbs()
    with open(os.environ["CLIF_ANSWERS"], "w", encoding="utf-8") as answers:
        for verb, argument in commands:
            try:
                text = verbs[verb](argument) or ""
            except Failed as error:
                text = f"error: {error}"
            answers.write(json.dumps(text) + "\n")
            answers.flush()
    session.process().Kill()
