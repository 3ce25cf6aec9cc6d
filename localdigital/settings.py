"""Every setting of the register, read from the environment.

REGISTER_MODE is `production` unless manage.py or the tests chose `demo` or `test` before this file loads.
In production a setting that is missing stops the start with its name; nothing falls back in silence.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env("REGISTER_MODE")
if MODE not in ("production", "demo", "test"):
    raise environ.ImproperlyConfigured(f"REGISTER_MODE is {MODE!r}: it must be production, demo or test")
DEMO = MODE == "demo"
TEST = MODE == "test"
PRODUCTION = MODE == "production"
VAR_DIR = BASE_DIR / "var"


def needed(name, *, otherwise):
    """The environment's value; in production a missing or empty one is an error, elsewhere it is `otherwise`."""
    if not PRODUCTION:
        return env(name, default=otherwise)
    if not env(name).strip():
        raise environ.ImproperlyConfigured(f"{name} is empty: production needs it")
    return env(name)


def kept_secret(name):
    """A random secret, kept between runs of the demo so that its sessions and links go on working."""
    path = VAR_DIR / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


# ---- Who and where we are
DEBUG = False
SITE_URL = needed("SITE_URL", otherwise="http://127.0.0.1:8000" if DEMO else "http://testserver").rstrip("/")
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise environ.ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}: in production it begins with https://")
SECRET_KEY = env("SECRET_KEY") if PRODUCTION else kept_secret("demo-secret-key") if DEMO else "only-for-tests" * 5
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# A health probe asks from the same machine
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname, "127.0.0.1", "localhost", *env.list("EXTRA_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SERVICE_NAME = "Local Digital Declaration register"
CONTACT_EMAIL = needed("CONTACT_EMAIL", otherwise="localdigital@example.gov.uk")
# Reporting holes in the register's security: shown in /.well-known/security.txt
SECURITY_CONTACT = env("SECURITY_CONTACT", default=f"mailto:{CONTACT_EMAIL}")
GOVUK_BRANDING = env.bool("GOVUK_BRANDING", default=False)
# Pages that readers kept are good for one release: without its name they would be told that nothing changed
RELEASE = needed("RELEASE", otherwise="development")
# How many proxies in front of us may be believed about the reader's network address, and about https: none would
# mean an endless redirect behind one, so production has to say
TRUSTED_PROXIES = int(needed("TRUSTED_PROXIES", otherwise="0"))

# ---- The parts
INSTALLED_APPS = [
    "localdigital.apps.GroundConfig",
    "localdigital.apps.RegisterAdminConfig",
    "signatories.apps.SignatoriesConfig",
    "commitments.apps.CommitmentsConfig",
    "programme.apps.ProgrammeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "crispy_forms",
    "django_filters",
    "ninja",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "localdigital.urls"
WSGI_APPLICATION = "localdigital.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- Database: SQLite unless DATABASE_URL says PostgreSQL
if TEST:
    default_database = "sqlite:///" + str(VAR_DIR / "test.sqlite3")
else:
    default_database = "sqlite:///" + str(VAR_DIR / ("demo.sqlite3" if DEMO else "register.sqlite3"))
VAR_DIR.mkdir(exist_ok=True)
database = env.db("DATABASE_URL", default=default_database)
database.setdefault("OPTIONS", {})
if database["ENGINE"].endswith("sqlite3"):
    # Readers never wait for a writer, and writers queue instead of failing: see docs/decisions.
    # Without recursive triggers, INSERT OR REPLACE takes a row of the audit log away past the trigger that refuses it.
    database["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
    if TEST:
        database["TEST"] = {"NAME": env("TEST_DB", default=str(VAR_DIR / "test-run.sqlite3"))}
else:
    database["CONN_MAX_AGE"] = 0
    database["CONN_HEALTH_CHECKS"] = True
    # Compiling a query takes longer than running it: the counts of the list of commitments waited seconds for it.
    given = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"-c jit=off {given}".strip()
    if not TEST:
        pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=20), "timeout": 10}
        database["OPTIONS"] |= {"pool": pool}
DATABASES = {"default": database}

# ---- Pages: Jinja2 first, Django's own templates for the admin
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "localdigital.jinja2.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False

# ---- Static files, built by `manage.py build_frontend`
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "built"]
if not PRODUCTION:
    STATICFILES_DIRS[0].mkdir(exist_ok=True)  # before the first build
STATIC_ROOT = BASE_DIR / "staticfiles"
if not PRODUCTION:  # served from where they are built: collecting and compressing takes half a minute
    STATIC_ROOT = VAR_DIR / "static"
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not PRODUCTION
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = TEST  # found when asked for: every test client would walk through all of them at its start

# ---- Language and time
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
FORMAT_MODULE_PATH = "localdigital.formats"

# ---- Signing in
AUTH_USER_MODEL = "localdigital.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "localdigital.roles.RolesBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SECOND_FACTOR = not DEMO
OTP_TOTP_ISSUER = SERVICE_NAME
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1  # hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "localdigital.throttle.network_as_pseudonym"
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "otp_token"]  # besides the password: not kept as typed
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # who was locked out is nobody's daily work

# ---- Cookies and headers
# Of the delivery team's sessions it is counted from signing in: see localdigital/signing_in.py
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "localdigital.site.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The Design System's page template has one inline script, allowed by its hash (a test compares it).
PAGE_TEMPLATE_SCRIPT = "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, PAGE_TEMPLATE_SCRIPT],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    name: []
    for name in (
        "accelerometer", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    )
}  # fmt: skip
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10  # as many as the images of a case study, which the team may add at once
FILE_UPLOAD_HANDLERS = [
    "localdigital.uploads.Ceiling",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# ---- Email: written to the outbox (localdigital/mail.py) and sent from there
DEFAULT_FROM_EMAIL = needed("DEFAULT_FROM_EMAIL", otherwise=f"{SERVICE_NAME} <no-reply@example.gov.uk>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
if PRODUCTION:
    vars().update(env.email_url("EMAIL_URL"))
elif DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MAIL_THREAD = env.bool("MAIL_THREAD", default=not TEST)

# ---- The API: so often one network may ask it within a minute
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=300)

# ---- Logging to standard output, without personal data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"localdigital": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}

# ---- Only in the tests: a query in a loop is an error
if TEST:
    INSTALLED_APPS.append("zeal")
    MIDDLEWARE.insert(0, "zeal.middleware.zeal_middleware")
    ZEAL_RAISE = True
    LOGGING["root"]["level"] = "ERROR"
