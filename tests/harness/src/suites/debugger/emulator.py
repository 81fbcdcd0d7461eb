"""Starts a program of another machine in its emulator, for the scripts that run inside debuggers.

The environment has a JSON list: the folder of the machine's libraries, then the call of its emulator, in which the word
SOCKET stands for the socket that the debugger connects to.
"""

import json
import os
import subprocess
import tempfile
import time


def is_needed():
    """Whether the program is one of another machine."""
    return "CLIF_EMULATOR" in os.environ


def start(connect):
    """Starts the program, which stops before its first instruction. `connect` is called with the libraries' folder and
    the socket until it returns that the debugger is connected."""
    libraries, *call = json.loads(os.environ["CLIF_EMULATOR"])
    # The folder is not removed: its socket is in use as long as the program.
    socket = os.path.join(tempfile.mkdtemp(), "socket")
    call = [socket if word == "SOCKET" else word for word in call]
    quiet = subprocess.DEVNULL
    # It is in the debugger's process group, which the harness stops at the end.
    subprocess.Popen(call, stdin=quiet, stdout=quiet, stderr=quiet)
    # The emulator takes a moment to listen. The harness limits the time of a session.
    while not connect(libraries, socket):
        time.sleep(0.02)


def start_in_gdb():
    """Starts the program in gdb."""
    import gdb

    def connect(libraries, socket):
        gdb.execute(f"set sysroot {libraries}")
        try:
            gdb.execute(f"target remote {socket}", to_string=True)
        except gdb.error:
            return False
        return True

    start(connect)
