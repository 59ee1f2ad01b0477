"""`python -m seed FILE`: write the sample register, or a large made-up one, to a new file.

Exit codes: 0 for success, 1 for an error, 2 for invalid arguments.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from seed.large import load_large
from seed.sample import load_sample
from store.domain.errors import FairleadError
from store.domain.text import quote_for_shell
from store.file.atomic import atomic_write
from store.file.database import check_sqlite, make_new_files_private
from store.queries.publications import totals
from store.register import Register


def _how_many(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 5_000_000:
        raise argparse.ArgumentTypeError("give a number from 1 to 5000000")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seed", description="Write a register to look at to a new file.")
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument(
        "--recommendations",
        type=_how_many,
        metavar="N",
        help="write a large register of N made-up items, instead of the sample",
    )
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    return parser


def _fill(register: Register, items: int | None) -> None:
    if items is None:
        load_sample(register)
        return
    for made in load_large(register, items):
        print(f"\r{made:,} of {items:,} items", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def write(path: Path, items: int | None = None, *, force: bool = False) -> str:
    """Write a register of so many items, or the sample where None, atomically; returns a line about what it holds and how to work in it.

    Raises FileAlreadyExists and other FairleadErrors.
    """
    with atomic_write(path, force=force) as temporary:
        register = Register.create(temporary)
        try:
            _fill(register, items)
            recommendations, commitments = totals(register.conn)
        finally:
            register.close()
    place = quote_for_shell(path)
    return (
        f"{path}: {recommendations.total:,} recommendations and {commitments.total:,} commitments. It is there to be "
        f"looked at: fairlead {place}. To work in a copy of your own: fairlead keep {place} --as OUT"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    asked = _parser().parse_args(arguments)
    make_new_files_private()
    try:
        if sentence := check_sqlite():
            raise FairleadError(sentence)
        print(write(asked.file, asked.recommendations, force=asked.force))
    except FairleadError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
