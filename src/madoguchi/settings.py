"""All settings, once: read from the environment by typed readers, failing at start with one clear sentence.

There is no development or production variant. Nothing imports this module; use `django.conf.settings`.
"""

import os
from pathlib import Path
from typing import Any

import psycopg.conninfo
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from madoguchi.core import env
from madoguchi.core.postgres import database_url
from madoguchi.core.secret_key import secret_key

_PACKAGE = Path(__file__).parent
_DATA_HOME = Path(os.environ.get("XDG_DATA_HOME", "").strip() or "~/.local/share").expanduser()

DATA_DIR = env.path("MADOGUCHI_DATA_DIR", _DATA_HOME / "madoguchi", about="where everything is kept")
HTTP_HOST = env.text("MADOGUCHI_HTTP_HOST", "127.0.0.1", about="address the web server listens on")
HTTP_PORT = env.port("MADOGUCHI_HTTP_PORT", 8000, about="port of the web server")
SMTP_HOST = env.text("MADOGUCHI_SMTP_HOST", "127.0.0.1", about="address the mail intake (SMTP) listens on")
SMTP_PORT = env.port("MADOGUCHI_SMTP_PORT", 2525, about="port of the mail intake (SMTP); 0 switches it off")
SMTP_TLS_CERT = env.text("MADOGUCHI_SMTP_TLS_CERT", "", about="PEM file of the certificate, for STARTTLS at the intake")
SMTP_TLS_KEY = env.text("MADOGUCHI_SMTP_TLS_KEY", "", about="PEM file of its key")
LMTP_PORT = env.port("MADOGUCHI_LMTP_PORT", 0, about="port of the mail intake (LMTP); 0 switches it off")
DEMO = env.boolean("MADOGUCHI_DEMO", default=False, about="load the demo workspace into an empty database")
BASE_URL = env.url(
    "MADOGUCHI_BASE_URL",
    f"http://localhost:{HTTP_PORT}",
    schemes=("http", "https"),
    about="the address people type, for links in mail",
).rstrip("/")
PROXIED = env.boolean("MADOGUCHI_BEHIND_PROXY", default=False, about="trust X-Forwarded-For and -Proto")
DATABASE_URL = env.url(
    "MADOGUCHI_DATABASE_URL",
    "",
    schemes=("postgresql", "postgres"),
    about="a PostgreSQL of your own; empty is the embedded one",
)
SECRET_KEY = secret_key(DATA_DIR)
_order_hosts = env.text("MADOGUCHI_ORDER_HOSTS", "", about="order systems in your own network that may be asked")
ORDER_HOSTS = frozenset(host.strip().lower() for host in _order_hosts.split(",") if host.strip())
DEBUG = False

_host = BASE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
ALLOWED_HOSTS = [_host, "localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += [
    host for host in env.text("MADOGUCHI_ALLOWED_HOSTS", "", about="further host names").split(",") if host
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "madoguchi.core",
    "madoguchi.events",
    "madoguchi.files",
    "madoguchi.search",
    "madoguchi.ui",
    "madoguchi.accounts",
    "madoguchi.calendars",
    "madoguchi.channels",
    "madoguchi.customers",
    "madoguchi.preflight",
    "madoguchi.conversations",
    "madoguchi.wording",
    "madoguchi.guides",
    "madoguchi.knowledge",
    "madoguchi.commerce",
    "madoguchi.promises",
    "madoguchi.notifications",
    "madoguchi.outreach",
    "madoguchi.workforce",
    "madoguchi.calls",
    "madoguchi.cases",
    "madoguchi.acknowledgements",
    "madoguchi.flows",
    "madoguchi.connectors.mail",
    "madoguchi.desk",
    "madoguchi.portal",
    "madoguchi.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]

#: The channels there are. A third party adds one line here and one wheel.
MADOGUCHI_CHANNELS = ["madoguchi.connectors.mail.channel.MailChannel"]
#: The sources of orders there are, likewise.
MADOGUCHI_ORDER_SOURCES = [
    "madoguchi.connectors.pushed_orders.source.PushedSource",
    "madoguchi.connectors.nextengine.source.NextEngineSource",
    "madoguchi.connectors.tempostar.source.TempostarSource",
    "madoguchi.connectors.shopify.source.ShopifySource",
    "madoguchi.connectors.order_http.source.HttpSource",
    "madoguchi.connectors.order_sql.source.SqlSource",
]

MIDDLEWARE = [
    "madoguchi.core.metrics.RequestMetrics",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "madoguchi.ui.assets.serve_assets",
    "django.middleware.gzip.GZipMiddleware",
    "madoguchi.portal.serving.serve_open_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "madoguchi.core.storable.StorableText",
    "madoguchi.accounts.middleware.PersonLocale",
    "madoguchi.accounts.middleware.SessionUse",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "madoguchi.desk.middleware.SamePerson",
    "madoguchi.desk.middleware.DomainErrors",
    "madoguchi.desk.first_run.FirstRun",
    "madoguchi.desk.masked.MaskedContacts",
]

ROOT_URLCONF = "madoguchi.urls"
WSGI_APPLICATION = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                ("madoguchi.ui.baking.Loader", ["django.template.loaders.app_directories.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["madoguchi.ui.templatetags.ui", "madoguchi.customers.cutting"],
        },
    },
]


def _database() -> dict[str, Any]:
    parts = psycopg.conninfo.conninfo_to_dict(DATABASE_URL or database_url(DATA_DIR))
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    database: dict[str, Any] = {named[key]: str(parts.pop(key)) for key in tuple(parts) if key in named}
    return database | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": dict(parts),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["madoguchi.accounts.backend.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
TIME_ZONE = env.time_zone("MADOGUCHI_TIME_ZONE", "Asia/Tokyo", about="the desk's time zone")
USE_TZ = True

STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "madoguchi.files.storage.SyncedFileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
}
_s3_bucket = env.text("MADOGUCHI_S3_BUCKET", "", about="keep files in this S3 bucket instead of the data folder")
_s3_options = {
    "endpoint_url": env.text("MADOGUCHI_S3_ENDPOINT", "", about="of an S3-compatible store") or None,
    "access_key": env.secret("MADOGUCHI_S3_ACCESS_KEY", "", about="S3 access key") or None,
    "secret_key": env.secret("MADOGUCHI_S3_SECRET_KEY", "", about="S3 secret key") or None,
}
if _s3_bucket:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            **_s3_options,
            "bucket_name": _s3_bucket,
            "file_overwrite": True,
            "default_acl": None,
        },
    }

SESSION_ENGINE = "madoguchi.accounts.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "madoguchi.urls.csrf_failure"
if PROXIED:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
#: 25 MB of files, base64 or not, with some room; larger bodies are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "madoguchi.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # ours are in accounts.rate_limit: they need no cache and hold over all machines
ACCOUNT_FORMS = {
    "login": "madoguchi.accounts.forms.SignInForm",
    "reauthenticate": "madoguchi.accounts.forms.PasswordAgainForm",
    "reset_password": "madoguchi.accounts.forms.AskResetForm",
    "user_token": "madoguchi.accounts.forms.ResetLinkForm",
    "reset_password_from_key": "madoguchi.accounts.forms.NewPasswordForm",
}
MFA_ADAPTER = "madoguchi.accounts.adapter.StaffMfaAdapter"
MFA_FORMS = {
    "authenticate": "madoguchi.accounts.forms.CodeForm",
    "reauthenticate": "madoguchi.accounts.forms.CodeAgainForm",
    "activate_totp": "madoguchi.accounts.forms.NewAppForm",
    "add_webauthn": "madoguchi.accounts.forms.NewPasskeyForm",
    "edit_webauthn": "madoguchi.accounts.forms.PasskeyNameForm",
}
MFA_RATE_LIMITS = False
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators, not claimed by their owners
MFA_TOTP_TOLERANCE = 1  # a code is good for one period (30 s) before and after, for clocks that are a little off
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
MAILERS = {"default": {"BACKEND": "madoguchi.connectors.mail.system_mail.DeskBackend"}}
DEFAULT_FROM_EMAIL = env.text("MADOGUCHI_SYSTEM_ADDRESS", "madoguchi@localhost", about="sender of the desk's own mail")

LOGGING_CONFIG = None  # the command line sets up structured logs once for every process (cli/logs.py)
MESSAGE_TAGS = {10: "info", 20: "info", 25: "success", 30: "warning", 40: "error"}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # TLS ends at the proxy; HSTS is set when BASE_URL is https
SITE_NAME = _("Madoguchi")
