"""The web process: its threads share a pool of database connections; it does not start on an unsafe server."""

import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

from config.checks import require_safe_server
from config.lifeline import follow

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_POOL", "1")

application = get_wsgi_application()
require_safe_server()
if os.environ.get("STARTED_BY_UP") and (server := multiprocessing.parent_process()) and server.pid:
    follow(server.pid)
