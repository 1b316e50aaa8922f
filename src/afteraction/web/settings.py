"""Every setting of the web application, read from the environment once. What is missing or unsafe is told by `checks`.

Each variable is declared where it is read, with its meaning; `docs/settings.md` lists them all.
"""

import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from afteraction.web.environment import boolean, database, listed, mail, origins, text, whole

HOME = Path(text("AFTERACTION_HOME", "afteraction-home")).expanduser().resolve()
DEBUG = False


def _secret() -> str:
    """The key that signs sessions and links: from the environment, else made once and kept in the home."""
    if given := text("AFTERACTION_SECRET_KEY", ""):
        return given
    path = HOME / "secret-key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = _secret()
ALLOWED_HOSTS = listed("AFTERACTION_HOSTS", "localhost,127.0.0.1,[::1]")
ADDRESS = text("AFTERACTION_ADDRESS", "http://localhost:8000")
HTTPS = ADDRESS.startswith("https://")
CSRF_TRUSTED_ORIGINS = [ADDRESS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "auditlog",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "afteraction.web.isolation",
    "afteraction.web.people",
    "afteraction.web.deals",
    "afteraction.web.insights",
    "afteraction.web.reviews",
    "afteraction.web.buyers",
    "afteraction.web.lessons",
    "afteraction.web.plays",
    "afteraction.web.walls",
    "afteraction.web.coaching",
    "afteraction.web.practice",
    "afteraction.web.proposals",
    "afteraction.web.experiments",
    "afteraction.web.leads",
    "afteraction.web.content",
    "afteraction.web.listening",
    "afteraction.web.meetings",
    "afteraction.web.jobs",
    "afteraction.web.data",
    "afteraction.web.api",
    "afteraction.web.connectors",
]

MIDDLEWARE = [
    "afteraction.web.timing.ServerTiming",
    "afteraction.web.upkeep.request_metrics.RequestMetrics",
    "afteraction.web.api.problems.ProblemsAlone",
    "afteraction.web.busy.QueriesInTime",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "afteraction.web.isolation.middleware.OrganisationOfRequest",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "afteraction.web.people.middleware.SignInRequired",
]

ROOT_URLCONF = "afteraction.web.urls"
WSGI_APPLICATION = "afteraction.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "afteraction.web.navigation.navigation",
            ],
            "builtins": ["afteraction.web.components"],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {"default": database("AFTERACTION_DATABASE", HOME)}
POLICIES = not boolean("AFTERACTION_WITHOUT_POLICIES")  # PostgreSQL keeps organisations apart too, not the code alone
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": f"{_VALIDATION}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "afteraction.web.people.adapter.InvitedOnly"
SOCIALACCOUNT_ADAPTER = "afteraction.web.people.adapter.KnownAddressOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by mail, which is the verification
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"reset_password": "afteraction.web.people.forms.ResetForm"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers whose address someone typed
ALLAUTH_TRUSTED_PROXY_COUNT = int(boolean("AFTERACTION_BEHIND_PROXY"))  # whose attempts are counted by the rate limits
SOCIALACCOUNT_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Afteraction"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an admin entered the address, and the link went there
AUDITLOG_DISABLE_REMOTE_ADDR = True  # the trail says who did what; where they sat is nobody's business
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": text("AFTERACTION_OIDC_NAME", "Single sign-on"),
                    "client_id": text("AFTERACTION_OIDC_CLIENT", ""),
                    "secret": text("AFTERACTION_OIDC_SECRET", ""),
                    "settings": {"server_url": text("AFTERACTION_OIDC_SERVER", "")},
                }
            ]
        }
    }
    if text("AFTERACTION_OIDC_SERVER", "")
    else {}
)

EMAIL = mail("AFTERACTION_MAIL")
EMAIL_BACKEND = EMAIL.backend
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.host, EMAIL.port, EMAIL.user, EMAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.starttls, EMAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("AFTERACTION_MAIL_FROM", "Afteraction <afteraction@localhost>")

METRICS_TOKEN = text("AFTERACTION_METRICS_TOKEN", "")  # whoever sends it may read /metrics; nobody without one
LLM_URL = text("AFTERACTION_LLM_URL", "")  # OpenAI-compatible; nothing is sent that nobody has looked at and confirmed
LLM_KEY, LLM_MODEL = text("AFTERACTION_LLM_KEY", ""), text("AFTERACTION_LLM_MODEL", "")

LANGUAGE_CODE, TIME_ZONE, USE_TZ = "en", text("AFTERACTION_TIME_ZONE", "UTC"), True
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
# `serve` puts the files together there, under names that change with their content: browsers keep them for good.
STATIC_STORAGE = "afteraction.web.static_files.NamedByContent"
if not (STATIC_ROOT / "staticfiles.json").exists():
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
JOBS_EAGER = boolean("AFTERACTION_JOBS_EAGER")  # whether jobs take as much of the machine as pages do
ALLOW_PRIVATE = boolean("AFTERACTION_ALLOW_PRIVATE")  # whether connectors may ask machines of the inner network
UPLOAD_LIMIT = whole("AFTERACTION_UPLOAD_LIMIT", 4096) * 2**20  # MiB of one file that is sent for import
API_LIMIT = whole("AFTERACTION_API_LIMIT", 600)  # requests of one API token in a minute
WAITING = whole("AFTERACTION_WAITING", 32)  # requests that may wait for each process that serves pages
QUERY_LIMIT = whole("AFTERACTION_QUERY_LIMIT", 20)  # seconds of one query of a page on PostgreSQL
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers hold the redirect of a form against this too: the sign-in of the provider.
        "form-action": [SELF, *origins("AFTERACTION_OIDC_SERVER")],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if boolean("AFTERACTION_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "afteraction.web.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": text("AFTERACTION_LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}},
}
