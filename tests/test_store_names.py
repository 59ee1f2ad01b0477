"""Names, and texts from papers, as people type them: what is one, what is found, and what comes first.

Half of the names are those of real bodies, divisions and papers, as they print them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.commands import AddItem, AddNote, AddPublication, AddTheme
from store.domain.errors import BadInput
from store.domain.names import (
    fold_letters,
    fold_name,
    fold_number,
    foreign_letter,
    join_names,
    one_name,
    sort_key,
    split_cell,
    split_names,
)
from store.domain.references import find_item
from store.domain.vocabulary import PartyKind
from store.queries.filter import SORTS, Filter
from store.queries.item_list import rows_at, seqs, window
from store.queries.note_hits import describe_note_hits, note_hits
from store.queries.search import search_words
from store.register import Author, Register

TODAY = date(2024, 9, 18)

NAMES = (
    "Policy, Training and Guidance",
    "Partnerships, Prevention and Community Wellbeing",
    "Partnership, Prevention & Community Wellbeing (PPCW)",
    "Violence, Disorder and Antisocial Behaviour",
    "Contact, Command and Control (C3)",
    "C3",
    "G Division",
    "Criminal Justice Services Division",
    "Renfrewshire & Inverclyde (K Division)",
    "The Lothians and Scottish Borders",
    "Highland and Islands",
    "Bòrd na Gàidhlig",
    "Comhairle nan Eilean Siar",
    "Poileas Alba",
    "An Garda Síochána",
    "Komenda Główna Policji, Łódź",
    "Chief Constable’s Office",
    "Deputy Chief Constable (People & Professionalism)",
    "HMICFRS",
    "H&SCPs",
    "NHS 24",
    "COSLA; SOLACE",
    "McEwan, Garry",
    "MacPherson, Hamish",
    "O’Neill-Smith, Aoife",
    "D'Arcy",
    "ACC (Local Policing: North)",
    'The "Once for Scotland" team',
    "Finance, Estates, Fleet",
    "A",
)
"""Names with commas, semicolons, ampersands, brackets, apostrophes, quotation marks, hyphens and accents."""


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_exists_is_whole_and_found_as_people_type_it(name: str) -> None:
    for typed in (name, name.upper(), f"  {name} ", name.replace("’", "'")):
        wanted = typed if ";" not in name and '"' not in name else '"' + typed.strip().replace('"', '""') + '"'
        assert split_names(wanted, NAMES) == (name,)
        assert split_names(f"{wanted}; C3", NAMES) == tuple(dict.fromkeys((name, "C3")))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_new_is_whole_in_double_quotes_and_never_split_without_a_word(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    assert split_names(quoted, ()) == (name,)
    if "," in name and ";" not in name:
        with pytest.raises(BadInput, match="double quotes"):
            split_names(name, ())


def test_names_that_exist_may_have_commas_between_and_a_semicolon_is_always_between_names() -> None:
    assert split_names("c3, Policy, Training and Guidance,NHS 24", NAMES) == (
        "C3", "Policy, Training and Guidance", "NHS 24",
    )  # fmt: skip
    assert split_names("New One; Policy, Training and Guidance", NAMES) == ("New One", NAMES[0])
    assert split_names("New One; Newer One", ()) == ("New One", "Newer One")
    with pytest.raises(BadInput, match="New One is no lead here"):
        split_names("C3, New One", NAMES)
    assert split_names(" ; , ", NAMES) == ()
    here = ("Semi;Colon Unit", "C3")
    assert split_names("semi;colon unit; c3; New", here) == (*here, "New")
    for unbalanced in ('"unbalanced', 'C3; unbalanced"', '"New, Unit'):
        with pytest.raises(BadInput, match="double quote without a second"):
            split_names(unbalanced, NAMES)
    assert (one_name('"New, Unit"', NAMES), one_name("c3", NAMES), one_name(" ", NAMES)) == ("New, Unit", "C3", "")
    for more in ("New, Unit", "C3; New"):
        with pytest.raises(BadInput, match="double quotes"):
            one_name(more, NAMES)


@pytest.mark.parametrize(
    ("here", "typed"),
    [
        (("C3 & Local Policing",), "C3, Local Policing"),
        (("C3 & Local Policing",), "c3/local policing"),
        (("C3 & Local Policing", "C3", "Local Policing"), "C3, Local Policing"),
        (("C3, Local Policing", "C3", "Local Policing"), "C3, Local Policing"),
        (("C3/Local Policing",), "C3, Local Policing"),
        (("C3 & Local Policing",), "NHS 24; C3，Local Policing"),
    ],
)
def test_a_comma_or_slash_that_a_name_here_has_not_is_asked_about(here: tuple[str, ...], typed: str) -> None:
    with pytest.raises(BadInput, match=f"may be one lead or more: {here[0]} is one here. Put semicolons between"):
        split_names(typed, here)
    assert split_names(f'"{here[0]}"', here) == (here[0],)
    assert split_names("C3; Local Policing", here) == ("C3", "Local Policing")


def test_a_comma_or_slash_that_a_name_here_has_is_of_the_name() -> None:
    here = ("Police/Health Board", "C3 & Local Policing", "Finance, Estates")
    for typed, name in (
        ("police / health board", here[0]), ("Police Health Board", here[0]), ("c3 local policing", here[1]),
        ("finance,estates", here[2]),
    ):  # fmt: skip
        assert split_names(typed, here) == (name,)


@given(st.lists(st.sampled_from(NAMES), unique=True))
def test_joined_names_are_read_back(names: list[str]) -> None:
    assert split_cell(join_names(names)) == names
    assert split_names(join_names(names), NAMES) == tuple(names)


@given(st.lists(st.text(st.sampled_from('ab;," é')).map(str.strip).filter(lambda name: name.strip('"')), max_size=4))
def test_whatever_names_are_joined_are_read_back(names: list[str]) -> None:
    assert split_cell(join_names(names)) == names


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("Oﬃce of the ﬁrst", "Office of the First"),
        ("inves\u00adtigation", "investigation"),
        ("Ｃ３", "c3"),
        ("Local\u00a0Policing", "local policing"),
        ("Comhairle nan Eilean\u200bSiar", "Comhairle nan EileanSiar"),
        ("Chief Constable’s", "chief constable's"),
        ("G–Division", "g-division"),
        ("Ga\u0300idhlig", "Gàidhlig"),
    ],
)
def test_a_name_that_came_through_a_pdf_is_that_which_is_typed(printed: str, typed: str) -> None:
    assert fold_name(printed) == fold_name(typed)


@given(st.text())
def test_what_is_folded_folds_to_itself(text: str) -> None:
    assert fold_letters(fold_letters(text)) == fold_letters(text)
    assert fold_number(fold_number(text)) == fold_number(text)


def test_a_number_in_letters_of_another_alphabet_is_another_number_and_refused() -> None:
    assert fold_number("１０") == fold_number("10") and fold_number("10É") == fold_number("10e")
    assert len({fold_number(number) for number in ("10", "10A", "10А", "10ß", "10Ω")}) == 5
    assert [foreign_letter(number) for number in ("10A", "10é", "１０", "10А", "١٠")] == ["", "", "", "а", "١"]


TITLES = ("10 things to do", "9 lives", "Éire", "East", "Zoo", "“Quoted” paper", "łódź", "Mac", "(bracketed)", "rank 2")
IN_ORDER = (
    "9 lives",
    "10 things to do",
    "(bracketed)",
    "East",
    "Éire",
    "łódź",
    "Mac",
    "“Quoted” paper",
    "rank 2",
    "Zoo",
)


def test_titles_sort_as_people_read_them() -> None:
    assert tuple(sorted(TITLES, key=sort_key)) == IN_ORDER


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with texts as a PDF or Word leaves them, and notes on a publication and a theme."""
    register = Register.create(tmp_path_factory.mktemp("found") / "found.fairlead", Author("Jo"))
    register.party_kinds = {"": PartyKind.UNIT}
    hc = register.do(AddPublication(values={"title": "Hate Crime", "code": "HC", "closed_by": "inspectorate"})).created
    register.do(AddPublication(values={"title": "Custody", "code": "CU", "closed_by": "inspectorate"}))
    theme = register.do(AddTheme(values={"name": "Policy, Training and Guidance"})).created
    for number, title, text, leads in (
        ("6", "Oﬃcer conﬁdence", "The inves\u00adtigation of third–party reports", ("Bòrd na Gàidhlig",)),
        ("07", "The Chief Constable’s café", "Ｃ３ and G\u00a0Division", ("Policy, Training and Guidance", "C3")),
        ("10a", "Łódź and Re\u0301sume\u0301s", "naïve “co-operation” ½", ("COSLA; SOLACE",)),
        ("60", "Sixty", "multi\u2011agency work; 6 months. Mr O’Neill-Smith and D'Arcy say we'll see", ()),
        ("81", "Adult safe- guarding", "The safe-\nguarding of vulner¬able chil¬\ndren; short- and long-term", ()),
        ("82", "児童の保護", "การคุ้มครองเด็ก and data\u00ad\nbases", ()),
    ):
        values = {"title": title, "text": text, "number": number}
        register.do(AddItem(publication=str(hc), values=values, leads=leads))
    register.do(
        AddNote(publication=str(hc), values={"text": "A workshop in Dalmar-\nnock,\ncon\ufb01rmed. 児童の保護"})
    )
    register.do(AddNote(theme=str(theme), values={"text": "Learned at Tulliallan."}))
    yield register
    register.close()


SEARCHES = (
    ("officer", "6"), ("Officer confidence", "6"), ("ofﬁcer", "6"), ("CONFIDENCE", "6"), ("investigation", "6"),
    ("inves\u00adtigation", "6"), ("third-party", "6"), ("third party", "6"), ("“third party”", "6"), ("bord", "6"),
    ("Gàidhlig", "6"), ("gaidhlig", "6"), ("chief constable's", "07"), ("Constable’s", "07"), ("cafe", "07"),
    ("café", "07"), ("cafe\u0301", "07"), ("c3", "07"), ("Ｃ３", "07"), ("g division", "07"), ("lodz", "10a"),
    ("Łódź", "10a"), ("resumes", "10a"), ("Résumés", "10a"), ("cooperation", "10a"), ("co-operation", "10a"),
    ("safe-guard", "81"), ("of-ficer", "6"), ("multiagency", "60"), ("con-fidence", "6"), ("multiagencywork", ""),
    ("HC 06", "6 60"), ("hc 07", "07"), ("Rec. No. 6", "6 60"), ("#7", "07"), ("rec #7", "07"), ("HC/07", "07"),
    ("HC.07", "07"), ("HC_07", "07"), ("HC:07", "07"), ("HC#07", "07"), ("(HC-07)", "07"), ("“HC-07”", "07"),
    ("officer 6", "6"), ("HC wonderland 7", ""),
    ("co operation", "10a"), ("naive", "10a"), ("multi-agency", "60"), ("solace", "10a"), ("training and guidance", "07"),
    ("HC-6", "6 60"), ("HC6", "6 60"), ("hc-6", "6 60"), ("hc 10a", "10a"), ("HC-06", "6 60"), ("HC rec 7", "07"),
    ("HC-R7", "07"), ("Rec 7", "07"), ("rec. 7", "07"), ("recommendation 10a", "10a"), ("R7", "07"), ("hc7", "07"),
    ("HC-10(a)", "10a"), ("hc-10A", "10a"), ("wonderland", ""), ("safeguarding", "81"), ("adult safeguarding", "81"),
    ('"the safeguarding of"', "81"), ("safe-guarding", "81"), ("safe-\nguarding", "81"), ("vulnerable", "81"),
    ("O'Neill", "60"), ("oneill", "60"), ("ONeill-Smith", "60"), ("o’neillsmith", "60"), ("darcy", "60"), ("well", ""),
    ("children", "81"), ("long-term", "81"), ("guarding", "81"), ("保護", "82"), ("児童", "82"), ("護児", ""),
    ("児童 保護", "82"), ("คุ้มครอง", "82"), ("เด็ก", "82"), ("databases", "82"), ("note", ""),
)  # fmt: skip
"""What is typed, and the numbers of the items that are found."""


@pytest.mark.parametrize(("typed", "numbers"), SEARCHES)
def test_what_is_typed_finds_what_was_printed(found: Register, typed: str, numbers: str) -> None:
    listed = [seq for piece in seqs(found.conn, Filter(search=typed), "ref", TODAY) for seq in piece]
    assert [row.number for row in rows_at(found.conn, listed)] == numbers.split()


@pytest.mark.parametrize(
    "typed",
    ["HC.7", "HC/7", "HC_7", "HC:7", "HC#7", "(HC-7)", "“HC-7”", '"hc 07"', "HC rec. no. 7", "[HC 7]", "'HC–7'"],
)
def test_show_takes_what_a_search_finds(found: Register, typed: str) -> None:
    assert find_item(found.conn, typed)[1] == "HC-07"


@pytest.mark.parametrize("name", ["?", "…", "-", "( )"])
def test_what_has_neither_a_letter_nor_a_digit_is_no_name(found: Register, name: str) -> None:
    publication = found.conn.execute("SELECT id FROM publication").fetchone()[0]
    with pytest.raises(BadInput, match="is no name: it has neither a letter nor a digit"):
        found.do(AddItem(publication=publication, values={"title": "X"}, leads=(name,)))


def test_a_reference_is_one_word_of_a_search() -> None:
    assert search_words('Rec 6 "third party" HC-6') == ["Rec 6", "third party", "HC-6"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [("dalmarnock", ["HC"]), ("Dalm", ["HC"]), ("confirmed workshop", ["HC"]), ("tulliallan", [NAMES[0]]),
     ("almarnock", []), ("", []), ("in", ["HC"]), ("dalmarnock tulliallan", []), ("の保護", ["HC"])],
)  # fmt: skip
def test_notes_on_publications_and_themes_are_found(found: Register, typed: str, names: list[str]) -> None:
    assert [hit.name for hit in note_hits(found.conn, typed)] == names


def test_what_is_searched_for_in_notes_is_named_where_it_is_in_those_of_a_publication_or_theme(found: Register) -> None:
    places = {"publication": "1", "theme": "4"}
    for shown in (Filter(note="dalmarnock"), Filter(search="dalmarnock"), Filter(search="workshop", note="dalmarnock")):
        assert describe_note_hits(found.conn, shown, places) == "Found in the notes on HC. To read them: 1."
    assert describe_note_hits(found.conn, Filter(search="tulliallan", note="dalmarnock"), places) == ""


def test_leads_with_commas_and_semicolons_can_be_told_apart(found: Register) -> None:
    rows = {row.number: row.leads for row in window(found.conn, Filter(), "ref", TODAY)}
    assert rows["07"] == "C3; Policy, Training and Guidance" and rows["10a"] == '"COSLA; SOLACE"'
    assert split_cell(rows["07"]) == ["C3", "Policy, Training and Guidance"]
    for lead, numbers in (("COSLA; SOLACE", ["10a"]), ("COSLA", []), ("Policy", []), (NAMES[0], ["07"])):
        assert [row.number for row in window(found.conn, Filter(lead=(lead,)), "ref", TODAY)] == numbers


@pytest.mark.parametrize("sort", ["leads", "theme", "target", "said", "first", "next", "title"])
def test_what_has_no_value_is_last_both_ways(found: Register, sort: str) -> None:
    column = SORTS[sort][0]
    for way in ("", "-"):
        listed = [seq for piece in seqs(found.conn, Filter(), way + sort, TODAY) for seq in piece]
        blank = [
            found.conn.execute(f"SELECT {column} IS NULL FROM recommendation WHERE seq = ?", (seq,)).fetchone()[0]
            for seq in listed
        ]
        assert blank == sorted(blank) and len(blank) == 6


def test_titles_of_a_list_sort_without_accents(found: Register) -> None:
    assert [row.number for row in window(found.conn, Filter(), "title", TODAY)] == ["81", "10a", "6", "60", "07", "82"]


def test_a_number_that_only_looks_like_one_is_refused_in_words(found: Register) -> None:
    publication = found.conn.execute("SELECT id FROM publication WHERE code = 'HC'").fetchone()[0]
    with pytest.raises(BadInput, match="may look like one of a to z"):
        found.do(AddItem(publication=publication, values={"title": "Ten", "number": "10А"}))
