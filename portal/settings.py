"""Settings, all from the environment or `.env`. The documented list is `.env.example`.

`PORTAL_MODE` is production unless said otherwise, so that a forgotten variable errs on the safe side.
"""

import os
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy

from portal.api.conf import API_PER_MINUTE, REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value}  # left empty is not set

MODE = env.str("PORTAL_MODE", default="production")
if MODE not in {"production", "demo", "test"}:
    raise ValueError(f"PORTAL_MODE must be production, demo or test, not {MODE!r}.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
TESTING = MODE == "test"

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="demo-only-" + "k" * 60)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # older keys that still vouch for what they signed
# Keys of encrypted fields (portal.security.encryption), the newest first.
FIELD_KEYS = env.list("FIELD_KEYS") if PRODUCTION else env.list("FIELD_KEYS", default=["ZGVtby1vbmx5" + "A" * 31 + "="])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "testserver"])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000")
AGENCY_ADDRESS = env.str("AGENCY_ADDRESS", default="")  # both stand in the footer; empty: not shown
AGENCY_CONTACT = env.str("AGENCY_CONTACT", default="")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many of X-Forwarded-For's last entries are true
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []

ROOMS = [
    "programs.plans",
    "programs.demands",
    "matching.startups",
    "matching.recommendations",
    "matching.applications",
    "matching.matches",
    "matching.meetups",
    "matching.evaluations",
    "matching.selections",
    "agreements.funding",
    "agreements.legal",
]

INSTALLED_APPS = [
    "portal.web",  # before allauth: its templates and ours share names
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "portal.web.storage.StaticFiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "pgtrigger",
    "pghistory",
    "portal.security",
    "portal.accounts",
    "portal.organizations",
    "portal.joining",
    "portal.signon",
    "portal.audit",
    "portal.outbox",
    "portal.files",
    "portal.notifications",
    "portal.documents",
    "portal.api",
    "portal.webhooks",
    "portal.resets",
    "portal.rolereviews",
    "portal.merging",
    *ROOMS,
    "portal.site",
]

MIDDLEWARE = [
    "portal.web.headers.AddressMiddleware",
    "portal.web.headers.HeadersMiddleware",  # these three first: their headers stand on static files, too
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.web.middleware.PackMiddleware",
    "portal.web.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.web.sessions.SessionLimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.api.middleware.ReadingMiddleware",
    "portal.api.middleware.TokenMiddleware",
    "portal.web.middleware.ActorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.web.context.frame",
            ],
        },
    }
]

# --- database: the application's role; the owner's only for schema changes (manage.py sees to it) ---
_url = "DATABASE_OWNER_URL" if env.str("PORTAL_DATABASE_ROLE", default="app") == "owner" else "DATABASE_URL"
DATABASES = {"default": env.db_url(_url, default="postgres://portal_app@localhost/portal")}
DATABASES["default"]["ENGINE"] = "portal.security.backend"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default="portal_app")
DATABASE_BACKUP_ROLE = env.str("DATABASE_BACKUP_ROLE", default="portal_backup")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# --- change history: context travels in the database context (portal.security.backend) ---
PGHISTORY_APPEND_ONLY = True
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False

# --- broker, cache ---
BROKER_URL = env.str("BROKER_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL", default="redis://localhost:6379/1"),
    }
}
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 10, "socket_connect_timeout": 5}
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_BEAT_SCHEDULE = {
    "outbox-relay": {"task": "portal.outbox.tasks.relay", "schedule": 2.0, "options": {"expires": 10}},
    "files-rescan": {"task": "portal.files.tasks.rescan", "schedule": 3600.0, "options": {"expires": 3600}},
    "api-keys": {"task": "portal.api.tasks.forget_keys", "schedule": 3600.0, "options": {"expires": 600}},
    "seal-records": {"task": "portal.audit.tasks.seal", "schedule": 10.0, "options": {"expires": 30}},
    "keep-record-head": {"task": "portal.audit.tasks.keep_head", "schedule": 24 * 3600.0, "options": {"expires": 3600}},
    "meetup-reminders": {"task": "matching.meetups.tasks.remind", "schedule": 3600.0, "options": {"expires": 3600}},
    "matches-daily": {"task": "matching.matches.tasks.daily", "schedule": 24 * 3600.0, "options": {"expires": 3600}},
    "heartbeat": {"task": "portal.outbox.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
}
BOUNCE_MAILDIR = env.str("BOUNCE_MAILDIR", default="")  # where the mail server puts bounces; read every five minutes
if BOUNCE_MAILDIR:
    CELERY_BEAT_SCHEDULE["read-bounces"] = {
        "task": "portal.notifications.tasks.read_bounces",
        "schedule": 300.0,
        "options": {"expires": 300},
    }
CELERY_BEAT_SCHEDULE_FILENAME = env.str("CELERY_BEAT_SCHEDULE_FILENAME", default=str(BASE_DIR / ".run" / "beat"))

# --- who signs in ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.SignupForm"
ACCOUNT_FORMS = {"reset_password": "portal.resets.passwords.ResetPasswordForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"} if not TESTING else False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "portal.accounts.factors.FactorAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "딥테크 밸류업"
USERSESSIONS_TRACK_ACTIVITY = False

# An organisation's own sign-in (OpenID Connect), beside the password; none where the issuer is empty.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="기관 로그인")
OIDC_DOMAINS = [domain.strip().lower() for domain in env.list("OIDC_DOMAINS", default=[])]

SESSION_COOKIE_AGE = 8 * 60 * 60  # from sign-in, whatever is done meanwhile (portal.accounts.trust)
SESSION_IDLE_SECONDS = 30 * 60
SESSION_WARNING_SECONDS = 2 * 60
SECOND_FACTOR_REQUIRED = PRODUCTION  # off in the sample only, which says so on every page
FRESH_SIGN_IN_REQUIRED = not TESTING
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.site.errors.csrf_failed"
MESSAGE_STORAGE = "portal.web.sessions.Messages"
MESSAGES_COOKIE_NAME = "messages"
if PRODUCTION:  # __Host-: Secure, for this host alone, and no neighbouring host can set one
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    MESSAGES_COOKIE_NAME = "__Host-messages"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^api/"]  # the API refuses (portal.api.middleware)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- language, time ---
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["portal.formats"]
FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("전체")

# --- files, mail, static ---
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".run" / "static"))
if TESTING:  # tests serve the sources as they are
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / ".run" / "media"))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING else "portal.web.storage.StaticStorage"
        )
    },
}


def s3_storage(bucket: str, **given: str | None) -> dict[str, Any]:
    """A private bucket. Its addresses are signed, live a minute, and go to nginx only (`portal.files.downloads`)."""
    from botocore.config import Config  # type: ignore[import-untyped]

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            **given,
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_auth": True,
            "querystring_expire": 60,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 2},
                # Amazon's newer checksums are unknown to many other servers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


if _bucket := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = s3_storage(
        _bucket,
        endpoint_url=env.str("S3_ENDPOINT_URL", default=None),
        access_key=env.str("S3_ACCESS_KEY", default=None),
        secret_key=env.str("S3_SECRET_KEY", default=None),
        region_name=env.str("S3_REGION", default="us-east-1"),
    )
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=20 * 1024 * 1024)
FILE_QUOTA_BYTES = env.int("FILE_QUOTA_BYTES", default=5 * 1024**3)  # of one organisation
CLAMAV_URL = env.str("CLAMAV_URL", default="")  # tcp://host:3310, unix:///path; "" leaves it to the format checks
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", default="")  # "/private/" behind nginx; "" lets Django send files
SEAL_PKCS12 = env.str("SEAL_PKCS12", default="")  # the seal of documents (PAdES); none where empty
SEAL_PASSPHRASE = env.str("SEAL_PASSPHRASE", default="")
VERIFY_PER_MINUTE = env.int("VERIFY_PER_MINUTE", default=10_000 if TESTING else 30)  # checks of papers by one address
PORTAL_FONT_DIR = env.str("PORTAL_FONT_DIR", default=str(BASE_DIR / "static" / "vendor" / "fonts-ttf"))
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "portal.notifications.smtp.Backend"
EMAIL_TIMEOUT = 10
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")  # bounces@… ; each mail gets bounces+token@… of its own
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="딥테크 밸류업 <noreply@valueup.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- access records: where the head of their chain is kept, once a day ---
RECORD_HEAD_FOLDER = env.str("RECORD_HEAD_FOLDER", default="")
RECORD_HEAD_MAIL = env.str("RECORD_HEAD_MAIL", default="")
ROLE_REVIEW_DAYS = env.int("ROLE_REVIEW_DAYS", default=182)  # since 2025-03: roles are reviewed twice a year [ours]
DORMANT_DAYS = env.int("DORMANT_DAYS", default=90)  # since 2025-03: an account that nobody has used for so long [ours]
EXPORT_REASON_ROWS = env.int("EXPORT_REASON_ROWS", default=1000)  # a larger download is asked for its reason

DJANGO_TABLES2_TEMPLATE = "web/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO" if not TESTING else "WARNING")},
}
