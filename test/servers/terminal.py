"""Runs a command at a terminal of its own: what is read here is typed there, and what is shown there is written here."""

import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
readable = [0, terminal]
while terminal in readable:
    for ready in select.select(readable, [], [])[0]:
        try:
            piece = os.read(ready, 65_536)
        except OSError:
            piece = b""
        if piece == b"":
            readable.remove(ready)
        else:
            os.write(1 if ready == terminal else terminal, piece)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
