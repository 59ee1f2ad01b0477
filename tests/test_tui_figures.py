"""One fact, one figure, one word: what is counted, marked or named in several places is alike in all of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from screen import sitting
from test_tui_cli import data, run

from store.domain.fields import KINDS
from store.domain.vocabulary import ActionKind, Stage, Status, Track, Verdict
from store.exchange.export import export
from store.queries.attention import HOUSEKEEPING
from store.queries.describe import GUESS, GUESS_LEGEND, GUESS_MEANS
from store.queries.filter import Filter
from store.queries.publications import publications, totals
from store.register import Register

COUNTS = ("total", "closed", "with_inspectorate", "on_track", "delayed", "not_stated")
TALL = (160, 70)


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    """The rows of a sheet by heading."""
    headings, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def number_before(words: str, text: str) -> int:
    found = re.search(rf"(\d+) {words}", text)
    assert found, f"no number of {words!r} in:\n{text}"
    return int(found[1])


@pytest.mark.slow
def test_a_publication_has_the_same_counts_by_status_everywhere(mine: Path, sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.xlsx", Filter())
    export(sample, tmp_path / "out.md", Filter())
    printed = {row["Code"] or row["Publication"]: row for row in sheet(tmp_path / "out.xlsx", "Publications")}
    text = (tmp_path / "out.md").read_text()
    for row in (*publications(sample.conn), *totals(sample.conn)):
        counts = [getattr(row, name) for name in COUNTS]
        cells = printed[row.code or row.title]
        headings = ("Items", "Closed", "Closed: with the inspectorate", "On track", "Delayed", "Not stated")
        assert [cells[heading] for heading in headings] == counts, row
        shares = [cells[f"Closed: {share}"] for share in ("with the inspectorate", "discharged", "otherwise")]
        assert sum(map(int, map(str, shares))) == row.closed, row
        assert f"| {' | '.join(map(str, counts))} |" in text, row
        if row.code:
            by_theme = [r for r in data("themes", "--publication", row.code) if r["theme"] is None]
            assert [[total[name] for name in COUNTS] for total in by_theme] == [counts], row
            listed = [
                len(data("list", "--publication", row.code, *narrowed))
                for narrowed in (
                    (),
                    *(
                        ("--status", status)
                        for status in ("closed", "with-inspectorate", "on-track", "delayed", "not-stated")
                    ),
                )
            ]
            assert listed == counts, row
            shown = run("show", row.code).stdout
            assert f"Items here: {row.total}: {row.closed} closed" in shown
            sent = f"{row.with_inspectorate} with the inspectorate"
            assert (sent in shown) is bool(row.with_inspectorate)


async def test_what_needs_attention_is_as_many_on_the_screen_and_on_the_command_line(
    mine: Path, sample_path: Path
) -> None:
    rows = data("attention")
    table = run("attention").stdout
    headings = [line for line in table.splitlines() if re.match(r"[A-Z][a-z ]+: \d+ recommendation", line)]
    assert len(headings) > 1
    async with sitting(sample_path, TALL, at="3") as seat:
        shown = seat.shown()
        strip = seat.lines()
    groups = {row["ref"]: row["group"] for row in rows}
    main = [ref for ref, group in groups.items() if group != "housekeeping"]
    recommendations = [ref for ref in main if not ref.startswith("CCP")]
    apart = len(main) - len(recommendations)
    commitments = f" · {apart} commitment{'s' * (apart > 1)}" if apart else ""
    assert f"{len(recommendations)} recommendations{commitments} need attention" in shown
    assert all(heading.removeprefix("Only housekeeping") in shown for heading in headings), headings
    for heading in headings:
        total = sum(int(n) for n in re.findall(r"(\d+) (?:recommendation|commitment|part)", heading))
        start = table.index(heading)
        here = table[start:].split("\n\n")[0].splitlines()[2:]
        assert len({line.split()[0] for line in here}) == total, heading
    assert strip


async def test_the_summary_counts_what_attention_lists(mine: Path, sample_path: Path) -> None:
    rows = [row for row in data("attention") if not row["ref"].startswith("CCP")]
    async with sitting(sample_path, TALL, at="1") as seat:
        strip = seat.line("All leads:").split(";")[0]
    for reason, words in (
        ("waits-on-inspectorate", "waiting on the inspectorate"),
        ("promised", "promised and not done"),
        ("late", "late"),
        ("stale", "stale"),
    ):
        found = {row["ref"] for row in rows if row["reason"] == reason}
        if found:
            assert number_before(words, strip) == len(found), reason
    assert "with the inspectorate" not in strip and "today" not in strip
    open_ones = [row for row in data("list", "status:open") if row["kind"] != "commitment"]
    assert number_before("open", strip) == len(open_ones)


@pytest.mark.slow
async def test_a_folded_line_of_housekeeping_has_as_many_as_it_lists(mine: Path, sample_path: Path) -> None:
    rows = data("attention")
    async with sitting(sample_path, TALL, at="3") as seat:
        shown = seat.shown()
    for reason, words in zip(
        HOUSEKEEPING,
        ("with no lead", "with no theme", "with no reason given", "discharged without", "agreed by nobody"),
        strict=True,
    ):
        if found := {row["ref"] for row in rows if row["reason"] == reason}:
            assert number_before(words, shown) == len(found)


def test_a_leads_page_has_the_counts_of_the_table_of_leads(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.md"
    for lead in ("C3", "Mental Health Taskforce"):
        run("handover", "--lead", lead, str(out), "--force") if out.exists() else run(
            "handover", "--lead", lead, str(out)
        )
        page = out.read_text()
        row = next(r for r in data("themes", "--by", "lead") if r["lead"] == lead and r["kind"] == "recommendation")
        line = next(line for line in page.splitlines() if line.startswith("- Recommendations: "))
        assert number_before("open", line) == row["total"] - row["closed"]
        assert number_before("with the inspectorate", line) == row["with_inspectorate"]
        out.unlink()


async def test_that_an_item_is_believed_done_is_beside_how_far_it_is(mine: Path, sample_path: Path) -> None:
    listed = run("list", "--publication", "CAM").stdout
    assert all(
        "Collating evidence, believed done" in line for line in listed.splitlines() if line[:5] in ("CAM-4", "CAM-5")
    )
    overview = run("show", "CAM-4").stdout
    assert "Stage: Collating evidence" in overview and "Believed done: by C3" in overview
    async with sitting(sample_path, (150, 60), at="2") as seat:
        line = seat.line("CAM-4 ")
        assert "believed done" in line and "Collating evidence" in line


@pytest.mark.slow
async def test_the_mark_of_a_guess_is_explained_where_it_is(mine: Path, sample_path: Path) -> None:
    assert GUESS_LEGEND in run("themes").stdout
    assert GUESS not in run("attention").stdout + run("ledger").stdout
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    assert f"| {GUESS} | {GUESS_MEANS}" in readme
    for place in ("1", "2", "4"):
        async with sitting(sample_path, (120, 70), at=place) as seat:
            shown = seat.shown()
            assert GUESS in shown and GUESS_MEANS in shown, place
    async with sitting(sample_path, (80, 24), at="2") as seat:
        seat.sees("5 commitments · † inferred or ours")


RAW = {
    name
    for kind, declared in KINDS.items()
    for name in (kind, *declared.fields, *(f"{f}_{part}" for f, one in declared.fields.items() for part in one.parts))
    if "_" in name
} | {str(word) for words in (Stage, Status, Track, Verdict, ActionKind) for word in words if "-" in str(word)}
"""The store's names of kinds and fields, and its words, that no person should read."""


def raw_names(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w/-])[a-z]+(?:[_-][a-z]+)+(?![\w-])", text)) & RAW | set(
        re.findall(r"\b[a-z]+_[a-z_]+\b", text)
    )


@pytest.mark.parametrize("suffix", [".md", ".csv", ".xlsx"])
def test_no_export_has_a_name_of_the_store(sample: Register, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    export(sample, out, Filter(parts=True))
    if suffix == ".xlsx":
        texts = {
            str(cell)
            for page in openpyxl.load_workbook(out)
            for row in page.iter_rows(values_only=True)
            for cell in row
            if cell is not None
        }
        names = {str(row["What"]) for row in sheet(out, "Figures")}
        assert "Closed since last update" in names and not names & {"total", "closed", "delayed"}
        bases = {str(row["How known"]) for row in sheet(out, "Submissions")}
        assert any("that it belongs here: inferred" in text for text in bases)
        assert not any("recommendation: " in text or "submission: " in text for text in bases)
    elif suffix == ".csv":
        texts = {cell for row in csv.reader(out.read_text().splitlines()) for cell in row}
    else:
        texts = set(out.read_text().splitlines())
    assert {text: raw_names(text) for text in texts if raw_names(text)} == {}


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("ledger",),
        ("themes",),
        ("themes", "--by", "outcome"),
        ("themes", "--by", "lead"),
        ("show", "CAM-4"),
        ("show", "HC-6"),
        ("show", "CCP-10"),
        ("show", "CA"),
        ("alike",),
        ("evidence",),
        ("log",),
    ],
)
def test_no_table_of_the_command_line_has_a_name_of_the_store(mine: Path, command: tuple[str, ...]) -> None:
    assert raw_names(run(*command).stdout) == set()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["1", "2", "3", "4", "6", "7", "l"])
async def test_no_screen_has_a_name_of_the_store(sample_path: Path, place: str) -> None:
    async with sitting(sample_path, TALL, at=place) as seat:
        assert raw_names(seat.shown()) == set()
