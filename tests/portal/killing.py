"""The Celery application of workers that are killed: the portal's, with shorter waits and jobs that tests need.

`GUARD=down`: a message is acknowledged before its job runs, and what is lost isn't looked for.
"""

import os
from datetime import timedelta

import django
from celery.signals import worker_init

django.setup()

from portal import celery  # noqa: E402
from portal.outbox import tasks  # noqa: E402
from tests.portal import killjobs  # noqa: E402, F401

app = celery.app
worker_init.disconnect(celery.warm_up)
down = os.environ.get("GUARD") == "down"
tasks.LOST_AFTER = timedelta(days=1) if down else timedelta(seconds=float(os.environ.get("LOST_AFTER", "4")))
tasks.RETRIES[:] = [timedelta(seconds=0.3)] * 5
if down:
    tasks.WINDOW = 1_000_000  # else what is lost would fill the window, and nothing be queued any more
    app.conf.update(task_acks_late=False, task_reject_on_worker_lost=False, worker_prefetch_multiplier=20)
