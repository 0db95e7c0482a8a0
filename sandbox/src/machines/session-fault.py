#!/usr/bin/env python3
"""Stands between sshd and the command of a session (ForceCommand), to cut the connection at one point of it, once.

/run/sandbox-fault/armed says where: "hang_up STEP KILL" when the host runner begins its step STEP (0-based), "restart" at
once. Without that file the command runs as if this were not here.
"""
import os
import re
import signal
import subprocess
import sys
import threading
import time

ARMED = "/run/sandbox-fault/armed"
command = ["bash", "-c", os.environ.get("SSH_ORIGINAL_COMMAND", "exec bash -l")]
sshd = os.getppid()


def armed():
    try:
        with open(ARMED, encoding="ascii") as file:
            return file.read().split()
    except OSError:
        return []


def cut():
    os.unlink(ARMED)
    os.kill(sshd, signal.SIGKILL)


fault = armed()
if not fault:
    os.execvp("bash", command)
if fault[0] == "restart":
    cut()
    sys.exit(1)

step, kill = int(fault[1]), fault[2] == "1"
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
header = re.compile(rb"FOUNTAIN/1\0([^\0]*)\0([a-z]+)\0.*", re.DOTALL)
record_of_step = None  # number of the record which is that step, once the input has been read
nonce = b""


def signal_session(name):
    subprocess.run(["sudo", "-n", "pkill", "-" + name, "-s", str(child.pid)], check=False)


def find_step(data):
    """The number of the record that is the wanted step: the header of the host runner documents the fields."""
    fields = data.split(b"\0")
    at, number, seen = 7, 0, -1
    while fields[at] != b"END":
        role = fields[at]
        at += 4
        at += 1 + int(fields[at])
        at += 2 if fields[at] == b"1" else 1
        at += 1 + int(fields[at])
        at += 1 + int(fields[at])
        if role == b"step":
            seen += 1
            if seen == step:
                return number
        number += 1
    return None


def feed():
    """Passes all of stdin on; the runner starts nothing before it has ended."""
    global record_of_step, nonce
    data = b""
    while chunk := os.read(0, 65536):
        data += chunk
        child.stdin.write(chunk)
    found = header.search(data)
    if found and found[2] == b"steps":
        nonce = found[1]
        record_of_step = find_step(found[0])
    child.stdin.close()


threading.Thread(target=feed, daemon=True).start()
tail = b""
while chunk := os.read(child.stdout.fileno(), 65536):
    os.write(1, chunk)
    tail = (tail + chunk)[-65536:]
    if record_of_step is not None and b"\n\x1e%s begin %d\n" % (nonce, record_of_step) in tail:
        signal_session("KILL" if kill else "STOP")
        # What was said before is to arrive: sshd has read and sent it by then. Meanwhile the step stands still.
        time.sleep(0.2)
        cut()
        child.stdout.close()
        signal_session("CONT")
        sys.exit(1)
sys.exit(child.wait())
