"""The guardian: a small process that ends the programs of a run that died by any means, and goes with it.

It is run as a file of its own (`python -I -S guardian.py MARK < pipe`) and imports next to nothing, so that
it is there within milliseconds. It never starts a program, and ends none while the run that owns it lives.

The pipe carries one byte sequence a line: `?` a program is about to be started, `+N` it runs in process group
N, `!` it could not be started, `-N` it has ended. When the pipe closes, the run is gone: every group that is
left is killed. A program that was being started at that very moment is not known by its number; it is found
by the mark in its environment, where the system shows that (`/proc`).
"""

import os
import signal
import sys
import time

MARK_VARIABLE = "CINECORE_GUARDED_BY"
"""Set for every guarded program, and so for all that it starts."""

LOOKS = 25
LOOK_AGAIN_SECONDS = 0.04
"""A program forked at the moment of our end shows its mark as soon as it has become itself: looked for 1 s."""


def guard(pipe: int, mark: str) -> None:
    """Read the pipe until it closes, then end what still runs."""
    groups, starting = read_lines(pipe)
    if not groups and not starting:
        return
    for group in groups:
        end_group(group)
    for _ in range(LOOKS if starting else 1):
        for process in marked(mark):
            end_process(process)
        if starting:
            time.sleep(LOOK_AGAIN_SECONDS)


def read_lines(pipe: int) -> "tuple[set[int], int]":
    """The groups alive when the pipe closed, and how many programs were then being started."""
    groups: set[int] = set()
    starting = 0
    held = b""
    while block := os.read(pipe, 4096):
        *lines, held = (held + block).split(b"\n")
        for line in lines:
            sign, number = line[:1], line[1:]
            if sign == b"?":
                starting += 1
            elif sign == b"!":
                starting -= 1
            elif sign == b"+" and number.isdigit():
                starting -= 1
                groups.add(int(number))
            elif sign == b"-" and number.isdigit():
                groups.discard(int(number))
    return groups, starting


def end_group(group: int) -> None:
    """Kill all of a process group; numbers that could mean ourselves or everybody are never used."""
    if group > 1 and group != os.getpgid(0):
        try:
            os.killpg(group, signal.SIGKILL)
        except OSError:
            return


def end_process(process: int) -> None:
    """Kill one process."""
    try:
        os.kill(process, signal.SIGKILL)
    except OSError:
        return


def marked(mark: str) -> "list[int]":
    """Processes whose environment bears the mark; empty where the system does not show environments."""
    wanted = f"{MARK_VARIABLE}={mark}".encode()
    found: list[int] = []
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - pathlib costs the start more than all the rest
    except OSError:
        return found
    for name in names:
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/environ", "rb") as stream:  # noqa: PTH123 - as above
                    variables = stream.read().split(b"\0")
            except OSError:
                continue
            if wanted in variables:
                found.append(int(name))
    return found


def main() -> None:
    """Guard until the end; a stop meant for the run it serves is not meant for it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    try:
        guard(0, sys.argv[1])
    finally:
        os._exit(0)  # nothing to tidy: the caller waits for this end


if __name__ == "__main__":
    main()
