"""`fairlead paper write` and `paper forms`: what is written, what is printed about it, and what is refused."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest
from test_tui_cli_work import refused, run

from tui.desk.settings import folders


@pytest.fixture(autouse=True)
def somebody_writes(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The sample is the usual register, and somebody writes."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["md", "html", "docx"])
def test_a_paper_is_written_by_its_names_ending_and_its_sum_and_what_is_missing_are_printed(
    tmp_path: Path, suffix: str, mine: Path
) -> None:
    out = tmp_path / f"paper.{suffix}"
    done = run("paper", "write", str(out), "--paper", "18/9/24")
    assert done.stdout == f"{sha256(out.read_bytes()).hexdigest()}  {out}\n"
    assert f"Wrote paper.{suffix}: Progress by publication, a draft, " in done.stderr
    assert "Nobody has confirmed: Financial implications" in done.stderr
    refused(mine, 1, "exists already", "paper", "write", str(out))
    run("paper", "fix")
    assert "figures fixed on 18 September 2024" in run("paper", "write", str(out), "--force").stderr


def test_a_form_is_chosen_by_name_by_path_or_from_the_folder_of_ones_own(tmp_path: Path, mine: Path) -> None:
    out, own = tmp_path / "paper.md", tmp_path / "own.toml"
    run("paper", "write", str(out), "--form", "open")
    assert "## 1 OPEN RECOMMENDATIONS" in out.read_text(encoding="utf-8")
    assert (
        "Change it, and name it: fairlead paper write OUT.docx --form "
        in run("paper", "forms", "--copy", "chair", str(own)).stderr
    )
    own.write_text(own.read_text(encoding="utf-8").replace("The figures", "In figures"), encoding="utf-8")
    run("paper", "write", str(out), "--form", str(own), "--force")
    assert "## 1 IN FIGURES" in out.read_text(encoding="utf-8")
    folders().forms.mkdir(parents=True)
    own.rename(folders().forms / "ours.toml")
    run("paper", "write", str(out), "--form", "ours", "--force")
    listed = run("paper", "forms").stdout
    assert "(your own)" in listed and listed.count("\n") == 7
    (folders().forms / "ours.toml").write_text("title = 'a'\nsecton = 1\n", encoding="utf-8")
    assert 'The form ours.toml cannot be used: secton: "secton" is none of' in run("paper", "forms").stdout
    refused(mine, 2, "secton", "paper", "write", str(out), "--form", "ours", "--force")


def test_a_page_for_a_lead_needs_its_name_and_a_lead_that_there_is(tmp_path: Path, mine: Path) -> None:
    out = str(tmp_path / "page.md")
    refused(mine, 2, "--lead NAME", "paper", "write", out, "--form", "lead")
    run("paper", "write", out, "--form", "lead", "--lead", "mental health taskforce")
    assert "Mental Health Taskforce leads on 13 recommendations" in Path(out).read_text(encoding="utf-8")


def test_what_cannot_be_written_is_refused_in_a_sentence_and_leaves_no_file(tmp_path: Path, mine: Path) -> None:
    refused(mine, 2, "is not a kind of file that a paper is written as", "paper", "write", str(tmp_path / "a.pdf"))
    refused(mine, 1, "There is no paper", "paper", "write", str(tmp_path / "a.md"), "--paper", "1 May 2020")
    refused(mine, 2, 'There is no form "opn"', "paper", "write", str(tmp_path / "a.md"), "--form", "opn")
    refused(mine, 2, "A template is of Word", "paper", "write", str(tmp_path / "a.md"), "--template", "house.docx")
    refused(mine, 2, "--copy NAME FILE", "paper", "forms", str(tmp_path / "a.toml"))
    refused(mine, 2, "Name the file", "paper", "forms", "--copy", "open")
    assert not [each for each in tmp_path.iterdir() if each.suffix in (".md", ".pdf", ".toml")]


def test_nothing_above_the_marking_is_written(tmp_path: Path, mine: Path) -> None:
    out = tmp_path / "paper.html"
    run("note", "HC-6", "Between us.", "--kind", "position", "--marking", "OFFICIAL-SENSITIVE")
    run("paper", "write", str(out))
    assert "Between us." in out.read_text(encoding="utf-8") and "OFFICIAL-SENSITIVE" in out.read_text(encoding="utf-8")
    run("paper", "write", str(out), "--force", "--max-marking", "OFFICIAL")
    text = out.read_text(encoding="utf-8")
    assert "Between us." not in text and "OFFICIAL-SENSITIVE" not in text


def test_what_draws_pictures_keeps_its_fonts_in_fairlead_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    run("paper", "write", str(tmp_path / "paper.docx"))
    assert Path(os.environ["MPLCONFIGDIR"]).is_relative_to(folders().state)
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    run("paper", "write", str(tmp_path / "again.docx"))
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path)
