"""A worker whose job never comes to its end; it waits to be killed."""

import os
import time

import django
from django.conf import settings

django.setup()
settings.DATABASES["default"]["NAME"] = os.environ["VICTIM_DATABASE"]
settings.JOBS_DATABASE_URL = os.environ["VICTIM_JOBS"]

from omnify.jobs import job  # noqa: E402 - after the settings
from omnify.jobs.worker import JobWorker  # noqa: E402
from tests.omnify.jobs.test_worker import FAST, Paint  # noqa: E402

job(Paint)(lambda _run, _asked: time.sleep(600))
worker = JobWorker(["auth"], **FAST)
worker.start()
time.sleep(600)
