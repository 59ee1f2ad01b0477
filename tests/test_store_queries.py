"""Lists, counts and facets agree with each other and with a filter worked out a second time, row by row; references are
found."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from oracle import new_register
from wide import widely

from seed.large import load_large
from store.commands import AddItem, AddLink, AddNote, AddPublication, MoveTarget, SetLeads, Withdraw, correct
from store.domain.errors import AmbiguousReference, NotFound
from store.domain.names import fold_number, sort_key
from store.domain.references import find_item, find_items, find_publication
from store.domain.vocabulary import Status
from store.queries.facets import facet
from store.queries.filter import (
    COLUMNS,
    FACETS,
    NO_DELAY,
    NO_LEAD,
    NO_OUTCOME,
    NO_PRIORITY,
    NO_THEME,
    SORTS,
    WITH_INSPECTORATE,
    Filter,
    percent_bound,
)
from store.queries.item_list import (
    _listing,
    counts,
    everything_count,
    rows_at,
    seq_of,
    seqs,
    window,
    window_within,
)
from store.queries.publications import (
    closed_as,
    publication,
    publications,
    publications_count,
    totals,
)
from store.queries.search import search_query
from store.register import Author, Register

OUTCOMES = (
    ("a", "1", "One", 0),
    ("bb", "10", "Ten", 0),
    ("ccc", None, "Without a number", 0),
    ("dddd", "4", "Gone", 1),
)
"""Outcomes that the generator does not make: id, number, text, whether withdrawn."""

TODAY = date(2024, 9, 18)
ITEMS = 700
WORDS = ("train", "re", "evidence", "officers", "HC", "training evidence", "x", "zzz", '"')


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A varied register, with a few items that the generator does not make."""
    register = Register.create(tmp_path_factory.mktemp("large") / "large.db", Author("Test Lead"))
    assert list(load_large(register, ITEMS))
    conn = register.conn
    items = [row[0] for row in conn.execute("SELECT id FROM recommendation WHERE counted = 1 ORDER BY id LIMIT 12")]
    for item, other in zip(items[:3], items[3:6], strict=True):
        register.do(AddLink(item=item, relation="same-as", other=other))
    register.do(Withdraw(kind="recommendation", entity=items[6]))
    register.do(SetLeads(item=items[7], leads=("Somebody & Co",)))
    with register.file.transaction() as conn:
        conn.executemany("INSERT INTO outcome VALUES (?, ?, ?, ?, NULL, 0, '', '', '', '')", OUTCOMES)
        conn.execute(
            "INSERT INTO contribution SELECT o.id || r.id, r.id, o.id, r.seq % 13 = 0, NULL, 0, '', '', '', '' "
            "FROM outcome o, recommendation r WHERE r.seq % 7 = length(o.id)"
        )
        conn.execute("UPDATE recommendation SET moved_later = 1 + seq % 2 WHERE seq % 5 = 0")
        conn.execute(
            "UPDATE recommendation SET percent_done = 10 * (seq % 11), response = CASE seq % 3 WHEN 1 THEN 'accepted' "
            "ELSE 'not-yet-said' END WHERE seq % 4"
        )
        conn.execute(
            "UPDATE recommendation SET priority = substr('HighMediumLow', 1 + 4 * (seq % 2), 4 + 2 * (seq % 2)), "
            "priority_rank = seq % 2 WHERE seq % 3"
        )
        conn.execute("UPDATE recommendation SET said_on = date('2024-09-18', '-' || (seq % 200) || ' days')")
    yield register
    register.close()


BOUNDS = {
    "due_before": ("target_latest", True),
    "due_after": ("target_latest", True),
    "published_before": ("published", False),
    "published_after": ("published", False),
    "changed_before": ("updated", False),
    "changed_after": ("updated", False),
    "said_before": ("said_on", True),
}
"""The days that bound a list: the column, and whether only what is open has it."""


PERCENT = {"percent_before": int.__lt__, "percent_after": int.__gt__}
"""What bounds a list by how much is done."""

NONE = {"response": "not-yet-said", "priority": NO_PRIORITY, "delay": NO_DELAY}
"""The value of a facet where an item has none recorded."""


class Rows:
    """Every item as a dictionary, and filters, sorts and facets over them in plain Python."""

    def __init__(self, register: Register) -> None:
        conn = register.conn
        cursor = conn.execute("SELECT * FROM recommendation")
        names = [column[0] for column in cursor.description]
        self.rows = [dict(zip(names, row, strict=True)) for row in cursor]
        leads = conn.execute(
            "SELECT l.recommendation, y.name FROM lead l JOIN party y ON y.id = l.party WHERE l.withdrawn = 0"
        ).fetchall()
        found = dict(
            conn.execute(
                "SELECT rowid, reference || ' ' || title || ' ' || text || ' ' || notes || ' ' || people FROM search"
            )
        )
        notes = dict(conn.execute("SELECT rowid, notes FROM search"))
        contributions = conn.execute(
            "SELECT c.recommendation, o.number, o.text FROM contribution c JOIN outcome o ON o.id = c.outcome "
            "WHERE c.withdrawn = 0 AND o.withdrawn = 0"
        ).fetchall()
        for row in self.rows:
            row["outcomes"] = {number or text for item, number, text in contributions if item == row["id"]}
            row["notes"] = re.findall(r"[^\W_]+", (notes.get(row["seq"]) or "").casefold())
            row["names"] = [name for item, name in leads if item == row["id"]]
            row["words"] = re.findall(r"[^\W_]+", found.get(row["seq"], "").casefold())

    def target(self, row: dict[str, Any]) -> str | None:
        """The value of the target facet; a closed item has none."""
        latest = row["target_latest"]
        if row["status"] == "closed":
            return None
        if latest is None:
            return "no-target" if row["target"] is None else "no-day"
        soon = (TODAY + timedelta(days=90)).isoformat()
        return "past" if latest < TODAY.isoformat() else "soon" if latest <= soon else "later"

    def values(self, row: dict[str, Any], name: str) -> set[str | None]:
        """The values of a facet that a row has."""
        if name == "lead":
            return set(row["names"]) or {NO_LEAD}
        if name == "target":
            return {self.target(row)}
        if name == "outcome":
            return row["outcomes"] or {NO_OUTCOME}
        if name == "theme":
            return {row["theme_name"] or NO_THEME}
        if name in NONE:
            return {row[COLUMNS[name]] or NONE[name]}
        if name == "status":
            return {row["status"]} | ({WITH_INSPECTORATE} if row["closed_as"] == WITH_INSPECTORATE else set())
        return {row[COLUMNS[name]]}

    def fits(self, row: dict[str, Any], shown: Filter) -> bool:
        """Whether a filter leaves a row."""
        if not row["listed"] or (row["part_of"] and not shown.parts):
            return False
        if any(getattr(shown, name) and not self.values(row, name) & set(getattr(shown, name)) for name in FACETS):
            return False
        if shown.mine and not set(row["names"]) & set(shown.mine):
            return False
        for name, (column, of_open) in BOUNDS.items():
            if not (bound := getattr(shown, name)):
                continue
            day = (row[column] or "")[:10]
            inside = day < bound if name.endswith("before") else day > bound
            if not day or not inside or (of_open and row["status"] == "closed"):
                return False
        if row["moved_later"] < shown.moved:
            return False
        done = row["percent_done"]
        for name, fits in PERCENT.items():
            if (limit := getattr(shown, name)) and (done is None or not fits(done, int(limit))):
                return False
        if shown.note and not any(word.startswith(shown.note) for word in row["notes"]):
            return False
        wanted = re.findall(r"[^\W_]+", shown.search.casefold())
        return all(any(word.startswith(start) for word in row["words"]) for start in wanted)

    def shown(self, shown: Filter, sort: str) -> list[int]:
        """The seqs of a list in order."""
        column = SORTS[sort.removeprefix("-")][0]
        down = sort.startswith("-")
        fitting = [row for row in self.rows if self.fits(row, shown)]
        given = [row for row in fitting if row[column] is not None]
        blank = [row for row in fitting if row[column] is None]
        given.sort(key=lambda row: (row[column], row["sort_key"], row["seq"]), reverse=down)
        blank.sort(key=lambda row: (row["sort_key"], row["seq"]), reverse=down)
        return [row["seq"] for row in (*given, *blank)]

    def counts(self, shown: Filter) -> tuple[int, int]:
        """Recommendations and commitments."""
        whole = shown.replace(parts=False)
        kinds = [row["apart"] == 1 for row in self.rows if self.fits(row, whole)]
        return kinds.count(False), kinds.count(True)

    def facet(self, shown: Filter, name: str) -> dict[str | None, int]:
        """The counts of a facet's values under the other facets."""
        others = shown.without(name).replace(parts=False)
        rows = [row for row in self.rows if self.fits(row, others)]
        found = Counter(value for row in rows for value in self.values(row, name))
        found.pop(None, None)
        return dict(found)


@pytest.fixture(scope="module")
def rows(large: Register) -> Rows:
    """The items of the large register."""
    return Rows(large)


def some_filter(rows: Rows, chance: random.Random) -> Filter:
    """A filter by one, two or three conditions."""
    shown = Filter(parts=chance.random() < 0.3)
    for name in chance.sample([*FACETS, *BOUNDS, *PERCENT, "search", "note", "mine", "moved"], chance.randint(0, 3)):
        if name == "search":
            shown = shown.replace(search=chance.choice(WORDS))
        elif name == "mine":
            shown = shown.replace(mine=tuple(chance.choice(rows.rows)["names"]))
        elif name == "note":
            shown = shown.replace(note=chance.choice(("e", "evidence", "zzz")))
        elif name == "moved":
            shown = shown.replace(moved=chance.randint(1, 3))
        elif name in PERCENT:
            shown = shown.replace(**{name: percent_bound(chance.randint(-1, 101))})
        elif name in BOUNDS:
            days = [row[BOUNDS[name][0]] for row in rows.rows if row[BOUNDS[name][0]]]
            shown = shown.replace(**{name: chance.choice(days)[:10]})
        else:
            there = sorted({v for row in rows.rows for v in rows.values(row, name) if v})
            shown = shown.replace(**{name: tuple(chance.sample(there, min(len(there), chance.randint(1, 2))))})
    return shown


@pytest.mark.parametrize("few", [0, None], ids=["through the index", "sorted where they are few"])
@pytest.mark.parametrize("seed", widely(range(60), 20))
def test_a_list_its_windows_its_counts_and_its_facets_agree_with_the_rows(
    large: Register, rows: Rows, monkeypatch: pytest.MonkeyPatch, seed: int, few: int | None
) -> None:
    if few is not None:
        monkeypatch.setattr("store.queries.item_list.SORTED", few)
        monkeypatch.setattr("store.queries.item_list.FEW", few)
    chance = random.Random(seed)
    shown, conn = some_filter(rows, chance), large.conn
    sort = chance.choice(("", "-")) + chance.choice(list(SORTS))
    wanted = rows.shown(shown, sort)
    counted: list[tuple[int, int]] = []
    assert [seq for piece in seqs(conn, shown, sort, TODAY, counted.append) for seq in piece] == wanted
    assert counts(conn, shown, TODAY) == rows.counts(shown)
    assert counted in ([], [rows.counts(shown)])
    for start in {0, 1, len(wanted) // 2, max(0, len(wanted) - 3), len(wanted), len(wanted) + 5}:
        for total in (None, len(wanted)):
            part = window(conn, shown, sort, TODAY, start, 7, total=total)
            assert [seq_of(conn, row.id) for row in part] == wanted[start : start + 7]
    for name in FACETS:
        found = facet(conn, shown, name, TODAY)
        assert dict(found) == rows.facet(shown, name), name
        assert len(dict(found)) == len(found)


@pytest.mark.parametrize("sort", [f"{way}{name}" for name in SORTS for way in ("", "-")])
def test_every_sort_lists_everything_once_in_its_order(large: Register, rows: Rows, sort: str) -> None:
    wanted = rows.shown(Filter(), sort)
    assert [seq for piece in seqs(large.conn, Filter(), sort, TODAY) for seq in piece] == wanted
    assert [r.id for r in window(large.conn, Filter(), sort, TODAY, 0, 10_000)] == [
        r.id for r in rows_at(large.conn, wanted)
    ]


def test_no_sort_of_a_long_list_sorts_it_again(large: Register) -> None:
    for sort in (f"{way}{name}" for name in SORTS for way in ("", "-")):
        for backwards in (False, True):
            sql, values = _listing(large.conn, Filter(), sort, TODAY, 0, backwards=backwards)
            plan = " ".join(row[3] for row in large.conn.execute(f"EXPLAIN QUERY PLAN {sql}", values))
            assert "TEMP B-TREE" not in plan, (sort, plan)


def test_the_first_rows_are_read_within_a_time(large: Register) -> None:
    first = window(large.conn, Filter(), "ref", TODAY, 0, 20)
    assert window_within(large.conn, Filter(), "ref", TODAY, 60, 20) == first
    assert window_within(large.conn, Filter(), "ref", TODAY, -1, 20) in ([], first)


def test_a_reader_is_free_again_after_a_read_that_was_cut_short(large: Register) -> None:
    window_within(large.conn, Filter(search="e"), "-title", TODAY, -1)
    assert counts(large.conn, Filter(status=("closed",)), TODAY)


@pytest.mark.parametrize("parts", [True, False])
def test_everything_is_counted_with_or_without_parts(large: Register, rows: Rows, parts: bool) -> None:
    assert everything_count(large.conn, parts=parts) == len(rows.shown(Filter(parts=parts), "ref"))


def test_a_facet_sets_its_own_choice_aside_and_respects_the_others(large: Register) -> None:
    shown = Filter(status=("delayed",), kind=("recommendation",))
    assert {value for value, _ in facet(large.conn, shown, "status", TODAY)} > {"delayed"}
    kinds = facet(large.conn, shown, "kind", TODAY)
    assert sum(n for _, n in kinds) == sum(counts(large.conn, Filter(status=("delayed",)), TODAY))


def test_a_value_with_nothing_in_it_is_not_offered(large: Register) -> None:
    for name in FACETS:
        assert all(n for _, n in facet(large.conn, Filter(status=("closed",)), name, TODAY))


def test_statuses_and_stages_come_in_their_usual_order(large: Register) -> None:
    found = [value for value, _ in facet(large.conn, Filter(), "status", TODAY)]
    assert found == [*(status for status in Status if status != "left-out"), WITH_INSPECTORATE]


def test_a_closed_item_is_past_no_target(large: Register) -> None:
    assert facet(large.conn, Filter(status=("closed",)), "target", TODAY) == []


def test_totals_are_the_sums_of_the_publications(large: Register, rows: Rows) -> None:
    all_of_them = publications(large.conn)
    names = (
        "total",
        "closed",
        "with_inspectorate",
        "discharged",
        "closed_otherwise",
        "on_track",
        "delayed",
        "not_stated",
    )
    for name in names:
        both = sum(getattr(total, name) for total in totals(large.conn))
        assert both == sum(getattr(p, name) for p in all_of_them), name
    assert (
        tuple(total.total for total in totals(large.conn))
        == rows.counts(Filter())
        == counts(large.conn, Filter(), TODAY)
    )


def test_what_closed_is_made_of_adds_up(large: Register) -> None:
    for p in publications(large.conn):
        assert p.closed == p.with_inspectorate + p.discharged + p.closed_otherwise
        assert p.total == p.closed + p.on_track + p.delayed + p.not_stated


def test_what_closed_is_made_of_is_told_with_the_most_first(large: Register, rows: Rows) -> None:
    for p in publications(large.conn):
        mine = [row for row in rows.rows if row["counted"] and row["publication"] == p.id and row["closed_as"]]
        made_of = Counter(row["closed_as"] for row in mine)
        assert closed_as(large.conn, p.id) == sorted(made_of.items(), key=lambda pair: (-pair[1], pair[0]))


def test_publications_come_in_pages_oldest_first(large: Register) -> None:
    all_of_them = publications(large.conn)
    assert len(all_of_them) == publications_count(large.conn)
    assert publications(large.conn, 3, 4) == all_of_them[3:7]
    ages = [p.published_latest or "9999" for p in all_of_them]
    assert ages == sorted(ages)
    assert publication(large.conn, all_of_them[2].id) == all_of_them[2]


def test_publications_do_not_share_a_part_or_a_withdrawn_item(large: Register, rows: Rows) -> None:
    assert sum(p.total for p in publications(large.conn)) == sum(row["counted"] for row in rows.rows)


# A small register


@pytest.fixture
def small(tmp_path: Path, empty_built: Path) -> Iterator[Register]:
    """HC with 1, 2, 10, 10a, 10b and one without a number; CA with 2; a plan CCP with 10 and 10a."""
    register = new_register(tmp_path, "small", empty_built)
    for title, code, numbers in (
        ("Hate Crime", "HC", ("10", "2", "1", "10a", "10(b)", None)),
        ("Custody", "CA", ("2",)),
        ("Commitments", "CCP", ("10", "10a")),
    ):
        where = str(register.do(AddPublication(title=title, code=code)).created)
        for number in numbers:
            label = None if number else "x1"
            register.do(AddItem(publication=where, number=number, label=label, title=f"{title} {number}"))
    yield register
    register.close()


def ref(register: Register, reference: str) -> str:
    """The reference of the item that is found."""
    return find_item(register.conn, reference)[1]


def listed(register: Register, sort: str = "ref", **narrowed: Any) -> list[str]:
    """The references of a list."""
    return [row.ref for row in window(register.conn, Filter(**narrowed), sort, TODAY)]


def test_2_comes_before_10_and_numbered_before_unnumbered(small: Register) -> None:
    assert listed(small) == ["CA-2", "CCP-10", "CCP-10a", "HC-1", "HC-2", "HC-10", "HC-10a", "HC-10(b)", "HC-x1"]
    assert listed(small, "-ref") == listed(small)[::-1]


def test_a_list_goes_on_from_where_the_last_window_ended(small: Register) -> None:
    pages = [window(small.conn, Filter(), "ref", TODAY, start, 2) for start in range(0, 12, 2)]
    assert [row.ref for page in pages for row in page] == listed(small)


def test_what_has_no_target_comes_last_by_target(small: Register) -> None:
    for label, text in (("HC-1", "June 2025"), ("HC-2", "May 2025"), ("HC-10", "in the coming weeks")):
        small.do(MoveTarget(item=find_item(small.conn, label)[0], text=text))
    without = [reference for reference in listed(small) if reference not in ("HC-1", "HC-2")]
    assert listed(small, "target") == ["HC-2", "HC-1", *without]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("custody", ["CA-2"]),
        ("CUST", ["CA-2"]),
        ("hate 10", ["HC-10", "HC-10a", "HC-10(b)"]),
        ('"custody 2"', ["CA-2"]),
        ('"2 custody"', []),
        ("hc-2", ["HC-2"]),
        ("nowhere", []),
        ("naïveté", ["HC-1"]),
        ("naivete", ["HC-1"]),
        ("AND", []),
        ("NEAR(hate crime)", []),
        ("title:hate", []),
        ("hate*", ["HC-1", "HC-2", "HC-10", "HC-10a", "HC-10(b)", "HC-x1"]),
        ("it's", ["HC-1"]),
    ],
)
def test_a_search_finds_words_by_their_beginnings_and_nothing_in_it_is_a_command(
    small: Register, search: str, found: list[str]
) -> None:
    small.do(AddNote(items=(find_item(small.conn, "HC-1")[0],), text="Naïveté, it's said."))
    assert listed(small, search=search) == found


@pytest.mark.parametrize("search", ["", " ", '"', '""', "--", "()", "*", "_", "…", "\x00", "_ - _"])
def test_a_search_for_neither_letter_nor_digit_narrows_nothing(small: Register, search: str) -> None:
    assert listed(small, search=search) == listed(small)
    assert search_query(search) == ""


def test_leads_are_found_whatever_the_case_of_their_letters_and_counted_once(small: Register) -> None:
    for reference, name in (("HC-1", "C3"), ("HC-2", "C3"), ("CA-2", "Custody")):
        small.do(SetLeads(item=find_item(small.conn, reference)[0], leads=(name,)))
    assert listed(small, lead=("c3",)) == ["HC-1", "HC-2"]
    assert facet(small.conn, Filter(publication=("HC", "CA")), "lead", TODAY) == [
        ("C3", 2),
        ("Custody", 1),
        (NO_LEAD, 4),
    ]


def test_a_lead_is_not_found_by_a_part_of_its_name(small: Register) -> None:
    small.do(SetLeads(item=find_item(small.conn, "HC-1")[0], leads=("C3 Division",)))
    assert listed(small, lead=("C3",)) == []
    assert listed(small, lead=("Division",)) == []


def test_with_the_inspectorate_is_a_status_to_narrow_by(sample: Register) -> None:
    rows = window(sample.conn, Filter(status=(WITH_INSPECTORATE,)), "ref", TODAY)
    assert [row.ref for row in rows] == ["CAM-2", "DA-12", "HC-8"]


# References


@pytest.mark.parametrize(
    "reference",
    [
        "HC-10a", "hc-10a", "HC 10a", "hc10a", "HC10A", "HC rec 10a", "HC Rec. 10a", "hc recommendation 10a", "HC-010a",
        "  HC-10a ", "HC – 10a", "HC–10a", "HC‑10a", "HC-10(a)", "HC-10.a", "HC -  10 a", "HC-R10a", "HC no 10a",
    ],
)  # fmt: skip
def test_a_reference_is_found_however_it_is_written(small: Register, reference: str) -> None:
    assert ref(small, reference) == "HC-10a"


@pytest.mark.parametrize("reference", ["HC-x1", "hc x1", "HCx1", "hcX1"])
def test_an_item_without_a_number_is_found_by_its_label(small: Register, reference: str) -> None:
    assert ref(small, reference) == "HC-x1"


def test_an_item_is_found_by_its_id(small: Register) -> None:
    entity = find_item(small.conn, "HC-2")[0]
    assert find_item(small.conn, entity)[1] == "HC-2"


@pytest.mark.parametrize(
    "reference", ["HC-3", "HC", "10", "", "-", "ZZ-1", "HC-", "'; DROP TABLE change; --", "HC-2-2"]
)
def test_what_fits_nothing_is_not_guessed(small: Register, reference: str) -> None:
    with pytest.raises(NotFound):
        find_item(small.conn, reference)


def test_what_fits_nothing_is_answered_with_what_is_near(small: Register) -> None:
    with pytest.raises(NotFound, match=r"There is no HC-99 in this register. Did you mean HC-1 or HC-2 or HC-10"):
        find_item(small.conn, "HC-99")


def test_a_reference_that_fits_two_is_asked_about_and_each_is_named_by_its_id(small: Register) -> None:
    where = str(small.do(AddPublication(title="Another Custody", code="CU")).created)
    other = str(small.do(AddItem(publication=where, number="2", title="Other")).created)
    with small.file.transaction() as conn:
        conn.execute("UPDATE publication SET code = 'CA' WHERE id = ?", (where,))
    with pytest.raises(AmbiguousReference, match=rf"CA-2 fits more than one: .*\(id {other}\)"):
        find_item(small.conn, "CA-2")


def test_a_withdrawn_item_is_not_found(small: Register) -> None:
    small.do(Withdraw(kind="recommendation", entity=find_item(small.conn, "CA-2")[0]))
    with pytest.raises(NotFound):
        find_item(small.conn, "CA-2")


def test_the_reference_of_a_joined_item_leads_to_the_other(small: Register) -> None:
    ids = {reference: find_item(small.conn, reference)[0] for reference in ("HC-1", "HC-2", "CA-2")}
    small.do(AddLink(item=ids["HC-1"], relation="same-as", other=ids["HC-2"]))
    small.do(AddLink(item=ids["HC-2"], relation="same-as", other=ids["CA-2"]))
    assert {ref(small, reference) for reference in (*ids, *ids.values())} == {"CA-2"}
    assert listed(small) == ["CA-2", "CCP-10", "CCP-10a", "HC-10", "HC-10a", "HC-10(b)", "HC-x1"]


def test_a_reference_joined_to_two_is_asked_about(small: Register) -> None:
    ids = {reference: find_item(small.conn, reference)[0] for reference in ("HC-1", "HC-2", "CA-2")}
    small.do(AddLink(item=ids["HC-1"], relation="same-as", other=ids["HC-2"]))
    small.do(AddLink(item=ids["HC-1"], relation="same-as", other=ids["CA-2"]))
    assert len(find_items(small.conn, "HC-1")) == 2
    with pytest.raises(AmbiguousReference):
        find_item(small.conn, "HC-1")


def test_two_likely_duplicates_joined_are_found_as_one(small: Register) -> None:
    """The number of the unnumbered one is learnt, and is that of one that is here."""
    one, other = (find_item(small.conn, reference)[0] for reference in ("HC-x1", "HC-2"))
    small.do(AddLink(item=one, relation="same-as", other=other))
    with small.file.transaction() as conn:
        conn.execute("UPDATE recommendation SET number = '2' WHERE id = ?", (one,))
    assert find_item(small.conn, "HC-2")[0] == other


@pytest.mark.parametrize("code", ["HC", "hc", " Hc "])
def test_a_publication_is_found_by_its_code(small: Register, code: str) -> None:
    assert find_publication(small.conn, code)[1] == "HC"


def test_a_publication_that_is_not_here_is_answered_with_those_that_are(small: Register) -> None:
    with pytest.raises(NotFound, match="Did you mean CA or CCP or HC"):
        find_publication(small.conn, "ZZ")


def test_a_corrected_number_is_the_reference(small: Register) -> None:
    entity = find_item(small.conn, "HC-x1")[0]
    small.do(correct("recommendation", entity, number="11"))
    assert ref(small, "HC-11") == "HC-11"
    with pytest.raises(NotFound):
        find_item(small.conn, "HC-x1")


def test_the_sort_key_of_a_row_is_that_of_its_reference(large: Register, rows: Rows) -> None:
    for row in rows.rows:
        if row["number"]:
            assert row["sort_key"] == f"{sort_key(row['code'])} {sort_key(fold_number(row['number']))}"
