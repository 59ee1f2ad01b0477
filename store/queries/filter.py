"""A filter of items: an immutable value that describes itself as text and as SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from store.domain.dates import day_begins, day_ends, format_date
from store.domain.vocabulary import Response, label_of
from store.queries.search import search_query, search_words

NO_THEME = "not-allocated"
NO_CODE = "no-code"
NO_PRIORITY = "no-priority"
NO_DELAY = "no-kind-of-delay"
NO_LEAD = "no-lead"
NO_OUTCOME = "no-outcome"
WITH_INSPECTORATE = "with-inspectorate"

FACETS = {
    "status": "Status",
    "stage": "Stage",
    "theme": "Theme",
    "publication": "Publication",
    "kind": "Kind",
    "lead": "Lead",
    "next_move": "Action with",
    "target": "Target",
    "marking": "Marking",
    "outcome": "Outcome",
    "response": "Response",
    "priority": "Priority",
    "delay": "Kind of delay",
    "extension": "Extension",
}
"""The facets that a list can be filtered by, and their labels."""

RARE = frozenset({"response", "priority", "delay", "extension"})
"""Facets that not every register uses: shown over a list only while they filter it."""

TARGETS = {
    "past": "past its target",
    "soon": "due within 90 days",
    "later": "due later",
    "no-day": "no day known",
    "no-target": "no target",
}
"""The values of the target facet; only the first can make an item late."""

SORTS = {
    "ref": ("sort_key", "listed_by_reference"),
    "title": ("title_key", "listed_by_title"),
    "status": ("status_rank", "listed_by_status"),
    "stage": ("stage_rank", "listed_by_stage"),
    "target": ("target_latest", "listed_by_target"),
    "moved": ("moved_later", "listed_by_moved"),
    "updated": ("updated", "listed_by_updated"),
    "theme": ("theme_key", "listed_by_theme"),
    "leads": ("leads_key", "listed_by_leads"),
    "next": ("next_move", "listed_by_next_move"),
    "first": ("first_target_latest", "listed_by_first_target"),
    "said": ("said_on", "listed_by_said_on"),
    "response": ("response", "listed_by_response"),
    "delay": ("target_delay", "listed_by_delay"),
    "extension": ("target_decision", "listed_by_extension"),
    "review": ("review_latest", "listed_by_review"),
    "priority": ("priority_rank", "listed_by_priority"),
    "percent": ("percent_done", "listed_by_percent_done"),
}
"""What a list can be sorted by: the column, and the index that serves it. "-" before the name reverses the sort."""

BLANK_LAST = frozenset(
    {
        "title",
        "target",
        "theme",
        "leads",
        "next",
        "first",
        "said",
        "response",
        "delay",
        "extension",
        "review",
        "priority",
        "percent",
    }
)
"""The sorts whose column may be NULL: such rows are last in both directions."""

NUMBERS = frozenset({"priority", "percent"})
"""Those of BLANK_LAST whose column is an integer, from 0 on."""

COLUMNS = {
    "status": "status",
    "stage": "stage",
    "theme": "theme_name",
    "publication": "code",
    "kind": "kind",
    "next_move": "next_move",
    "marking": "highest_marking",
    "response": "response",
    "priority": "priority",
    "delay": "target_delay",
    "extension": "target_decision",
}
"""The column of an item that has the value of a facet, where it is one."""

_NONE = {"delay": NO_DELAY, "publication": NO_CODE, "priority": NO_PRIORITY, "response": str(Response.NOT_YET)}
"""The value of a facet that an item without any has; NO_THEME of others."""

PAPER_TIME = "T00:01"
"""The time on a paper's day after which a change is later than the paper: what comes with it is stamped at 00:00."""

_BOUNDS = {
    "due_before": ("r.status <> 'closed' AND r.target_latest <", "Due before"),
    "due_after": ("r.status <> 'closed' AND r.target_latest >", "Due after"),
    "published_before": ("r.published <", "Published before"),
    "published_after": ("r.published >", "Published after"),
    "changed_before": ("r.updated <", "Changed before"),
    "changed_after": ("r.updated >", "Changed after"),
    "said_before": ("r.status <> 'closed' AND r.said_on <", "Nothing said since"),
    "review_before": ("r.stage IS 'risk-accepted' AND r.review_latest <", "Looked at again before"),
    "review_after": ("r.stage IS 'risk-accepted' AND r.review_latest >", "Looked at again after"),
    "percent_before": ("r.percent_done <", "Done, in per cent, less than"),
    "percent_after": ("r.percent_done >", "Done, in per cent, more than"),
}
"""The fields of a filter that are exclusive bounds, of a day or of per cent: the SQL condition, and the label."""

OUTCOMES = """
SELECT {columns} FROM outcome o JOIN contribution c ON c.outcome = o.id AND c.withdrawn = 0
  JOIN recommendation x ON x.id = c.recommendation
 WHERE o.withdrawn = 0"""
"""SQL that joins outcomes `o` with the items `x` that contribute to them; OUTCOME_NAME identifies an outcome."""

OUTCOME_NAME = "COALESCE(NULLIF(o.number, ''), o.text)"


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter of a list. Within a facet any value matches; all facets must match."""

    search: str = ""
    status: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    publication: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    next_move: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    marking: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    """Outcomes by number, or by text where they have none."""
    response: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    delay: tuple[str, ...] = ()
    """Kinds of delay, as the last move of the target has them."""
    extension: tuple[str, ...] = ()
    note: str = ""
    """Words and phrases that the notes must contain, as `tidy_words` writes them."""
    due_before: str | None = None
    """This and the bounds that follow are days, YYYY-MM-DD, exclusive; `due` and `said` match open items only."""
    due_after: str | None = None
    published_before: str | None = None
    published_after: str | None = None
    changed_before: str | None = None
    changed_after: str | None = None
    said_before: str | None = None
    """Matches items without an update on that day or since."""
    review_before: str | None = None
    """When accepted risks are looked at again."""
    review_after: str | None = None
    percent_before: str | None = None
    """This and the next are exclusive bounds of how much is done, in three characters, to be compared as text."""
    percent_after: str | None = None
    moved: int = 0
    """The least number of times that the target was moved later; 0 for any."""
    mine: tuple[str, ...] = ()
    """The names of the leads that the person acts for; any of them matches."""
    no_reason: bool = False
    """Only open items where a reason was required, and none given."""
    no_evidence: bool = False
    """Only items closed with no evidence and no words, or with no reply that discharges."""
    not_agreed: bool = False
    """Only items whose newest position was agreed by nobody."""
    not_waiting: bool = False
    """Only open items that do not wait on the inspectorate."""
    parts: bool = False
    """Whether the parts of items are listed too; they are never counted."""

    def replace(self, **changes: object) -> Filter:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def joined(self, other: Filter) -> Filter:
        """Both filters combined: the values of a facet are merged, the words too, and the stricter of two days
        applies."""
        one = {f.name: getattr(self, f.name) for f in fields(self)}
        for name, value in {f.name: getattr(other, f.name) for f in fields(other)}.items():
            mine = one[name]
            if not value or not mine:
                one[name] = value or mine
            elif isinstance(value, tuple):
                one[name] = tuple(dict.fromkeys((*mine, *value)))
            elif name in ("search", "note"):
                one[name] = f"{mine} {value}"
            else:
                one[name] = min(mine, value) if name.endswith("_before") else max(mine, value)
        return Filter(**one)

    def without(self, facet: str) -> Filter:
        """A copy without one facet, for that facet's counts."""
        return self.replace(**{facet: ()})

    @property
    def is_active(self) -> bool:
        """Whether it excludes anything."""
        return any(getattr(self, f.name) for f in fields(self) if f.name != "parts")

    def describe(self) -> str:
        """Describe the filter as text: Delayed · Hate crime · "third party"."""
        parts = []
        if self.mine:
            parts.append("Mine")
        for facet in FACETS:
            values: tuple[str, ...] = getattr(self, facet)
            if values:
                parts.append(" or ".join(format_facet_value(facet, value) for value in values))
        for name, (_, words) in _BOUNDS.items():
            if day := getattr(self, name):
                parts.append(f"{words} {_format_date(day)}")
        if self.moved:
            parts.append("Moved later" if self.moved == 1 else f"Moved later at least {self.moved} times")
        if self.no_reason:
            parts.append("No reason given")
        if self.no_evidence:
            parts.append("Closed without evidence, words or a reply")
        if self.not_agreed:
            parts.append("Newest position not agreed")
        if self.not_waiting:
            parts.append("Not waiting on the inspectorate")
        if search_words(self.note):
            parts.append("In its notes " + " ".join(f'"{word}"' for word in search_words(self.note)))
        if search_words(self.search):
            parts.append(" ".join(f'"{word}"' for word in search_words(self.search)))
        return " · ".join(parts) or "Everything"

    def where_counted(self, today: date) -> tuple[str, list[object]]:
        """As `where`, of the items that are counted: no parts, and none that was left out of this copy."""
        where, values = self.replace(parts=False).where(today)
        return f"{where} AND r.counted = 1", values

    def where(self, today: date, *, searching: bool = True) -> tuple[str, list[object]]:
        """The SQL condition on `recommendation r` and its parameters; without the search if not `searching`."""
        clauses, values = ["r.listed = 1"], list[object]()
        if not self.parts:
            clauses.append("r.counted > 0")
        for facet, column in COLUMNS.items():
            wanted: tuple[str, ...] = getattr(self, facet)
            if wanted:
                clauses.append(_any_of(f"r.{column}", facet, wanted, values))
        if self.lead:
            clauses.append(_led_by(self.lead, values))
        if self.mine:
            clauses.append(_led_by(self.mine, values))
        if self.target:
            clauses.append("(" + " OR ".join(target_condition(bucket, today, values) for bucket in self.target) + ")")
        if self.outcome:
            clauses.append(_contributing(self.outcome, values))
        for name, (condition, _) in _BOUNDS.items():
            if day := getattr(self, name):
                clauses.append(f"{condition} ?")
                values.append(_changed_bound(name, day) if name.startswith("changed") else day)
        if self.moved:
            clauses.append("r.moved_later >= ?")
            values.append(self.moved)
        if self.no_reason:
            clauses.append("r.status <> 'closed' AND r.no_reason = 1")
        if self.no_evidence:
            clauses.append("r.unevidenced = 1")
        if self.not_agreed:
            clauses.append("r.not_agreed = 1")
        if self.not_waiting:
            clauses.append("r.status <> 'closed' AND r.stage IS NOT 'submitted' AND r.next_move IS NOT 'inspectorate'")
        if search_words(self.note):
            clauses.append("r.seq IN (SELECT rowid FROM search WHERE search MATCH ?)")
            values.append(f"notes : ({search_query(self.note)})")
        if searching and search_words(self.search):
            clauses.append("r.seq IN (SELECT rowid FROM search WHERE search MATCH ?)")
            values.append(search_query(self.search))
        return " AND ".join(clauses), values


def _any_of(column: str, facet: str, wanted: tuple[str, ...], values: list[object]) -> str:
    none = _NONE.get(facet, NO_THEME)
    plain = [v for v in wanted if v not in (NO_THEME, NO_CODE, NO_PRIORITY, NO_DELAY, WITH_INSPECTORATE)]
    parts = []
    if plain:
        parts.append(f"{column} IN ({','.join('?' * len(plain))})")
        values.extend(plain)
    if none in wanted:
        parts.append(f"{column} IS NULL")
    if WITH_INSPECTORATE in wanted:
        parts.append("r.closed_as = 'with-inspectorate'")
    return "(" + " OR ".join(parts) + ")"


def _led_by(names: tuple[str, ...], values: list[object]) -> str:
    """SQL that matches any of these leads, by the column of joined names, which the covering index has."""
    parts = []
    for name in names:
        if name == NO_LEAD:
            parts.append("r.leads = ''")
        else:
            parts.append("instr(char(10) || lower(r.leads) || char(10), char(10) || lower(?) || char(10)) > 0")
            values.append(name)
    return "(" + " OR ".join(parts) + ")"


def _contributing(names: tuple[str, ...], values: list[object]) -> str:
    """SQL that matches items contributing to any of these outcomes; NO_OUTCOME matches those with none."""
    found = OUTCOMES.format(columns="x.seq")
    parts = []
    if plain := [name for name in names if name != NO_OUTCOME]:
        parts.append(f"r.seq IN ({found} AND {OUTCOME_NAME} IN ({','.join('?' * len(plain))}))")
        values.extend(plain)
    if NO_OUTCOME in names:
        parts.append(f"r.seq NOT IN ({found})")
    return "(" + " OR ".join(parts) + ")"


def target_condition(bucket: str, today: date, values: list[object]) -> str:
    """The SQL condition of a value of the target facet; its parameters are added to `values`."""
    soon = (today + timedelta(days=90)).isoformat()
    day = today.isoformat()
    still = "r.status <> 'closed' AND "
    if bucket == "past":
        values.append(day)
        return f"({still}r.target_latest < ?)"
    if bucket == "soon":
        values.extend((day, soon))
        return f"({still}r.target_latest >= ? AND r.target_latest <= ?)"
    if bucket == "later":
        values.append(soon)
        return f"({still}r.target_latest > ?)"
    if bucket == "no-day":
        return f"({still}r.target IS NOT NULL AND r.target_latest IS NULL)"
    return f"({still}r.target IS NULL)"


def percent_bound(number: int) -> str:
    """A bound of how much is done as a filter has it: three characters, which compare as the numbers do."""
    return f"{number:03}"


def _format_date(day: str) -> str:
    if re.fullmatch("-?[0-9]{2,3}", day):
        return str(int(day))
    if day.endswith(PAPER_TIME):
        return f"the paper of {_format_date(day.removesuffix(PAPER_TIME))}"
    try:
        return format_date(date.fromisoformat(day))
    except ValueError:
        return day


def _changed_bound(name: str, day: str) -> str:
    """The bound of a day as the stamps of changes are compared with it: where the day begins or ends for the person."""
    try:
        bound = date.fromisoformat(day)
    except ValueError:
        return day
    return day_ends(bound) if name == "changed_after" else day_begins(bound)


def format_facet_value(facet: str, value: str) -> str:
    """Format the value of a facet."""
    if facet == "target":
        return TARGETS.get(value, value).capitalize()
    if value == NO_THEME:
        return "No theme recorded"
    if value == NO_PRIORITY:
        return "No priority"
    if value == NO_DELAY:
        return "No kind of delay"
    if facet == "extension":
        return f"Extension {label_of(value).lower()}"
    if value == NO_CODE:
        return "A publication without a code"
    if value == NO_LEAD:
        return "No lead"
    if value == WITH_INSPECTORATE:
        return "Closed, with the inspectorate"
    if value == NO_OUTCOME:
        return "No outcome"
    if facet == "outcome":
        return f"Outcome {value}" if value[:1].isdigit() else value
    return value if facet in ("theme", "publication", "lead", "marking", "priority", "delay") else label_of(value)
