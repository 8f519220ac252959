"""What the web server runs."""

from __future__ import annotations

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application

from jointlab.config.child_processes import end_with

# The server's workers are its children, not the supervisor's: they end with it all the same.
if server := multiprocessing.parent_process():
    end_with(server.pid or 0)
    # Until the server sets its own, a worker has the handlers that it inherited from its parent.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jointlab.config.settings")
application = get_wsgi_application()
