"""Forms of papers: those that are shipped, a person's own, and what is refused in one, with its file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.domain.errors import BadInput
from store.papers.compose import SECTIONS
from store.papers.forms import KINDS, LARGEST, SHIPPED, form_names, load_form, read_form

FORMS = ("audit", "chair", "lead", "open", "plan", "progress")

SMALL = 'title = "Mine"\n\n[[section]]\nkind = "closed"\nheading = "What closed"\n'


def test_the_shipped_forms_are_read_each_under_its_own_name() -> None:
    assert tuple(form_names()) == FORMS
    for name in FORMS:
        form = load_form(name)
        assert form.name == name and form.title and form.about and form.sections
        assert SHIPPED.joinpath(f"{name}.toml").read_text(encoding="utf-8").startswith("#")


def test_every_kind_of_section_is_composed_by_a_function() -> None:
    assert SECTIONS.keys() == KINDS.keys()


def test_the_implications_are_in_their_fixed_order_and_each_has_to_be_confirmed() -> None:
    confirm = [one.section for one in load_form("progress").written if one.confirm]
    assert confirm == [
        "financial",
        "personnel",
        "legal",
        "reputational",
        "social",
        "community",
        "equalities",
        "environment",
    ]


def test_a_form_of_ones_own_comes_before_a_shipped_one_and_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "forms"
    own.mkdir()
    (own / "chair.toml").write_text(SMALL, encoding="utf-8")
    assert load_form("chair", own).title == "Mine" and load_form("chair").title != "Mine"
    (tmp_path / "other.toml").write_text(SMALL.replace("Mine", "Another"), encoding="utf-8")
    form = load_form(str(tmp_path / "other.toml"), own)
    assert (form.title, form.name, form.sections[0].heading) == ("Another", "other", "What closed")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "section: there has to be at least one [[section]]"),
        ("title = 1\n", "section: there has to be at least one"),
        (SMALL.replace('"Mine"', "1"), "title: it has to be a text in quotation marks"),
        (SMALL.replace("title", "titel"), 'titel: "titel" is none of name, title, about'),
        (SMALL.replace("closed", "closd"), 'section 1, kind: "closd" is none of'),
        (SMALL.replace("kind", "sort"), "section 1, kind: it is missing"),
        (SMALL + "years = 3\n", 'section 1, years: "years" is none of'),
        (SMALL + "numbered = 1\n", "section 1, numbered: it has to be true or false"),
        (SMALL + "level = 7\n", "section 1, level: it has to be a whole number from 1 to 2"),
        (
            SMALL.replace("closed", "old") + "years = true\n",
            "section 1, years: it has to be a whole number from 1 to 20",
        ),
        (SMALL.replace("closed", "text"), "section 1, section: it names the text that is kept with the paper"),
        (SMALL.replace("closed", "changes") + 'of = ["moves"]\n', 'section 1, of: "moves" is none of'),
        (SMALL.replace("closed", "changes") + 'of = "moved"\n', "section 1, of: it has to be a list of words"),
        ("section = 3\n" + SMALL.partition("[[")[0], "section: there has to be"),
        ("section = [1]\ntitle = 'A'\n", "section 1: it has to be a table"),
        ("title = Mine\n", "it is not TOML"),
        ("a = " + "[" * 3000, "it is"),
    ],
)
def test_what_is_wrong_in_a_form_is_named_with_the_file_and_the_key(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        load_form(str(path))
    message = str(raised.value)
    assert message.startswith("The form mine.toml cannot be used: ") and sentence in message and "\n" not in message


def test_a_file_that_is_no_text_or_larger_than_any_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\x00\xff\xfe\x80" * 20)
    with pytest.raises(BadInput, match=r"mine\.toml"):
        read_form(path)
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(BadInput, match="more than any form"):
        read_form(path)


def test_a_name_that_no_form_has_is_answered_with_the_nearest_and_with_those_there_are() -> None:
    with pytest.raises(BadInput) as raised:
        load_form("progres")
    assert 'There is no form "progres"' in str(raised.value) and 'Perhaps "progress".' in str(raised.value)
    for name in ("", "\x00", "x" * 5000, "/", "."):
        with pytest.raises(BadInput, match="There is no form"):
            load_form(name)


def test_the_page_on_forms_names_every_kind_with_its_options() -> None:
    page = (Path(__file__).parent.parent / "docs" / "forms.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    assert lines.keys() == KINDS.keys()
    for kind, rules in KINDS.items():
        for option, rule in rules.items():
            words = [option, *rule.words]
            assert all(f"`{word}`" in lines[kind] for word in words), (kind, words)
