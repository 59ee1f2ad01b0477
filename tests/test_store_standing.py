"""What is recorded beside an item's status: nothing new, how far each lead has got, handing over, kept lists,
dependencies."""

from __future__ import annotations

import pytest
from registers import refused, row, the_item

from store.commands import (
    AddAction,
    FinishAction,
    HandOver,
    NothingNew,
    RecordReply,
    SaveView,
    SetLeads,
    SetLeadState,
    Withdraw,
)
from store.domain.errors import BadInput, NotAllowed, NotFound
from store.domain.vocabulary import ActionKind, Basis, LeadState, Verdict
from store.queries.saved_views import find_view, saved_views
from store.register import Register

pytest_plugins = ["registers"]


def leads(register: Register, item: str) -> list[tuple[str, str | None, str | None]]:
    """Who leads on an item, in what role and how far."""
    return register.conn.execute(
        "SELECT y.name, l.role, l.state FROM lead l JOIN party y ON y.id = l.party "
        "WHERE l.recommendation = ? AND l.withdrawn = 0 ORDER BY y.name",
        (item,),
    ).fetchall()


def marks(register: Register, item: str) -> list[str]:
    """The days on which "nothing new" was recorded of an item."""
    sql = "SELECT dated FROM nothing_new WHERE recommendation = ? AND withdrawn = 0 ORDER BY dated_latest"
    return [found[0] for found in register.conn.execute(sql, (item,))]


# Nothing new


def test_nothing_new_is_said_once_a_day_however_the_day_is_written(empty: Register, hc6: str) -> None:
    assert empty.do(NothingNew(items=(hc6,))).action is not None
    for dated in (None, "2024-09-18", "18/9/24", "18 September 2024", "today"):
        assert empty.do(NothingNew(items=(hc6,), dated=dated)).action is None
    empty.do(NothingNew(items=(hc6, hc6), dated="1 September 2024"))
    assert marks(empty, hc6) == ["1 September 2024", "18 September 2024"]


def test_nothing_new_taken_back_can_be_said_again_that_day(empty: Register, hc6: str) -> None:
    empty.do(NothingNew(items=(hc6,)))
    empty.undo()
    assert marks(empty, hc6) == []
    empty.do(NothingNew(items=(hc6,)))
    assert marks(empty, hc6) == ["18 September 2024"]


def test_of_what_is_closed_nothing_new_can_be_said_and_none_of_the_others_is(
    empty: Register, hc6: str, hc7: str
) -> None:
    empty.do(RecordReply(item=hc7, dated="2024-09-01", verdict=Verdict.DISCHARGED, words="Accepted."))
    refused(empty, NothingNew(items=(hc6, hc7)), NotAllowed, "HC-7 is closed: there is nothing to wait for.")
    assert marks(empty, hc6) == []


def test_nothing_new_of_a_withdrawn_item_is_refused(empty: Register, hc6: str) -> None:
    empty.do(Withdraw(kind="recommendation", entity=hc6))
    refused(empty, NothingNew(items=(hc6,)), NotAllowed, "HC-6 has been withdrawn")


def test_nothing_new_is_not_said_of_a_day_to_come(empty: Register, hc6: str) -> None:
    refused(empty, NothingNew(items=(hc6,), dated="2030-01-01"), BadInput, "1 January 2030 has not come yet.")
    refused(empty, NothingNew(items=(hc6,), dated="12 January 1025"), BadInput, "Is the year right?")


# Leads


def test_each_lead_has_a_state_and_a_role_of_their_own(empty: Register, cp1: str) -> None:
    empty.do(SetLeads(item=cp1, leads=("C3", "Policy")))
    empty.do(SetLeadState(item=cp1, lead=" c3", state=LeadState.DONE))
    empty.do(SetLeadState(item=cp1, lead="Policy", state=LeadState.UNDER_WAY, role="Training"))
    assert leads(empty, cp1) == [("C3", None, "done"), ("Policy", "Training", "under-way")]
    empty.do(SetLeadState(item=cp1, lead="Policy", state=None))
    assert leads(empty, cp1)[1] == ("Policy", "Training", None)


def test_a_state_of_somebody_who_does_not_lead_names_those_that_do(empty: Register, hc6: str) -> None:
    command = SetLeadState(item=hc6, lead="Custody", state=LeadState.DONE)
    refused(empty, command, BadInput, "Custody does not lead on HC-6: nobody does.")
    empty.do(SetLeads(item=hc6, leads=("C3", "Policy")))
    refused(empty, command, BadInput, "Custody does not lead on HC-6: C3; Policy do.")


# Handing over


def test_handing_over_takes_state_role_and_open_actions_along_and_one_undo_brings_them_back(
    empty: Register, hc6: str
) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3", "Policy")))
    empty.do(SetLeadState(item=hc6, lead="C3", state=LeadState.PART_DONE, role="Guidance"))
    theirs = str(empty.do(AddAction(item=hc6, text="Write it.", whose="c3")).created)
    done = str(empty.do(AddAction(item=hc6, text="Read it.", whose="C3")).created)
    others = str(empty.do(AddAction(item=hc6, text="Print it.", whose="Policy")).created)
    empty.do(FinishAction(action=done))
    before = leads(empty, hc6)
    empty.do(HandOver(item=hc6, lead="C3", to="Custody"))
    assert leads(empty, hc6) == [("Custody", "Guidance", "part-done"), ("Policy", None, None)]
    assert [row(empty, "action", entity)["whose"] for entity in (theirs, done, others)] == ["Custody", "C3", "Policy"]
    assert the_item(empty, hc6, "leads") == "Custody\nPolicy"
    empty.undo()
    assert leads(empty, hc6) == before and row(empty, "action", theirs)["whose"] == "c3"


def test_one_who_leads_on_it_already_keeps_role_and_state(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3", "Policy")))
    empty.do(SetLeadState(item=hc6, lead="C3", state=LeadState.DONE, role="Guidance"))
    empty.do(SetLeadState(item=hc6, lead="Policy", role="Print"))
    empty.do(HandOver(item=hc6, lead="C3", to="policy"))
    assert leads(empty, hc6) == [("Policy", "Print", None)]


def test_one_who_leads_on_it_already_without_a_role_has_the_one_that_is_handed_over(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3", "Policy")))
    empty.do(SetLeadState(item=hc6, lead="C3", role="Guidance", basis=Basis.INFERRED, place="2.6"))
    empty.do(HandOver(item=hc6, lead="C3", to="policy"))
    assert leads(empty, hc6) == [("Policy", "Guidance", None)]
    assert "inferred" in str(empty.conn.execute("SELECT basis FROM lead WHERE withdrawn = 0").fetchone())


def test_two_leads_hand_over_to_one_in_one_action_and_the_first_is_followed(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3", "Policy")))
    empty.do(SetLeadState(item=hc6, lead="C3", state=LeadState.DONE))
    empty.do_all([HandOver(item=hc6, lead="C3", to="Custody"), HandOver(item=hc6, lead="Policy", to="Custody")])
    assert leads(empty, hc6) == [("Custody", None, "done")]


def test_one_who_led_before_and_takes_it_back_has_what_is_handed_over(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3",)))
    empty.do(SetLeadState(item=hc6, lead="C3", role="Guidance"))
    empty.do(HandOver(item=hc6, lead="C3", to="Policy"))
    empty.do(SetLeadState(item=hc6, lead="Policy", state=LeadState.UNDER_WAY))
    empty.do(HandOver(item=hc6, lead="Policy", to="C3"))
    assert leads(empty, hc6) == [("C3", "Guidance", "under-way")]


def test_handing_over_to_nobody_to_oneself_or_from_one_who_has_it_not_is_refused(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3",)))
    refused(empty, HandOver(item=hc6, lead="C3", to=" "), BadInput, "Say who takes it over.")
    refused(empty, HandOver(item=hc6, lead="C3", to="c3"), BadInput, "C3 has it already.")
    refused(empty, HandOver(item=hc6, lead="Custody", to="C3"), BadInput, "Custody does not lead on HC-6: C3 does.")
    party = empty.conn.execute("SELECT id FROM party WHERE name = 'C3'").fetchone()[0]
    refused(empty, HandOver(item=hc6, lead=party, to="C3"), BadInput, "C3 has it already.")
    assert leads(empty, hc6) == [("C3", None, None)]


# Kept lists


def test_a_list_kept_under_a_name_that_is_taken_replaces_it(empty: Register) -> None:
    empty.do(SaveView(name="Late ones", query="status:delayed", sort="target", columns="ref title"))
    empty.do(SaveView(name="late  ones", query="status:closed"))
    (view,) = saved_views(empty.conn)
    assert (view.name, view.query, view.sort, view.columns) == ("late ones", "status:closed", "ref", None)
    empty.undo()
    assert find_view(empty.conn, "LATE ONES").query == "status:delayed"
    refused(empty, SaveView(name=" "), BadInput, "A view needs a name.")


def test_a_list_that_was_withdrawn_is_not_found_and_its_name_is_free(empty: Register) -> None:
    first = str(empty.do(SaveView(name="Mine")).created)
    empty.do(Withdraw(kind="view", entity=first))
    with pytest.raises(NotFound):
        find_view(empty.conn, "Mine")
    assert empty.do(SaveView(name="Mine")).created != first


# Actions


def test_a_dependency_waits_on_another_body_since_a_day_and_can_be_over_and_not(empty: Register, hc6: str) -> None:
    command = AddAction(item=hc6, kind=ActionKind.DEPENDENCY, text="Their sign-off.", whose="COPFS", since="May 2024")
    entity = str(empty.do(command).created)
    found = row(empty, "action", entity)
    assert (found["whose"], found["since"], found["since_latest"], found["done"]) == (
        "COPFS",
        "May 2024",
        "2024-05-31",
        None,
    )
    empty.do(FinishAction(action=entity))
    assert row(empty, "action", entity)["done"] == "18 September 2024"
    empty.do(FinishAction(action=entity, done=False))
    assert row(empty, "action", entity)["done"] is None
    empty.do(Withdraw(kind="action", entity=entity))
    refused(empty, FinishAction(action=entity), NotAllowed, "has been withdrawn")


def test_an_action_says_what_is_to_be_done(empty: Register, hc6: str) -> None:
    refused(empty, AddAction(item=hc6, text=" "), BadInput, "Say what is to be done.")
