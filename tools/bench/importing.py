"""`python -m tools.bench.importing FILE`: imports a file, undoes it, prints figures as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import django


def main(path: Path) -> None:
    """The import as its command runs it, in one transaction that is rolled back."""
    django.setup()

    from django.db import transaction

    from core.actors import SYSTEM
    from imports.commands import import_claims

    began = time.perf_counter()
    with transaction.atomic():
        run = import_claims(actor=SYSTEM, path=path, profile="standard")
        figures: dict[str, float] = {"rows": run.created, "refused": run.refused}
        transaction.set_rollback(True)
    figures |= {
        "per_second": run.created / (time.perf_counter() - began),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
