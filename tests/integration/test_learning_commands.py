"""The commands `classify`, `train` and `evaluate`, run as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from outreach.cli import learning
from outreach.errors import InvalidError
from outreach.states import Flag
from outreach.training.seed import read_seed
from tests.seeds import write_part


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    commands = typer.Typer()
    for command in (learning.classify, learning.train, learning.evaluate):
        commands.command()(command)
    return commands


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_part(tmp_path_factory.mktemp("seed"), rows=1200)


@pytest.fixture(scope="module")
def model(app: typer.Typer, seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    done = CliRunner().invoke(app, ["train", "--quick", "--seed", str(seed), "--output", str(folder)])
    assert done.exit_code == 0, done.exception
    assert done.stdout.startswith("tiny-")
    return folder


def test_classify_writes_one_line_a_row_and_nothing_else(app: typer.Typer, model: Path, tmp_path: Path) -> None:
    path = tmp_path / "comments.tsv"
    path.write_bytes("id\ttext\n1\tشلونكم\n2\t❤️\n3\thello there\n4\t".encode() + b"\xff\n")
    done = CliRunner().invoke(app, ["classify", str(path), "--model", str(model)])
    assert done.exit_code == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["row"], one["scored"], one["reason"]) for one in answers] == [
        (1, True, None),
        (2, False, "nothing_to_score"),
        (3, False, "language_english"),
        (4, False, "bad_encoding"),
    ]
    assert list(answers[0]["probabilities"]) == list(Flag)
    assert done.stderr == ""


def test_classify_reads_standard_input(app: typer.Typer, model: Path) -> None:
    done = CliRunner().invoke(app, ["classify", "-", "--model", str(model)], input="شلونكم\n\nزين\n".encode())
    assert [json.loads(line)["row"] for line in done.stdout.splitlines()] == [1, 2, 3]


def test_classify_names_the_form_that_it_does_not_know(app: typer.Typer, model: Path) -> None:
    done = CliRunner().invoke(app, ["classify", "-", "--format", "xlsx", "--model", str(model)], input=b"x\n")
    assert isinstance(done.exception, InvalidError)
    assert done.exception.params["given"] == "xlsx"


def test_evaluate_gives_figures_and_a_page_with_plots_and_never_a_text(
    app: typer.Typer, seed: Path, tmp_path: Path
) -> None:
    command = ["evaluate", "--quick", "--seed", str(seed), "--json", "--report", str(tmp_path / "report.html")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.exception
    figures = json.loads(done.stdout)
    assert set(figures["flags"]) == set(Flag)
    low, high = figures["intervals"][Flag.BLACKMAIL]["recall"]
    assert 0 <= low <= figures["flags"][Flag.BLACKMAIL]["seed"]["review"]["recall"] <= high <= 1
    assert sum(map(sum, figures["confusion"])) == sum(row["rows"] for row in figures["sentiment"].values())
    assert {"length: short", "spelling: odd", "dialect: not told"} <= set(figures["slices"])
    assert "hate_speech: names a group" in figures["identity"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 3
    texts = [row.text for row in read_seed(seed) if len(row.text) > 12]
    assert not any(text in page or text in done.stdout for text in texts)
