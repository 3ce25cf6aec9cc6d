"""The delivery team's admin site: a second factor outside the demo."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django_otp.admin import OTPAdminSite


class RegisterAdminSite(OTPAdminSite if settings.SECOND_FACTOR else AdminSite):
    """Where the delivery team signs in, moderates and edits."""

    site_header = site_title = settings.SERVICE_NAME
    index_title = "Delivery team"
    enable_nav_sidebar = False
