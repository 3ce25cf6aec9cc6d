"""What gunicorn serves. It sets no mode: a deployment sets REGISTER_MODE or runs in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "localdigital.settings")
os.environ.setdefault("REGISTER_MODE", "production")
application = get_wsgi_application()
