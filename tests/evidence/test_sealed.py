"""Strangers' files are opened in the sealed process alone: it knows nothing of the service, nor the service of it."""

import subprocess
import sys

from adjudication.evidence import inspection

LIBRARIES = {"PIL", "pypdf", "pypdfium2"}


def modules_after(statement: str) -> set[str]:
    """The packages that are loaded once this has been run in a process of its own."""
    told = f"import sys; sys.path.insert(0, {str(inspection.ROOT)!r}); {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", told], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_sealed_process_loads_nothing_of_the_service():
    loaded = modules_after("from adjudication.evidence.sealed import documents, entry, films, pictures")
    assert loaded >= LIBRARIES
    assert not loaded & {"django", "psycopg", "config", "celery"}


def test_the_service_loads_no_library_that_opens_files():
    loaded = modules_after(
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; import django; django.setup(); "
        "import config.urls"
    )
    assert "adjudication" in loaded
    assert not loaded & LIBRARIES
