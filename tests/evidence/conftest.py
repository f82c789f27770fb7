"""An evidence store of each test's own, a folder and a bucket, and a simulated clock."""

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
from tests.evidence.shelves import Bucket, Folder, Shelf


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Shelf:
    """Where originals and copies are kept: everything that asks for it is tried over both."""
    found = Folder(tmp_path / "store") if request.param == "folder" else Bucket()
    settings.STORAGES = {**settings.STORAGES, "evidence": found.options}
    return found


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Folder:
    """A folder, where it makes no difference, or where only a folder will do."""
    found = Folder(tmp_path / "store")
    settings.STORAGES = {**settings.STORAGES, "evidence": found.options}
    return found


@pytest.fixture
def simulated(db: None) -> Iterator[None]:
    """A simulated day long past."""
    with clock.simulated(walk.START):
        yield


@pytest.fixture
def day(simulated: None, folder: Folder) -> None:
    """That day, over a folder."""


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


def chunks_of(content: bytes, size: int = 2**16) -> Iterator[bytes]:
    """The content as it arrives."""
    stream = BytesIO(content)
    while piece := stream.read(size):
        yield piece
