"""A child process whose reader does what the file tells it to, for tests of extraction."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from index.article import Article
from index.errors import InputError, MissingExtra
from index.extraction import child


def read(stream, source):
    """Do one thing after the other: "say a, say b, crash"."""
    for number, step in enumerate(stream.read().decode().split(", ")):
        what, _, text = step.partition(" ")
        if what == "say":
            yield Article(f"{source.article_id}:{number}", (text,))
        elif (told := ACTS[what](source) if not text else ACTS[what](text)) is not None:
            yield Article(f"{source.article_id}:{number}", (told,))
        while what == "flood":
            yield Article("x", ("flood " * 10_000,))


def crash(_):
    ctypes.string_at(0)


def eat(_):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def spin(_):
    while True:
        pass


def refuse(_):
    raise InputError("it is not for us")


def wait_for_library(_):
    raise MissingExtra("install it")


def rubbish(_):
    os.write(answers(), b"\5\0\0\0{rub}")
    time.sleep(60)


def huge(_):
    os.write(answers(), b"\xff\xff\xff\xff")
    time.sleep(60)


def answers():
    """The pipe that the frames go through: what this process has open beside the usual."""
    return next(
        fd for fd in range(3, 64) if Path(f"/proc/self/fd/{fd}").readlink().name.startswith("pipe")
    )


def write(path):
    try:
        with open(path, "w") as file:
            file.write("x")
    except OSError as error:
        return error.strerror
    return "it was written"


def open_many(_):
    opened = []
    try:
        while len(opened) < 1000:
            opened += [os.open(os.devnull, os.O_RDONLY)]
    except OSError as error:
        return error.strerror
    return "they were opened"


def poison(_):
    """Let the process die a moment after this file has ended."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    send = child._send

    def send_and_die(pipe, message):
        send(pipe, message)
        if "digest" in message:
            os.kill(os.getpid(), signal.SIGSEGV)

    child._send = send_and_die


def network(_):
    return " ".join(
        sorted(
            line.split(":")[0].strip()
            for line in Path("/proc/self/net/dev").read_text().splitlines()[2:]
        )
    )


ACTS = {
    "crash": crash,
    "exit": lambda _: os._exit(3),
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "eat": eat,
    "grow": lambda _: bytearray(b"x" * (300 << 20)) and None,
    "fault": lambda _: {}["x"],
    "refuse": refuse,
    "library": wait_for_library,
    "rubbish": rubbish,
    "huge": huge,
    "print": lambda _: sys.stdout.write("noise") and sys.stdout.flush(),
    "sleep": lambda _: time.sleep(60),
    "spin": spin,
    "flood": lambda _: None,
    "write": write,
    "open": open_many,
    "network": network,
    "poison": poison,
    "options": lambda source: repr(source.options),
}

if __name__ == "__main__":
    child.read = read
    child.main()
