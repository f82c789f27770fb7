"""An evidence store of each test's own, and a simulated clock."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from adjudication import clock
from adjudication.errors import Refused
from adjudication.evidence import inspection
from adjudication.evidence.inspection import Inspected
from tests import walk


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder in which originals and copies are kept."""
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "store")}}
    settings.STORAGES = {**settings.STORAGES, "evidence": where}
    return tmp_path / "store"


@pytest.fixture
def day(db: None, folder: Path) -> Iterator[None]:
    """A simulated day long past."""
    with clock.simulated(walk.START):
        yield


def inspected(content: bytes) -> Inspected:
    """Have this content inspected."""
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        return inspection.inspect(file)


def fault(attempt: Callable[[], Any]) -> str:
    """The code of the one fault for which this is refused."""
    with pytest.raises(Refused) as told:
        attempt()
    (found,) = told.value.faults
    assert str(told.value.detail).endswith(".")
    assert "%(" not in str(told.value.detail)
    return found.code


def kept(folder: Path) -> list[str]:
    """Every file in the store, by its path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def chunks_of(content: bytes, size: int = 2**16) -> Iterator[bytes]:
    """The content as it arrives."""
    stream = BytesIO(content)
    while piece := stream.read(size):
        yield piece
