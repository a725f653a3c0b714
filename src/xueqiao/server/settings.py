"""Django settings. Whatever differs between sites comes from the environment: see environment.py."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from xueqiao.server import environment
from xueqiao.server.home import Home

PACKAGE = Path(__file__).resolve().parent.parent


def database_settings(url: str) -> dict[str, object]:
    """postgresql://user:password@host:port/name, or ?host=/socket/folder for a socket."""
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "xueqiao",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port", "")),
        # Each web thread keeps its connection; one query asks whether it still lives, so a restart of the database
        # costs a reconnection and no error page.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "xueqiao"}
        | {key: query[key] for key in ("sslmode", "sslrootcert", "sslcert", "sslkey") if key in query},
    }


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


DEMO = environment.DEMO.is_on()
DEBUG = False
SITE_OWNER = environment.SITE_OWNER.read()
PUBLIC_URL = environment.PUBLIC_URL.read().rstrip("/")
VC_API = environment.VC_API.read() == "1"
HELP_PHONE = environment.HELP_PHONE.read()

# `web` and `worker` refuse to start with this one.
TOOLS_SECRET_KEY = "only-for-tests-and-tools-that-serve-nobody-" + "x" * 20
SECRET_KEY = environment.SECRET_KEY.read() or TOOLS_SECRET_KEY
SECRET_KEY_IS_FOR_TOOLS = SECRET_KEY == TOOLS_SECRET_KEY
DATABASES = {"default": database_settings(environment.DATABASE_URL.read() or "postgresql:///xueqiao")}

# ---- who may connect, and how
ALLOWED_HOSTS = [*words(environment.HOSTS.read()), *(["testserver"] if SECRET_KEY_IS_FOR_TOOLS else [])]
CSRF_TRUSTED_ORIGINS = words(environment.ORIGINS.read())
HTTPS = environment.HTTPS.is_on() or (environment.HTTPS.read() == "" and not DEMO and not SECRET_KEY_IS_FOR_TOOLS)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(environment.HSTS_SECONDS.read()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if environment.TRUSTED_PROXY.is_on():
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "xueqiao.channels.web.refusals.csrf_failure"
TRUSTED_PROXY = environment.TRUSTED_PROXY.is_on()
SESSION_COOKIE_NAME = "xueqiao_session"
CSRF_COOKIE_NAME = "xueqiao_csrf"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20  # a form or JSON body; larger ones are refused before they are read
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o640

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "ninja",
    "xueqiao.foundation.regions",
    "xueqiao.foundation.parameters",
    "xueqiao.foundation.audit",
    "xueqiao.foundation.outbox",
    "xueqiao.foundation.undo",
    "xueqiao.foundation.ledger",
    "xueqiao.domains.people",
    "xueqiao.domains.institutions",
    "xueqiao.domains.catalogue",
    "xueqiao.domains.payments",
    "xueqiao.domains.classes",
    "xueqiao.domains.enrolment",
    "xueqiao.domains.learning",
    "xueqiao.domains.credits",
    "xueqiao.domains.incentives",
    "xueqiao.domains.demand",
    "xueqiao.domains.indicators",
    "xueqiao.gateways.messages",
    "xueqiao.gateways.payments",
    "xueqiao.channels.web",
    "xueqiao.server",
]
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["xueqiao.channels.web.sessions.AccountBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "xueqiao.server.urls"
WSGI_APPLICATION = "xueqiao.server.wsgi.application"

MIDDLEWARE = [
    "xueqiao.server.health.HealthMiddleware",  # answers /-/ before hosts, sessions and redirects are looked at
    "xueqiao.channels.web.guards.GuardsMiddleware",  # sizes, text, speed, headers
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "xueqiao.channels.web.modes.ModeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xueqiao.channels.web.place.PlaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "xueqiao.channels.web.refusals.GateMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "xueqiao.channels.web.modes.look",
            ],
        },
    },
]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "channels" / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ---- messages to people
SMS = environment.SMS.read()
SMS_RELAY_URL = environment.SMS_RELAY_URL.read()
SMS_RELAY_KEY = environment.SMS_RELAY_KEY.read()

# ---- files
STATIC_URL = "/static/"
STATICFILES_DIRS = [("demo_media", PACKAGE / "server" / "ground" / "demo_media")]
STATIC_ROOT = environment.STATIC_FOLDER.read() or None
MEDIA_ROOT = environment.MEDIA_FOLDER.read() or str(Home.chosen().media)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Names with a hash of the content, so that browsers keep them for ever and never see a stale one. Tests and
        # tools, which collected nothing, read the files where they lie.
        "BACKEND": "xueqiao.server.static_files.HashedStaticFiles"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "png", "webp", "webm", "mp4", "gz", "br", "woff2", "map")
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

# ---- maps: without a review number (审图号) no boundary is ever drawn
MAP_REVIEW_NUMBER = environment.MAP_REVIEW_NUMBER.read()

# ---- what is written down: one JSON object per line, without people's data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "xueqiao.server.json_lines.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": environment.LOG_LEVEL.read().upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
