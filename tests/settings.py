"""The platform's settings, for tests: a home of its own, quick passwords and PINs, mail in memory."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="jointlab-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(
    JOINTLAB_HOME=_home,
    JOINTLAB_SECRET_KEY="tests",
    JOINTLAB_ORIGIN="http://localhost",
    DATABASE_URL="postgresql://set-by-the-fixture@/jointlab",
)

from jointlab.config.settings import *  # noqa: E402, F403
from jointlab.config.settings import DATABASES, STATIC_ROOT  # noqa: E402
from jointlab.signing.signatures import credentials  # noqa: E402

STATIC_ROOT.mkdir(parents=True)  # or WhiteNoise warns

DATABASES["default"] |= {"ENGINE": "tests.postgresql", "OPTIONS": {}}
WHITENOISE_AUTOREFRESH = True  # or each client of a test looks through all static files
USUAL_LOG_N, credentials.LOG_N = credentials.LOG_N, 4  # a key is sealed and opened in no time
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
