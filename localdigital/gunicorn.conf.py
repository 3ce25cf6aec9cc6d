"""gunicorn's settings: threads in few processes, and the thread that sends the outbox."""  # noqa: N999 - the name that gunicorn looks for

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "8"))
timeout = 60
# Shorter than what a container is given between being asked to stop and being killed: see compose.yaml.
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
preload_app = False
accesslog = None
control_socket_disable = True
# Workers touch a file to show that they live: on a slow disk that alone could get them killed.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# Which proxies are believed is said once, by TRUSTED_PROXIES.
forwarded_allow_ips = ""


def post_worker_init(worker):
    """Every worker sends mail, and notes what changed for those who keep a copy: leases let one of them do each."""
    from django.conf import settings

    if settings.MAIL_THREAD:
        from localdigital.mail import start_sender
        from localdigital.site.api.noting import note_when_due

        start_sender(also=[note_when_due])
