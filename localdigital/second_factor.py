"""The second factor of the delivery team: an authenticator app, and recovery codes that are each good once."""

import base64

import qrcode
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathFillImage

from localdigital.models import AuditEvent

RECOVERY_CODES = 5


def begin(user):
    """The app that a user is about to set up: the same one for as long as it is not confirmed."""
    app = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return app or TOTPDevice.objects.create(user=user, name="Authenticator app", confirmed=False)


@transaction.atomic
def confirm(app, *, by, now=None):
    """The app is the user's one from now on. New recovery codes come with it and are returned, to be shown once."""
    TOTPDevice.objects.filter(user=app.user_id).exclude(pk=app.pk).delete()
    app.confirmed = True
    app.save(update_fields=["confirmed"])
    AuditEvent.record("user.set_up_second_factor", app.user, by=by, at=now)
    return _recovery_codes(app.user)


@transaction.atomic
def new_recovery_codes(user, *, by, now=None):
    """New ones in place of those from before. They are returned, to be shown once."""
    AuditEvent.record("user.make_recovery_codes", user, by=by, at=now)
    return _recovery_codes(user)


def _recovery_codes(user):
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


@transaction.atomic
def forget(user):
    """Their app and their recovery codes stop working, and whoever is signed in with them is so no longer."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def picture(app):
    """What an authenticator app scans, as an address for an image."""
    drawing = qrcode.make(app.config_url, image_factory=SvgPathFillImage, border=2)
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.to_string()).decode()


def key_in_text(app):
    """The same key to type in, in groups of four."""
    key = base64.b32encode(app.bin_key).decode().rstrip("=")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
