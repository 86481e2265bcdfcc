"""One settings file, in sections, read from the environment; `.env.example` has a sentence on each variable."""

import zoneinfo
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from backend.api.described import SPECTACULAR_SETTINGS  # noqa: F401  (how the API is described)

# The time-zone data comes from the pinned PyPI package, not from a system that may predate UTC+5 of 2024-03-01.
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# --- Security ---------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# Pages for those who look Birge over: the sheet of components. `demo` sets it.
DEMO = env.bool("DEMO", default=DEBUG)
# Development and `demo` work without a secret; `check --deploy` refuses to call that a deployment.
SECRET_KEY = env.str("SECRET_KEY", default="django-insecure-birge-development-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Behind a TLS proxy: HTTPS=1 turns on what only makes sense there.
HTTPS = env.bool("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "backend.core.posting.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# D14: 'self' only, no nonces, so that a cached page stays valid.
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "corsheaders",
    "pgtrigger",
    "procrastinate.contrib.django",
    "backend.core",
    "backend.accounts",
    "backend.organisations",
    "issues",
    "dialogue",
    "backend.api",
]

MIDDLEWARE = [
    "backend.core.references.RequestReference",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "backend.core.compression.CompressText",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "backend.core.languages.RememberLanguage",
    "django.middleware.common.CommonMiddleware",
    "backend.core.uploads.intake.RequestLimit",  # before the next one, which reads the whole request for its token
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.core.http.RefusalMiddleware",
    "backend.core.posting.PostOnce",  # calls the view itself: nothing may stand between
]

ROOT_URLCONF = "backend.urls"
ASGI_APPLICATION = "backend.asgi.application"
WSGI_APPLICATION = "backend.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["backend.core.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.core.http.site",
                "backend.organisations.acting.context",
            ],
        },
    }
]
FORM_RENDERER = "backend.core.forms.Renderer"

# --- Database ---------------------------------------------------------------------------------------------------------

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL is not of a PostgreSQL server: postgres://person:password@host:5432/name"
        )
    DATABASES["default"]["ENGINE"] = "backend.core.postgres"
else:
    from backend.embedded_postgres import database_settings

    DATABASES = {"default": database_settings()}
# D15: no statement outlives this, so an ETag can trust events older than it.
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=30_000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# D2: persistent connections belong to WSGI workers; under ASGI they pile up per thread.
DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("CONN_MAX_AGE", default=0))
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# What is counted for a minute, failed sign-ins and requests of programs: in each process, or in Redis for all of them.
if env.str("REDIS_URL", default=""):
    CACHES = {"default": {"BACKEND": "backend.core.counting.Counts", "LOCATION": env.str("REDIS_URL")}}

# --- Live updates -----------------------------------------------------------------------------------------------------

# Unset: PostgreSQL carries the hints between processes (D3).
REDIS_URL = env.str("REDIS_URL", default="")
# Whether others see by side that somebody is writing.
LIVE_TYPING = env.bool("LIVE_TYPING", default=True)
# Sockets at once; an office, or a whole town behind one address of its provider, is one address.
LIVE_SOCKETS_PER_PERSON = env.int("LIVE_SOCKETS_PER_PERSON", default=30)
LIVE_SOCKETS_PER_ADDRESS = env.int("LIVE_SOCKETS_PER_ADDRESS", default=3_000)

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "backend.accounts.backends.Backend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
SESSION_ENGINE = "backend.accounts.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Birge: "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
# Nobody is written to who has no account here.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}

# --- The API -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["backend.api.authentication.ByToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backend.api.parsers.Json"],
    "DEFAULT_THROTTLE_CLASSES": ["backend.api.throttles.PerCaller"],
    "DEFAULT_SCHEMA_CLASS": "backend.api.schema.BirgeSchema",
}
MIGRATION_MODULES = {"knox": None}  # its own table is not used
KNOX_TOKEN_MODEL = "api.Token"  # noqa: S105  (a model)
# Requests a minute; 0: as many as one likes.
API_PER_MINUTE_ADDRESS = env.int("API_PER_MINUTE_ADDRESS", default=3_000)
API_PER_MINUTE_TOKEN = env.int("API_PER_MINUTE_TOKEN", default=3_000)
# Any page of any site may read what is public; a token is sent by programs, and no cookie counts.
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After", "X-Request-ID"]

# --- Languages and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "birge_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "backend" / "locale_framework"]
FORMAT_MODULE_PATH = ["backend.formats"]
TIME_ZONE = "Asia/Almaty"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "static_collected"
# Without collected files (demo, tests) whitenoise serves them from where they lie.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
WHITENOISE_AUTOREFRESH = DEBUG
# What people attach: no address leads to it, and `issues.views.attachments` gives it out as downloads.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=VAR_DIR / "media")
S3_BUCKET = env.str("S3_BUCKET", default="")
_S3_OPTIONS = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env.str("S3_ENDPOINT", default=""),
    "region_name": env.str("S3_REGION", default=""),
    "access_key": env.str("S3_ACCESS_KEY", default=""),
    "secret_key": env.str("S3_SECRET_KEY", default=""),
    "default_acl": "private",
    "file_overwrite": False,
}
FILE_UPLOAD_HANDLERS = [
    "backend.core.uploads.intake.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {name: value for name, value in _S3_OPTIONS.items() if value != ""},
    }
    if S3_BUCKET
    else {"BACKEND": "backend.core.uploads.storage.PrivateFiles"},
    "staticfiles": {
        "BACKEND": "backend.core.static.StaticFiles"
        if STATIC_ROOT.exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Mail -------------------------------------------------------------------------------------------------------------

_mail = env.email_url("EMAIL_URL", default="consolemail://")
_smtp_options = {
    "host": _mail.get("EMAIL_HOST"),
    "port": _mail.get("EMAIL_PORT"),
    "username": _mail.get("EMAIL_HOST_USER"),
    "password": _mail.get("EMAIL_HOST_PASSWORD"),
    "use_tls": _mail.get("EMAIL_USE_TLS", False),
    "use_ssl": _mail.get("EMAIL_USE_SSL", False),
}
MAILERS = {
    "default": {
        "BACKEND": _mail["EMAIL_BACKEND"],
        "OPTIONS": {k: v for k, v in _smtp_options.items() if v} if "smtp" in _mail["EMAIL_BACKEND"] else {},
    }
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Birge <no-reply@birge.example>")
# Where people turn with questions: shown on the page of help.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")

# --- Log --------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {reference}{message}", "style": "{"}},
    "filters": {"reference": {"()": "backend.core.references.AddReference"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["reference"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
SITE_NAME = _("Birge")
SILENCED_SYSTEM_CHECKS: list[str] = []
