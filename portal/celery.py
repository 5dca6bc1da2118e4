"""The Celery application: `celery -A portal`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def warm_up(**_signal: Any) -> None:
    """Load press and seal in the parent, so that the children share them."""
    from portal.documents import pdf, seal

    pdf.warm_up()
    seal.warm_up()
