"""No process outlives its parent, however the parent ended: kill -9 leaves nothing behind.

A child is tied at its birth by Linux itself (`tied_to`); what the child's own libraries start further down looks after
itself (`follow`), on every system. The other way round, `fall_with_children` ends a parent whose child was killed.
"""

import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5
log = logging.getLogger(__name__)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def tied_to(parent: int, *, by: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """What a child runs between fork and exec (`preexec_fn`): it gets the signal when the thread that forked it ends.

    Does nothing where there is no Linux.
    """

    def tie() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:  # it died before the signal was armed
            os._exit(1)

    return tie


def follow(parent: int) -> None:
    """End this process at once, from a thread, when the parent has gone, or if it has gone already."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=look, name="follow-parent", daemon=True).start()


def fall_with_children() -> None:
    """End this process at once when one of its children has been killed, so that whoever watches starts all of it anew.

    Does nothing where the system cannot tell (macOS before Python 3.13).
    """
    if not hasattr(os, "waitid"):
        return

    def look() -> None:
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)  # looked at, and left for its parent to bury
            except ChildProcessError:
                ended = None
            if ended is not None and (ended.si_code in (os.CLD_KILLED, os.CLD_DUMPED)):
                log.error("process %s was killed; ending with it", ended.si_pid)
                os._exit(1)
            time.sleep(LOOK_SECONDS)

    threading.Thread(target=look, name="fall-with-children", daemon=True).start()
