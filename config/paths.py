"""Where things lie: every process finds the data directory by the same rule, before any settings are read."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """The absolute data directory: DATA_DIR, read from where the command was given, or `data` beside manage.py."""
    given = os.environ.get("DATA_DIR")
    return Path(given).expanduser().resolve() if given else BASE_DIR / "data"


def writable_folder(folder: Path) -> Path:
    """The folder, made for us alone where it is missing; raises OSError with a sentence where we cannot write in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OSError(f"The data directory {folder} cannot be written: {error.strerror}.") from error
    return folder
