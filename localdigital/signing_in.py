"""What is kept of the delivery team's signing in: that somebody came in, failed at the code, or was locked out.

A session ends 12 hours after signing in, however busy it was, and with every change of the password.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.signals import user_login_failed
from django.utils import timezone

from localdigital.models import AuditEvent, User

LOCKED_FOR = timedelta(hours=settings.AXES_COOLOFF_TIME)


def let_in(request, user):
    """Sign a colleague in who came by an emailed link. It does for the second factor's page, and no further."""
    login(request, user, backend="localdigital.roles.RolesBackend")
    _begin_session(request)


def write_down(request, form, *, came_in):
    """What became of one attempt to sign in: `form` is shown again, or somebody came in."""
    if came_in:
        _begin_session(request)
        return
    user = form.get_user()
    if user and form.cleaned_data.get("otp_token"):
        AuditEvent.record("user.fail_second_factor", user, by=None)
        # A wrong code counts as a wrong password does, towards the same limit.
        credentials = {"username": user.get_username()}
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    if getattr(request, "axes_locked_out", False):
        _write_down_lock_out(form)


def _begin_session(request):
    # A moment and not a span: a session that is written to again would else begin its span anew.
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    AuditEvent.record("user.sign_in", request.user, by=request.user)


def _write_down_lock_out(form):
    """Once while it lasts, for a user of ours: what strangers type as a name is kept nowhere."""
    user = User.objects.filter(username=form.cleaned_data.get("username", "")).first()
    since = timezone.now() - LOCKED_FOR
    if user and not AuditEvent.objects.about(user).filter(kind="user.lock_out", at__gt=since).exists():
        AuditEvent.record("user.lock_out", user, by=None)
