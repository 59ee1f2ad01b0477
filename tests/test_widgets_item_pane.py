"""Everything of an item in its tabs, each value with how it is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hostile import HOSTILE, UNSAFE
from textual.app import App, ComposeResult
from wide import widely

from store.commands import AddAction, AddLink, AddNote, FinishAction, SetLeads, SetLeadState, Withdraw
from store.domain.references import find_item
from store.domain.vocabulary import ActionKind, LeadState
from store.queries.describe_status import format_status
from store.queries.history import history
from store.queries.item_detail import item_detail
from store.queries.rows import EntityRow, HistoryRow, ItemDetail, leads_done
from store.register import Register
from widgets.item_pane import TABS, ItemPane, item_head, item_tabs

TODAY = date(2024, 9, 18)


class Shelf(App[None]):
    def compose(self) -> ComposeResult:
        yield ItemPane()

    @property
    def pane(self) -> ItemPane:
        return self.query_one(ItemPane)

    def shown(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def whole(register: Register, reference: str) -> ItemDetail:
    found = item_detail(register.conn, find_item(register.conn, reference)[0])
    assert found is not None
    return found


async def tabs_of(detail: ItemDetail, rows: list[HistoryRow], size: tuple[int, int] = (110, 60)) -> dict[str, str]:
    """Every tab of an item, as it is read."""
    app = Shelf()
    shown = {}
    async with app.run_test(size=size) as pilot:
        for tab in TABS:
            app.pane.show_item(detail, tab, TODAY, len(rows), rows)
            await pilot.pause()
            shown[tab] = app.shown()
    return shown


async def test_every_tab_tells_what_is_recorded_and_how_it_is_known(sample: Register) -> None:
    detail = whole(sample, "HC-6")
    shown = await tabs_of(detail, history(sample.conn, item=detail.row.id))
    head = "HC-6 ▲ Delayed† · Hate Crime, June 2021 · 3 yr 2 mo since publication · theme Better Practice†"
    assert all(head in " ".join(text.replace("HC-6  ", "HC-6 ").split()) for text in shown.values())
    overview = shown["overview"]
    assert "2.5.2, which states: addressed to, stage; the title is ours" in " ".join(overview.split())
    assert "Better Practice  (our own label)" in overview and "Delayed  (worked out from the source, 2.5)" in overview
    assert "Action with" in overview and "none recorded" in overview
    assert "position · recorded by Fairlead sample" in shown["notes"] and "risk" in shown["notes"]
    assert "sent, asking for closure" in shown["submissions"] and "remain open" in shown["submissions"]
    assert "No target is recorded. Press t to give it one." in shown["targets"]
    assert "Delayed" in shown["history"] or "item" in shown["history"]
    assert "No links. Press c to add one." in shown["links"]


async def test_an_open_promise_and_a_done_one_a_link_and_a_lead_are_told(sample: Register) -> None:
    item, other = (find_item(sample.conn, reference)[0] for reference in ("HC-6", "HC-2"))
    sample.do(AddAction(item=item, text="Send the response", due="in the coming weeks", whose="C3"))
    done = sample.do(AddAction(item=item, text="Ask HMICS")).created
    assert done
    sample.do(FinishAction(action=done))
    sample.do(AddLink(item=item, other=other, relation="depends-on", why="they share the centres"))
    sample.do(SetLeads(item=item, leads=("C3",)))
    sample.do(AddNote(items=(item,), text="Said at the board", said_by="ACC", marking="OFFICIAL-SENSITIVE"))
    detail = whole(sample, "HC-6")
    shown = await tabs_of(detail, [])
    assert "Send the response" in shown["targets"] and "due in the coming weeks · whose: C3" in shown["targets"]
    assert "✓ Ask HMICS" in shown["targets"]
    assert "depends on" in shown["links"] and "HC-2" in shown["links"] and "they share the centres" in shown["links"]
    assert "Lead               C3" in shown["overview"]
    assert "said by ACC · OFFICIAL-SENSITIVE" in shown["notes"] and "No changes." in shown["history"]
    assert [tab.count for tab in item_tabs(detail, 9)] == [None, 4, 1, 2, 9, 1]
    assert "needed by" in (await tabs_of(whole(sample, "HC-2"), []))["links"]


async def test_several_values_side_by_side_are_all_shown(sample: Register) -> None:
    detail = replace(whole(sample, "HC-6"), conflicts={"next_move": ("us (A)", "the inspectorate (B)")})
    overview = (await tabs_of(detail, []))["overview"]
    assert "Several values: us (A); the inspectorate (B)" in overview and "action with" in overview


async def test_a_commitment_with_parts_is_told_with_them(sample: Register) -> None:
    detail = whole(sample, "CCP-10")
    shown = await tabs_of(detail, [])
    assert detail.parts and all(part.ref in shown["links"] and part.ref in shown["overview"] for part in detail.parts)
    assert "Part of" in (await tabs_of(whole(sample, detail.parts[0].ref), []))["overview"]


def set_states(register: Register, reference: str, state: LeadState | None) -> None:
    """Set the same state for every lead of an item."""
    detail = whole(register, reference)
    for lead in detail.leads:
        register.do(SetLeadState(item=detail.row.id, lead=str(lead.fields["name"]), state=state))


async def test_a_commitment_is_told_under_its_plans_own_headings(sample: Register) -> None:
    item = find_item(sample.conn, "CCP-11")[0]
    sample.do(AddAction(item=item, text="The pathway is funded", kind=ActionKind.DEPENDENCY, whose="NHS 24"))
    for size in ((120, 60), (80, 60)):
        overview = " ".join((await tabs_of(whole(sample, "CCP-11"), [], size))["overview"].split())
        expected = (
            "In our words Keep improving the Enhanced Mental Health Pathway",
            "What will this do? Benefit It will become clearer who is referred",
            "(both in our words) Who will lead? NHS 24 Police Scotland SAS",
            "When will we do it by? during 2025, continuing into 2026 · read as 1 January 2025 to 31 December 2026",
            "Waits on The pathway is funded · whose: NHS 24 · not done yet",
            "Recorded here",
            "Source plan, 11, which states: target; plan, Building Capacity and Capability states: theme; the title is ours",
        )
        places = [overview.find(part) for part in expected]
        assert -1 not in places and places == sorted(places), (places, overview)
    assert "What will this do?" not in (await tabs_of(whole(sample, "HC-6"), []))["overview"]


async def test_the_leads_that_have_done_their_part_are_counted_with_those_of_the_parts(sample: Register) -> None:
    item, part = (find_item(sample.conn, reference)[0] for reference in ("CCP-10", "CCP-10a"))
    sample.do(SetLeadState(item=item, lead="SAS", state=LeadState.DONE, role="trains its crews"))
    sample.do(SetLeadState(item=item, lead="HSCPs", state=LeadState.PART_DONE))
    overview = (await tabs_of(whole(sample, "CCP-10"), []))["overview"]
    assert "SAS · trains its crews, done" in overview and "HSCPs · partly done" in overview
    assert "1 of 3 leads has done their part; of 1 it is not stated." in overview
    sample.do(SetLeads(item=part, leads=("SAS", "NHS 24")))
    sample.do(SetLeadState(item=part, lead="SAS", state=LeadState.DONE))
    detail = whole(sample, "CCP-10")
    overview = (await tabs_of(detail, []))["overview"]
    assert "CCP-10a            SAS · done" in overview and "CCP-10a            NHS 24 · state not stated" in overview
    count = "2 of 5 leads have done their part (those of its parts among them); of 2 it is not stated."
    assert count in " ".join(overview.split())
    assert leads_done(detail) == (2, 5) and leads_done(whole(sample, "CCP-10a")) == (1, 2)
    sample.do(Withdraw(kind="recommendation", entity=part))
    detail = whole(sample, "CCP-10")
    assert leads_done(detail) == (1, 3) and "CCP-10a" not in (await tabs_of(detail, []))["overview"]


async def test_where_all_leads_are_done_an_open_item_asks_what_follows(sample: Register) -> None:
    question = "All 3 leads have done their part: record it as delivered?"
    assert question not in (await tabs_of(whole(sample, "CCP-11"), []))["overview"]
    set_states(sample, "CCP-11", LeadState.DONE)
    detail = whole(sample, "CCP-11")
    assert question in (await tabs_of(detail, []))["overview"]
    ended = replace(detail, row=replace(detail.row, status="closed"))
    assert question not in (await tabs_of(ended, []))["overview"]
    sample.do(SetLeads(item=find_item(sample.conn, "HC-6")[0], leads=("C3",)))
    set_states(sample, "HC-6", LeadState.DONE)
    overview = (await tabs_of(whole(sample, "HC-6"), []))["overview"]
    assert "Its lead has done their part: send evidence, asking for closure?" in overview


async def test_a_link_says_where_the_item_at_its_other_end_stands(sample: Register) -> None:
    item = find_item(sample.conn, "HC-2")[0]
    for reference in ("HC-6", "HC-8", "HC-3"):
        sample.do(AddLink(item=item, other=find_item(sample.conn, reference)[0], relation="depends-on"))
    links = (await tabs_of(whole(sample, "HC-2"), []))["links"]
    links = " ".join(links.split())
    assert "▲ Delayed (worked out from the source) · Remain open, not closed yet" in links
    assert "◐ With HMICS (inferred) · Submitted (inferred), no reply yet" in links
    assert "● Closed (inferred) · Discharged (inferred)" in links
    there = " ".join((await tabs_of(whole(sample, "HC-6"), []))["links"].split())
    assert (
        "needed by" in there
        and "▲ Delayed (worked out from the source) · Collating evidence" in there
        and "closed yet" not in there
    )
    sample.do(Withdraw(kind="recommendation", entity=find_item(sample.conn, "HC-3")[0]))
    assert "withdrawn" in (await tabs_of(whole(sample, "HC-2"), []))["links"]


async def test_a_link_whose_relation_was_left_out_is_still_told(sample: Register) -> None:
    item, other = (find_item(sample.conn, reference)[0] for reference in ("HC-2", "HC-6"))
    sample.do(AddLink(item=item, other=other, relation="depends-on"))
    detail = whole(sample, "HC-2")
    left_out = tuple(replace(link, fields=link.fields | {"relation": None}) for link in detail.links)
    shown = (await tabs_of(replace(detail, links=left_out), []))["links"]
    assert "tied to" in shown and "HC-6" in shown


def test_a_status_is_glyph_and_word_and_names_whoever_closes() -> None:
    assert format_status("closed", "with-inspectorate", "HMICS")[0] == "◐ With HMICS"
    words = [format_status(status, None)[0] for status in ("closed", "on-track", "delayed", "not-stated")]
    assert words == ["● Closed", "■ On track", "▲ Delayed", "○ Not stated"]


def test_a_closed_item_has_no_age_and_a_marking_is_told(sample: Register) -> None:
    closed = whole(sample, "CA-1")
    assert "since publication" not in "".join(text for text, _ in item_head(closed, TODAY))
    marked = replace(closed, publication=replace(closed.publication, marking="OFFICIAL-SENSITIVE"))
    head = "".join(text for text, _ in item_head(marked, TODAY))
    assert " Closed† · OFFICIAL-SENSITIVE · " in head, "after the status, where no cut reaches it"


async def test_nothing_is_said_where_there_is_no_item() -> None:
    app = Shelf()
    async with app.run_test() as pilot:
        app.pane.show_nothing("Nothing is chosen.")
        await pilot.pause()
        assert "Nothing is chosen." in app.shown()


def spoiled(detail: ItemDetail, text: str) -> ItemDetail:
    """The item with this text wherever one can be."""

    def entity(one: EntityRow) -> EntityRow:
        unchanged = {
            "basis",
            "on_basis",
            "item_basis",
            "left_out",
            "submission",
            "relation",
            "direction",
            "verdict",
            "asks",
            "next_move",
        }
        unchanged |= {"status", "closed_as", "stage"}
        return replace(
            one, fields={k: text if isinstance(v, str) and k not in unchanged else v for k, v in one.fields.items()}
        )

    lists: dict[str, Any] = {
        name: tuple(map(entity, getattr(detail, name)))
        for name in ("notes", "submissions", "replies", "actions", "leads", "outcomes", "links", "measures")
    }
    targets = tuple(
        replace(s, target={"text": text, "where": text, "condition": text}, reason=text) for s in detail.targets
    )
    row = replace(
        detail.row, title=text, text=text, theme=text, leads=text, target_text=text, next_move_until=text, ref=text
    )
    publication = replace(detail.publication, title=text, publisher=text, published=text, marking=text)
    return replace(
        detail, **lists, row=row, targets=targets, publication=publication, conflicts={"title": (text, text)}
    )


@pytest.mark.parametrize("size", widely([(110, 60), (5, 3), (40, 10), (1, 1)], 2))
async def test_no_hostile_text_reaches_the_screen_raw(sample: Register, size: tuple[int, int]) -> None:
    item = find_item(sample.conn, "CAM-2")[0]
    sample.do(AddAction(item=item, text="Send it", due="June 2025", whose="C3"))
    sample.do(AddLink(item=item, other=find_item(sample.conn, "CAM-4")[0], relation="same-work", why="known"))
    detail = whole(sample, "CAM-2")
    rows = history(sample.conn, item=item)
    app = Shelf()
    texts = [text for text in HOSTILE if len(text) < 300 or size[0] > 100]
    async with app.run_test(size=size) as pilot:
        for n in range(0, len(texts), 8):
            text = " ".join(texts[n : n + 8])
            bad = spoiled(detail, text)
            history_rows = [
                replace(row, author=text, about=text, before=text, after=text, reason=text) for row in rows[:3]
            ]
            for tab in TABS:
                app.pane.show_item(bad, tab, TODAY, 3, history_rows)
                await pilot.pause(0)
                assert not UNSAFE.search(app.shown().replace("\n", "")), (tab, n)
