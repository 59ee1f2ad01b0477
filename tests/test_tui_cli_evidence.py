"""`fairlead cite` and `fairlead evidence`: files as evidence, from the command line."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from store.queries.evidence import all_citations
from store.register import Register
from tui.cli.evidence import cite, evidence
from tui.cli.files import check_file
from tui.cli.group import Group
from tui.cli.set import note

TEXT = b"Figures of the pilot.\n" * 500


cli = Group("fairlead", commands=[cite, evidence, note, check_file])


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


@pytest.fixture(autouse=True)
def author(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is writing."""
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "C3 lead")


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "Figures.pdf"
    path.write_bytes(TEXT)
    return path


@pytest.fixture
def note_id(mine: Path) -> str:
    return run("note", "HC-6", "Figures of the pilot", "--kind", "evidence").stdout.strip()


def cited(path: Path) -> list[dict[str, object]]:
    register = Register.open(path)
    found = [citation.fields for citation in all_citations(register.conn)]
    register.close()
    return found


def test_a_file_is_cited_on_a_note_with_its_hash_and_listed(mine: Path, note_id: str, figures: Path) -> None:
    made = run("cite", note_id, str(figures), "--reference", "IMP/24/117")
    (row,) = json.loads(run("evidence", "HC-6", "--format", "json").stdout)
    assert row["id"].startswith(made.stdout.strip()) and row["about"] == "HC-6"
    assert (row["name"], row["reference"], row["size"]) == ("Figures.pdf", "IMP/24/117", len(TEXT))
    assert (row["sha256"], row["kept"]) == (sha256(TEXT).hexdigest(), False)
    assert (row["place"], row["marking"]) == (str(figures), "OFFICIAL")
    table = run("evidence", "HC")
    assert "Figures.pdf" not in table.stdout and "0 files are cited" in table.stderr
    table = run("evidence")
    assert "Figures.pdf" in table.stdout and "11 kB" in table.stdout and "1 file is cited" in table.stderr


def test_with_a_reference_it_is_the_newest_evidence_note(mine: Path, figures: Path) -> None:
    message = run("cite", "MHD-2", str(figures), code=2).stderr
    assert "MHD-2 has no note of kind evidence yet. Add one: fairlead note MHD-2 TEXT --kind evidence" in message
    run("note", "MHD-2", "Older", "--kind", "evidence", "--dated", "2024-01-05")
    newest = run("note", "MHD-2", "Newest", "--kind", "evidence", "--dated", "2024-09-05").stdout.strip()
    run("note", "MHD-2", "The position")
    assert "On the note of 5 September 2024: Newest" in run("cite", "MHD-2", str(figures)).stderr
    assert str(cited(mine)[0]["note"]).startswith(newest)


def test_a_name_alone_is_cited_without_a_hash_and_a_wrong_path_is_refused(
    mine: Path, note_id: str, tmp_path: Path
) -> None:
    message = run("cite", note_id, "Figures of 2023.pdf", "--place", "the cabinet in room 4").stderr
    assert "cited by its name alone" in message
    assert "There is no file" in run("cite", note_id, str(tmp_path / "gone.pdf"), code=2).stderr
    assert "to be kept inside" in run("cite", note_id, "gone.pdf", "--embed", code=2).stderr
    assert "is a folder" in run("cite", note_id, str(tmp_path), code=2).stderr
    assert "is the register that is open" in run("cite", note_id, str(mine), code=2).stderr
    assert "There is no HC-99" in run("cite", "HC-99", "x.pdf", code=1).stderr
    (row,) = cited(mine)
    assert (row["name"], row["sha256"], row["place"]) == ("Figures of 2023.pdf", None, "the cabinet in room 4")


def test_without_a_hash_the_file_is_not_read(mine: Path, note_id: str, figures: Path) -> None:
    run("cite", note_id, str(figures), "--no-hash", "--marking", "official-sensitive")
    (row,) = cited(mine)
    assert (row["sha256"], row["size"], row["place"]) == (None, len(TEXT), str(figures))
    assert row["marking"] == "OFFICIAL-SENSITIVE"
    assert "leave out --no-hash" in run("cite", note_id, str(figures), "--no-hash", "--embed", code=2).stderr


def test_a_kept_file_says_its_size_and_can_be_taken_out(
    mine: Path, note_id: str, figures: Path, tmp_path: Path
) -> None:
    made = run("cite", note_id, str(figures), "--embed")
    assert "Figures.pdf is kept inside: 11 kB." in made.stderr
    figures.unlink()
    (tmp_path / "out").mkdir()
    for start in (made.stdout.strip(), sha256(TEXT).hexdigest()):
        out = Path(run("evidence", "--take-out", start, "--to", str(tmp_path / "out")).stdout.strip())
        assert out == tmp_path / "out" / "Figures.pdf" and out.read_bytes() == TEXT
        out.unlink()
    assert "There is no folder" in run("evidence", "--take-out", start, "--to", str(tmp_path / "no"), code=1).stderr
    assert "There is no evidence file" in run("evidence", "--take-out", "0" * 8, code=1).stderr
    assert "--to goes with --take-out" in run("evidence", "--to", str(tmp_path), code=2).stderr


def test_more_than_the_limit_is_refused_with_both_sizes(mine: Path, note_id: str, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(5_200_000))
    message = run("cite", note_id, str(large), "--embed", code=2).stderr
    assert "large.pdf has 5.2 MB, and 5.0 MB is the most that is kept inside" in message
    assert cited(mine) == []


def test_what_is_not_kept_cannot_be_taken_out(mine: Path, note_id: str, figures: Path, tmp_path: Path) -> None:
    made = run("cite", note_id, str(figures)).stdout.strip()
    assert "never put in" in run("evidence", "--take-out", made, "--to", str(tmp_path), code=1).stderr


def test_check_file_names_a_file_that_moved_and_the_register_is_sound(mine: Path, note_id: str, figures: Path) -> None:
    run("cite", note_id, str(figures))
    assert run("check-file").stdout == ""
    figures.unlink()
    found = run("check-file")
    assert f'The evidence file "Figures.pdf" of HC-6 is not where it lay when it was cited: {figures}' in found.stdout
    assert "everything agrees" in found.stderr
