"""A whole process that imports the package, against one that imports the same modules of the standard library."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from benchmarks.figures import Aim, Report, milli, ratio
from benchmarks.racing import race, steady

_LIST_MODULES = """
import sys
before = set(sys.modules)
import gulf_payments
print(*sorted(name for name in set(sys.modules) - before if name.partition(".")[0] in sys.stdlib_module_names))
"""


def measure(rounds: int) -> Report:
    """Race whole processes."""
    modules = _run(_LIST_MODULES).split()
    contenders = {
        "ours": partial(_run, "import gulf_payments"),
        "limit": partial(_run, f"import {', '.join(modules)}"),
        "python": partial(_run, "pass"),
    }
    times = race(steady(contenders), rounds=rounds, warm_up=2).processor
    ours, limit, python = (times.median(name) for name in contenders)
    return Report(
        "Import, whole process",
        [
            milli("import gulf_payments", ours),
            milli(f"the {len(modules)} standard modules that this loads", limit),
            milli("bare Python", python),
            ratio("ours to the standard modules", times.ratio("ours", to="limit"), Aim(1.2)),
            ratio("the same, less bare Python", (ours - python) / (limit - python)),
        ],
    )


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return done.stdout
