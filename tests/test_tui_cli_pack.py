"""`fairlead pack`: what it prints, what it writes, what it records with --sent, and what it refuses."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli.group import cli


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


@pytest.fixture(autouse=True)
def usual(mine: Path) -> None:
    """The sample is the usual register."""


def test_a_pack_is_written_with_its_digest_printed_and_nothing_recorded(tmp_path: Path) -> None:
    out = tmp_path / "HC-6.zip"
    result = run("pack", "HC-6", str(out), "--max-marking", "OFFICIAL")
    assert result.stdout == f"{sha256(out.read_bytes()).hexdigest()}  {out}\n"
    assert "the pack of HC-6: a cover sheet, an index, 0 files; OFFICIAL" in " ".join(result.stderr.split())
    assert zipfile.is_zipfile(out)
    assert "remain open" in run("show", "HC-6").stdout.lower()
    assert "--force" in run("pack", "HC-6", str(out), code=1).stderr


def test_sent_records_the_submission_with_the_name_of_the_pack(tmp_path: Path) -> None:
    out = tmp_path / "HC-6.zip"
    author = ("--author", "C3 lead")
    # Without an evidence note there is nothing to send: no file is written either.
    refused = run("pack", "HC-6", str(out), "--sent", "16 September 2024", *author, code=1)
    assert "no evidence note to send" in " ".join(refused.stderr.split()) and not out.exists()
    run("note", "HC-6", "The sites were evaluated.", "--kind", "evidence", *author)
    sent = run("pack", "HC-6", str(out), "--sent", "16 September 2024", "--reference", "PS/6", *author)
    assert sha256(out.read_bytes()).hexdigest() in sent.stdout
    shown = " ".join(run("show", "HC-6").stdout.split())
    assert "16 September 2024" in shown and "HC-6.zip, SHA-256" in shown and "reference PS/6" in shown
    assert "Submitted" in shown


def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert ".zip" in run("pack", "HC-6", str(tmp_path / "a.docx"), code=2).stderr
    assert "HC-99" in run("pack", "HC-99", str(tmp_path / "a.zip"), code=1).stderr
    assert not list(tmp_path.glob("a.*"))
