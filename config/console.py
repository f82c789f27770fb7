"""What the supervisor shows: line by line, each with the name of its speaker; a reader who stops never blocks it."""

import os
import select

COLOURS = {"up": 32, "web": 36, "worker": 33, "beat": 35, "sweep": 34}
LONGEST_LINE_BYTES = 4096  # a pipe that select calls writable takes that much at once


class Console:
    """Standard output, or another open file, with prefixes; in colour on a terminal."""

    def __init__(self, file: int = 1) -> None:
        """Nothing is written yet."""
        self.file = file
        self.coloured = os.isatty(file) and "NO_COLOR" not in os.environ
        self.patience = 1.0
        self.dropped = 0

    def say(self, name: str, text: str) -> None:
        """Show the text, each of its lines under the name; drop it rather than wait for a reader who does not read."""
        for line in text.splitlines():
            self._write(f"\033[{COLOURS[name]}m{name:>6}\033[0m | {line}" if self.coloured else f"{name:>6} | {line}")

    def _write(self, line: str) -> None:
        try:
            if not select.select([], [self.file], [], self.patience)[1]:
                self.patience = 0.0
                self.dropped += 1
                return
            notice = f"   ... | {self.dropped} lines not shown: nobody read them\n" if self.dropped else ""
            self.patience, self.dropped = 1.0, 0
            os.write(self.file, (notice + line).encode()[: LONGEST_LINE_BYTES - 1] + b"\n")
        except OSError:  # the reader has gone; the service stays
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file)
