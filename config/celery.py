"""The worker and the beat: Celery carries hints, never truth. A message lost, late or doubled changes nothing.

The broker is the same PostgreSQL unless CELERY_BROKER_URL names another. Two beats are harmless, because a tick only
does what is due and not yet done.
"""

import logging
import os
import warnings
from typing import Any

from celery import Celery, signals
from django.conf import settings
from psycopg.conninfo import make_conninfo

from config.checks import require_safe_server
from config.lifeline import fall_with_children, follow
from config.pulse import Pulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SOFT_LIMIT_SECONDS = 60
HARD_LIMIT_SECONDS = 90
VISIBILITY_SECONDS = 600  # well above the hard limit: a message shown again belongs to a worker that is dead
# The beat's clock says until when, the worker's whether it is over: hosts may differ by an hour, and outages leave few.
TICK_LIVES_SECONDS = max(7200.0, 3 * settings.SWEEP_SECONDS)
OVER_POSTGRES = "pgmq://"
WORKER = os.getpid()  # also in the processes that are forked from it
IN_THE_SAME_DATABASE = settings.CELERY_BROKER_URL == OVER_POSTGRES


def broker_dsn() -> str:
    """The libpq connection string of a pgmq broker: the service's own database, unless the URL names another."""
    if not IN_THE_SAME_DATABASE:
        return f"postgresql://{settings.CELERY_BROKER_URL.removeprefix(OVER_POSTGRES)}"
    database = settings.DATABASES["default"]
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parts = {key: database[name] for key, name in named.items() if database.get(name)}
    parts |= {key: value for key, value in database["OPTIONS"].items() if key.startswith("ssl")}
    return make_conninfo("", **parts)


def transport_options() -> dict[str, Any]:
    """What the broker at hand understands."""
    if settings.CELERY_BROKER_URL.startswith(OVER_POSTGRES):
        return {
            "conn_string": broker_dsn(),
            "init_extension": False,  # it is installed as plain SQL, once, by `up`
            "visibility_timeout": VISIBILITY_SECONDS,
            "polling_interval": 0.2,
            "wait_time_seconds": 0,  # a poll that waits inside the server would delay stopping
            "pool_size": 4,
            "pool_timeout": 3,
        }
    if settings.CELERY_BROKER_URL.startswith("redis"):  # without timeouts a server that hangs would hang us
        return {"visibility_timeout": VISIBILITY_SECONDS, "socket_timeout": 3, "socket_connect_timeout": 3}
    return {}


# kombu warns of an address without a host, though it does not use it where there is a conn_string
app = Celery("adjudication", broker="pgmq://localhost/" if IN_THE_SAME_DATABASE else settings.CELERY_BROKER_URL)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    task_default_queue="adjudication",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=SOFT_LIMIT_SECONDS,
    task_time_limit=HARD_LIMIT_SECONDS,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    broker_transport_options=transport_options(),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    timezone="UTC",
    beat_scheduler="celery.beat:Scheduler",  # the schedule below and no other; nothing to store
    beat_schedule={
        "tick": {
            "task": "adjudication.tasks.tick",
            "schedule": settings.SWEEP_SECONDS,
            "options": {"expires": TICK_LIVES_SECONDS},
        },
        "deliver": {
            "task": "adjudication.tasks.deliver",
            "schedule": settings.SWEEP_SECONDS,
            "options": {"expires": TICK_LIVES_SECONDS},
        },
    },
)
app.autodiscover_tasks()
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser")


def refuse_unsafe_server(**kwargs: object) -> None:
    """Before the first task, in production: what the web process refuses too."""
    require_safe_server()


def beat_when_sent(**kwargs: object) -> None:
    """Note every message that the broker took: a beat that reaches nobody is as good as none."""
    signals.after_task_publish.connect(Pulse("beat").felt, weak=False)


def follow_worker(**kwargs: object) -> None:
    """Keep the prefork processes from outliving their worker, which may be killed outright."""
    follow(WORKER)


def fall_with_pool(**kwargs: object) -> None:
    """End a worker whose pool has lost a process to a kill, and have it started anew.

    Over this broker the pool's processes share one queue, and whichever waits for work holds its lock: killed, it
    leaves the others waiting for ever. Over the other brokers each has a pipe of its own.
    """
    if settings.CELERY_BROKER_URL.startswith(OVER_POSTGRES):
        fall_with_children()


def leave_at_once(**kwargs: object) -> None:
    """End a worker whose tasks are all done and acknowledged, instead of joining threads that sleep for seconds."""
    logging.shutdown()
    os._exit(0)


signals.worker_init.connect(refuse_unsafe_server)
signals.beat_init.connect(refuse_unsafe_server)
signals.beat_init.connect(beat_when_sent)
signals.worker_process_init.connect(follow_worker)
signals.worker_ready.connect(fall_with_pool)
signals.worker_shutdown.connect(leave_at_once)
