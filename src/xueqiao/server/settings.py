"""Django settings, all from the environment with working defaults. Each name is documented in docs/operators."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

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
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DEMO = os.environ.get("XUEQIAO_DEMO", "") == "1"
DEBUG = False
SITE_OWNER = os.environ.get("XUEQIAO_SITE_OWNER", "")  # who answers for this site; shown in the official strip
PUBLIC_URL = os.environ.get("XUEQIAO_PUBLIC_URL", "").rstrip("/")  # printed on certificates: https://host of this site
HELP_PHONE = os.environ.get("XUEQIAO_HELP_PHONE", "12345")  # shown on every page
SECRET_KEY = os.environ.get("XUEQIAO_SECRET_KEY", "only-for-tests-and-tools-that-serve-nobody")
ALLOWED_HOSTS = os.environ.get("XUEQIAO_HOSTS", "127.0.0.1,localhost,testserver").split(",")
DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", "postgresql:///xueqiao"))}

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
    "xueqiao.domains.indicators",
    "xueqiao.channels.web",
    "xueqiao.server",
]
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["xueqiao.channels.web.sessions.AccountBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "xueqiao.server.urls"
WSGI_APPLICATION = "xueqiao.server.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "xueqiao.channels.web.modes.ModeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
STATIC_URL = "/static/"
