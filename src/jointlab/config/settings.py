"""Django's settings, all from the environment (docs/howto/deploy.md lists the variables)."""

from __future__ import annotations

from typing import Any

import dj_database_url

from jointlab.config.database import address
from jointlab.config.environment import Environment
from jointlab.config.home import Home

ENVIRONMENT = Environment.read()
HOME = Home.from_environment()
DEMONSTRATION = ENVIRONMENT.demonstration or HOME.purpose == "demonstration"
ORIGIN = ENVIRONMENT.origin

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key or HOME.secret_key()
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "jointlab.config",
    "jointlab.demo",
    "jointlab.desk",
    "jointlab.newsroom",
    "jointlab.laboratory",
    "jointlab.agreements",
    "jointlab.obligations",
    "jointlab.signing",
    "jointlab.mailroom",
    "jointlab.parties",
    "jointlab.taxonomy",
    "jointlab.history",
    "jointlab.files",
    "jointlab.common",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_htmx",
    "heroicons",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "jointlab.config.views.AnsweredByAnyName",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jointlab.newsroom.middleware.Unlisted",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jointlab.parties.authentication.Activity",
    "jointlab.parties.interrupted_forms.SignInRequired",
    "jointlab.parties.middleware.ReadOnce",
    "jointlab.common.web.TimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jointlab.common.web.Headers",
    "jointlab.common.particles.Particles",
    "django_htmx.middleware.HtmxMiddleware",
    "jointlab.common.web.Refusals",
]

ROOT_URLCONF = "jointlab.config.urls"
WSGI_APPLICATION = "jointlab.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jointlab.common.web.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "jointlab.common.templatetags.components",
            ],
        },
    }
]
FORM_RENDERER = "jointlab.common.form_drawing.Renderer"

# The role that serves pages cannot rewrite history; `jointlab manage migrate` and the tests
# connect as the owning role.
DATABASES = {"default": dj_database_url.parse(address("application"))}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # no connection to a server that has gone
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": 8,
    "timeout": 10,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "parties.Person"
AUTHENTICATION_BACKENDS = ["jointlab.parties.authentication.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name_own", "name_en")},
    },
    {
        "NAME": "jointlab.parties.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:desk"
LOGOUT_REDIRECT_URL = "newsroom:home"

ACCOUNT_ADAPTER = "jointlab.parties.authentication.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is opened from the mailbox that it was sent to
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "jointlab.parties.forms.signing_in.LoginForm",
    "reset_password": "jointlab.parties.forms.signing_in.ResetPasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
# Beside allauth's own limits. Judging a file takes seconds of a processor, and anybody may ask;
# a form that is kept while its sender signs in takes room.
ACCOUNT_RATE_LIMITS = {"verify_document": "10/m/ip,100/h/ip", "keep_form": "20/h/ip"}
# How many proxies stand before the server: which address in X-Forwarded-For limits count by.
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
MFA_ADAPTER = "jointlab.parties.authentication.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as above: every address is
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "JointLab"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
USERSESSIONS_TRACK_ACTIVITY = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文"), ("ko", "한국어")]
FORMAT_MODULE_PATH = ["jointlab.config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = HOME.static
MEDIA_ROOT = HOME.media
WHITENOISE_USE_FINDERS = True
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": {"BACKEND": "jointlab.files.storage.OnDisk", "OPTIONS": {"location": HOME.files}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if bucket := ENVIRONMENT.bucket:  # who signs in: AWS_ACCESS_KEY_ID and so on
    STORAGES["files"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket.name,
            "endpoint_url": bucket.endpoint,
            "region_name": bucket.region,
            "file_overwrite": True,  # by itself: a name is a hash
            "max_memory_size": 8 * 1024 * 1024,  # what is larger is read by way of the disk
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME.mail
if mail := ENVIRONMENT.mail:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = mail.host, mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.user, mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = mail.tls == "starttls", mail.tls == "implicit"
EMAIL_TIMEOUT = 20  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
# Hosts with addresses of a private network that messages to other services may go to.
HOOK_HOSTS = ENVIRONMENT.hook_hosts

# Rate limits count in the database's cache table: all web processes see one count.
CACHES = {
    "default": {
        "BACKEND": "jointlab.common.writing.Cache",
        "LOCATION": "cache",
    }
}

if ORIGIN.startswith("https://"):
    SECURE_SSL_REDIRECT = ENVIRONMENT.tls_redirect
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jointlab.parties.views.profile.stale"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# To the console, whoever keeps it: what went wrong on our side, not each page that is not found.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
    },
}
