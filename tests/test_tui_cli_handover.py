"""`fairlead handover`: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli.group import Group
from tui.cli.handover import handover

cli = Group("fairlead", commands=[handover])


def run(*arguments: str, code: int = 0) -> Result:
    """Run the command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, ["handover", *arguments], prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """The day is 15 January 2025, and the sample is the usual register."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


def test_the_page_goes_to_stdout_and_nothing_else_does() -> None:
    result = run("--lead", "c3")
    assert result.stdout.startswith("# Hand-over: C3\n\n**OFFICIAL** · ")
    assert result.stdout.endswith("**OFFICIAL**\n")
    assert "### CAM-1 · " in result.stdout and "### CAM-4 · " in result.stdout
    assert result.stderr == ""


def test_a_file_is_written_with_its_digest_told_and_never_over_another_unasked(tmp_path: Path) -> None:
    out = tmp_path / "C3.md"
    result = run("--lead", "C3", str(out))
    assert result.stdout == f"{sha256(out.read_bytes()).hexdigest()}  {out}\n"
    assert "open items of C3, 2 recommendations, " in result.stderr and "OFFICIAL." in result.stderr
    assert out.read_text(encoding="utf-8") == run("--lead", "C3").stdout
    out.write_text("mine")
    assert "--force" in run("--lead", "C3", str(out), code=1).stderr
    assert out.read_text() == "mine"
    run("--lead", "C3", str(out), "--force")
    assert out.read_text(encoding="utf-8").startswith("# Hand-over: C3\n")


def test_a_name_that_is_not_markdown_is_misuse(tmp_path: Path) -> None:
    assert ".md" in run("--lead", "C3", str(tmp_path / "C3.docx"), code=2).stderr
    assert not list(tmp_path.glob("C3*"))


def test_an_unknown_lead_is_an_error_that_suggests_names() -> None:
    assert "Did you mean Mental Health Taskforce?" in run("--lead", "mental health", code=1).stderr


def test_a_page_without_a_lead_is_misuse() -> None:
    assert "--lead" in run(code=2).stderr
