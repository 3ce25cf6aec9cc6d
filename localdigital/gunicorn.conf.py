"""gunicorn's settings: threads in few processes, and the thread that sends the outbox."""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")  # noqa: S104 - inside the container
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "8"))
control_socket_disable = True
preload_app = False
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = None
timeout = 60


def post_worker_init(worker):
    """Every worker sends mail: the lease lets one of them have each e-mail."""
    from django.conf import settings

    if settings.MAIL_THREAD:
        from localdigital.mail import start_sender

        start_sender()
