"""Settings of the project, all from the environment (README lists the variables)."""

from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from config import env
from config.logs import logging_config

BASE_DIR = env.BASE_DIR
VAR_DIR = env.VAR_DIR
VAR_DIR.mkdir(exist_ok=True)

# --- Who we are -------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.key("SECRET_KEY", debug=DEBUG)
# Signs the links of the event chains; kept outside the database so that whoever can write there
# cannot also forge the history.
HISTORY_KEY = env.key("HISTORY_KEY", debug=DEBUG)

CLAIMS_HOSTS = env.words("CLAIMS_HOSTS", ["localhost", "127.0.0.1"])
ALLOWED_HOSTS = sorted({*CLAIMS_HOSTS, "localhost", "127.0.0.1"})
HTTPS = env.flag("CLAIMS_HTTPS", not DEBUG and not env.LOCAL_HOSTS.issuperset(CLAIMS_HOSTS))
# The address that links in mails and letters begin with.
SITE_URL = env.text("SITE_URL", f"{'https' if HTTPS else 'http'}://{CLAIMS_HOSTS[0]}")

# Show a demo company in a database without claims; off as soon as the site has a public name.
CLAIMS_DEMO = env.flag("CLAIMS_DEMO", env.LOCAL_HOSTS.issuperset(CLAIMS_HOSTS))

# Shown in the page frame, on sheets and on the customers' pages.
COMPANY_NAME = env.reader.str("COMPANY_NAME", "") or (_("Tarvina Plast") if CLAIMS_DEMO else "")
# Where people turn who cannot sign in, e.g. "ext. 101".
HELP_DESK = env.reader.str("HELP_DESK", "")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps -------------------------------------------------------------------------------------

# Ours, lower ones first; an app joins this list together with its package.
PROJECT_APPS = [
    "core",
    "events",
    "masterdata",
    "accounts",
    "claims",
    "investigations",
    "capa",
    "responses",
    "notifications",
    "worklist",
    "imports",
    "integrations",
    "mailboxes",
    "demo",
]

INSTALLED_APPS = [
    *PROJECT_APPS,
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.Preferences",
    "core.middleware.PlainAddresses",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "integrations.form_keys.FormKeys",
    "core.middleware.Fragments",
    "core.middleware.KeptFiles",
    "simple_history.middleware.HistoryRequestMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "core.context.shell",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {"default": env.database()}
USES_SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss"))

# In the database even beside Redis: it holds little more than the limits of sign-in, which count
# for all processes, and nobody is kept outside while Redis is away.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# What an attachment may weigh, and the virus scanner (`tcp://host:3310`) that looks at it.
CLAIMS_MAX_UPLOAD_MB = env.number("CLAIMS_MAX_UPLOAD_MB", 25, low=1, high=1000)
CLAMD_URL = env.text("CLAMD_URL", "")
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = ""  # Files are answered by views that check who asks, never by the web server.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# The registration form of 200 items, the most that the API takes, sends nearly 6,000: each value
# with the one it began from.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o640

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = env.choice("CLAIMS_LANGUAGE", "ru", ("ru", "en"))
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Moscow")

# --- Sign-in ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.sign_in.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# The proxy in front of a public site names who asks; else all of them would share one limit.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Claims"

# --- Browser security -------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # data: for Tabler's arrow and tick images, blob: for photo previews before the upload.
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False  # htmx sends it back as a header.
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in CLAIMS_HOSTS] if HTTPS else []

# --- Mail -------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "claims@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
globals().update(env.email())

# --- Chat -------------------------------------------------------------------------------------

# Chat services that rooms may belong to, by the scheme of their Apprise address. All of them
# encrypt; others can be added, and are then trusted with every host an administrator enters.
CHAT_SCHEMES = env.words("CHAT_SCHEMES", [
    "slack", "mmosts", "rockets", "matrixs", "tgram", "discord", "workflow", "gchat", "zulip",
    "wxteams", "nctalks", "synologys", "ryver", "twist", "flock", "feishu", "lark", "dingtalk",
    "wecombot", "line",
])  # fmt: skip
# A chat server on this very machine; else addresses that lead here are refused.
CHAT_ON_THIS_MACHINE = env.flag("CHAT_ON_THIS_MACHINE", False)

# --- Background work --------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = env.broker_options(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge that cannot be delivered at once is left to the sweep, so a publish never waits for long.
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
# Asked to stop, a worker gives running tasks this long; what is cut off is found by the sweep.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
# A worker holds no more than it runs, so that a killed one delays nothing else.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
# Beat is a doorbell too: every minute it rings, and the tables say what is due.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "sweep-events": {"task": "events.tasks.sweep", "schedule": crontab()},
    "forget-keys": {"task": "integrations.tasks.forget_keys", "schedule": crontab(minute="23")},
    "forget-files": {"task": "core.tasks.forget_kept_files", "schedule": crontab(minute="37")},
    "send-letters": {"task": "responses.tasks.send_letters", "schedule": crontab()},
    "seal-history": {"task": "events.tasks.seal", "schedule": crontab(minute="7")},
    "send-mails": {"task": "notifications.tasks.send_due", "schedule": crontab()},
    "send-chat": {"task": "notifications.tasks.send_due_chat", "schedule": crontab()},
    "remind": {"task": "notifications.tasks.remind", "schedule": crontab()},
    "send-digests": {"task": "worklist.tasks.send_digests", "schedule": crontab()},
    "receive-mails": {"task": "mailboxes.tasks.receive", "schedule": crontab()},
}
# A ring that nobody heard in time is repeated by the next one; rings must not pile up while all
# workers are down.
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": 60 if _entry["schedule"] == crontab() else 3600}
# Ring a worker after each commit; without it events wait for the sweep (tests run the relay).
EVENTS_NUDGE = True

# --- API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": env.importable(
        "integrations.authentication.TokenAuthentication",
        "core.api.auth.SessionAuthentication",
    ),
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.ApiSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "core.api.errors.problem_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "integrations.ApiToken"  # noqa: S105 - a model
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "claims_"}
# Its own table of tokens is not used.
MIGRATION_MODULES = {"knox": None}
# Requests a minute that one client may send to each server process; 0 for no limit.
API_RATE = env.number("API_RATE", 3000, low=0, high=1_000_000)
SPECTACULAR_SETTINGS = {
    "TITLE": "Claims",
    "DESCRIPTION": "Customer claims: report, follow, complete and answer them from an ERP.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Choices stand where they are used: names for them would collide between apps.
    "POSTPROCESSING_HOOKS": [],
    "PATH_CONVERTER_OVERRIDES": {
        "claim": {"type": "string", "pattern": "^[0-9]{2}-[0-9]{4,13}$"},
        "code": {"type": "string", "minLength": 1, "maxLength": 64},
        "int": {"type": "integer", "minimum": 0},
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
}

# --- Logs -------------------------------------------------------------------------------------

LOGGING = logging_config(readable=DEBUG, level=env.text("LOG_LEVEL", "INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

env.refuse_unsafe_production(debug=DEBUG, hosts=CLAIMS_HOSTS, sqlite=USES_SQLITE)
