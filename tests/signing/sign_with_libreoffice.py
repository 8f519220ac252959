"""Have LibreOffice sign a copy: BEFORE.pdf AFTER.pdf PROFILE. Run by the Python that has its `uno`.

The keys are those of the NSS database that MOZILLA_CERTIFICATE_FOLDER names.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno

PATIENCE_S = 60


def main(before: str, after: str, profile: str) -> None:
    shutil.copy(before, after)
    pipe = f"jointlab-{Path(profile).stat().st_ino}"
    office = subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ]
    )
    context = connected(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")

    def service(name: str) -> Any:
        return context.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", context)

    keys = service("xml.crypto.SEInitializer").createSecurityContext("").getSecurityEnvironment()
    (certificate,) = keys.getPersonalCertificates()
    file = service("ucb.SimpleFileAccess").openFileReadWrite(Path(after).as_uri())
    signing = service("security.DocumentDigitalSignatures")
    assert signing.signDocumentWithCertificate(certificate, None, file)
    service("frame.Desktop").terminate()
    office.wait(PATIENCE_S)


def connected(address: str) -> Any:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return resolver.resolve(address)
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)  # it is starting, and tells nobody when it is there


if __name__ == "__main__":
    main(*sys.argv[1:])
