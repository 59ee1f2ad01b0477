"""How fast Fairlead is, against the budgets of its design: python tests/bench/bench.py [--sizes N,N] [--keep FOLDER]

Every figure is taken from outside, in a terminal of 120 by 36: keys go in, and the clock stops at the last byte that
comes out. The start and the memory are given as ratios to a bare Textual app, started in the same run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).parent)]

from figures import RUNS, Figure  # noqa: E402
from keys import moving, one_size  # noqa: E402
from registers import Case, build  # noqa: E402
from start import bare_memory, bare_rows, memory, starts  # noqa: E402
from work import the_work  # noqa: E402

PARTS = ("start", "keys", "work", "memory")


def main() -> int:
    """Measure, print the table, and return how many figures are over their budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="70,100000,1000000", help="how many recommendations; 70 is the sample")
    parser.add_argument("--keep", type=Path, help="where the registers are kept, to be used again")
    parser.add_argument("--only", default=",".join(PARTS), help="which parts: start, keys, work, memory")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fairlead-bench-"))
    registers = (options.keep or folder).absolute()
    registers.mkdir(parents=True, exist_ok=True)
    try:
        cases = []
        for size in (int(size) for size in options.sizes.split(",")):
            register = registers / f"r{size}.fairlead"
            build(register, size)
            cases.append(Case(size, register, folder / f"home{size}", folder))
        over = 0
        print(f"\n{'what':<58}{'median':>9}{'worst':>9}    {'budget':>7}")
        for figure in measured(cases, options.only.split(",")):
            print(figure.line(), flush=True)
            over += figure.budget is not None and figure.judged > figure.budget
        print(f"\n{over} over budget. Worst: the 95th percentile of keys, the slowest of {RUNS} starts.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def measured(cases: Sequence[Case], parts: Sequence[str]) -> Iterator[Figure]:
    """Every figure, in the order of the table."""
    began = time.monotonic()
    if "start" in parts:
        yield from starts(cases)
    if "keys" in parts:
        terminal = cases[0].start_bare()
        terminal.until(bare_rows, terminal.started)
        terminal.settle(1.0)
        yield from moving(terminal, lambda what: f"     bare  {what}", True)
        terminal.close()
        for case in cases:
            yield from one_size(case)
    if "work" in parts:
        for case in cases:
            yield from the_work(case)
    if "memory" in parts:
        bare, paged = bare_memory(cases[0])
        for case in cases:
            yield from memory(case, bare, paged)
    print(f"(took {time.monotonic() - began:.0f} s)")


if __name__ == "__main__":
    sys.exit(main())
