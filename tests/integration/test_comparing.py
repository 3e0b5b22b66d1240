"""A plain SVM beside ours, sources left out, classes added: on small sets made of our own comments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import typer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
from typer.testing import CliRunner

from outreach import training
from outreach.cli import comparing as cli
from outreach.cli import learning
from outreach.states import Flag, Sentiment
from outreach.training import comparing
from outreach.training.comparing import SENTIMENT, Figures
from outreach.training.deciding import macro_f1, offsets, tuned
from outreach.training.engines import beside_engine
from outreach.training.examples import Example
from outreach.training.plain import Plain
from outreach.training.standing import FILE, compared, with_section

SEEDS = Path(__file__).parents[2] / "models" / "seed"
HEADER = "text\tlabel\tsplit\tdialect"


@pytest.fixture(scope="module")
def lines() -> list[list[str]]:
    """A fixed part of our own comments: a file more must not move what is expected below."""
    found = [
        line.split("\t")
        for path in (*sorted(SEEDS.glob("voices_[a-z].tsv")), *sorted(SEEDS.glob("voices_a[a-u].tsv")))
        for line in path.read_text("utf-8").splitlines()[1:]
    ]
    return sorted((line for line in found if len(line) == 4), key=lambda line: line[0])[::4]


@pytest.fixture(scope="module")
def folders(lines: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Seed and data; no comment is in two of them, so that nothing merges."""
    seed, data = tmp_path_factory.mktemp("seed"), tmp_path_factory.mktemp("data")
    (data / "sets").mkdir()
    own = ["text\tflags\tsentiment\tvoice", *("\t".join(line) for line in lines[0::4])]
    (seed / "voices_zz.tsv").write_text("\n".join(own) + "\n", encoding="utf-8")
    for name, part in (("ajgt_sentiment", lines[1::4]), ("arsas_sentiment", lines[3::4])):
        _write(data, name, [(line[0], line[2]) for line in part])
    insults = [
        (
            line[0],
            "offensive" if {"abuse", "gendered_abuse", "hate_speech"} & set(line[1].split("+")) else "not_offensive",
        )
        for line in lines[2::4]
    ]
    _write(data, "arpufi_offensive", insults)
    return seed, data


def _write(data: Path, name: str, rows: list[tuple[str, str]]) -> None:
    text = "\n".join([HEADER, *(f"{text}\t{label}\ttrain\t" for text, label in rows)])
    (data / "sets" / f"{name}.tsv").write_text(text + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def figures(folders: tuple[Path, Path]) -> Figures:
    seed, data = folders
    settings = replace(training.TrainSettings.quick(), licences=("A", "B"))
    steps: list[str] = []
    *_, found = comparing.compare(
        seed=seed, data=data, settings=settings, review={Flag.ABUSE: 0.999}, progress=lambda step, _: steps.append(step)
    )
    assert {"features", "plain", "sets", "sources", "folds", "classes"} <= set(steps)
    return found


def test_every_set_that_tells_enough_stands_beside_a_plain_svm(figures: Figures) -> None:
    assert {(source, kind) for source, kinds in figures["sets"].items() for kind in kinds} == {
        ("ajgt_sentiment", SENTIMENT),
        ("arpufi_offensive", Flag.ABUSE),
        ("seed", SENTIMENT),
        ("seed", Flag.ABUSE),
    }
    assert all(
        0 < one[name] < 1
        for kinds in figures["sets"].values()
        for one in kinds.values()
        for name in one
        if name != "rows"
    )
    insults = figures["sets"]["arpufi_offensive"][Flag.ABUSE]
    assert insults["ours_shipped"] < insults["ours"]  # at a threshold that nothing reaches
    assert figures["sets_mean"]["ours_adapted"] > figures["sets_mean"]["ours_shipped"]


def test_a_source_that_is_left_out_is_judged_by_all_others(figures: Figures) -> None:
    assert set(figures["sources"]) == {"ajgt_sentiment", "arpufi_offensive", "seed"}
    assert figures["sources_mean"]["pairs"] == 4
    assert figures["sources"]["seed"] != figures["sets"]["seed"]


def test_other_classes_change_what_they_speak_of_and_nothing_else(figures: Figures) -> None:
    held, strange = figures["classes"]["held_out"], figures["classes"]["left_out"]
    assert set(strange) == {"arsas_sentiment"}
    assert held["ajgt_sentiment"][SENTIMENT]["with"] != held["ajgt_sentiment"][SENTIMENT]["without"]
    assert held["arpufi_offensive"][Flag.ABUSE]["with"] == held["arpufi_offensive"][Flag.ABUSE]["without"]


def test_the_card_holds_one_comparison_however_often_it_is_made(figures: Figures, tmp_path: Path) -> None:
    bare = "# Model card\n\n## Figures\n\nx\n\n## Limits\n\n* y\n"
    once = with_section(bare, figures)
    assert with_section(once, figures) == once
    assert once.replace(once[once.index("## Beside") : once.index("## Limits")], "") == bare
    assert "| arpufi_offensive | abuse | 593 |" in once
    assert compared(bare, tmp_path) == bare
    (tmp_path / FILE).write_text(json.dumps(figures), encoding="utf-8")
    assert compared(bare, tmp_path) == once


def test_the_command_writes_the_comparison_and_the_section_of_the_card(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = typer.Typer()
    commands.command()(learning.evaluate)
    monkeypatch.setattr(comparing, "PARTS", ("sets",))
    (tmp_path / "card.md").write_text("# Model card\n\n## Limits\n", encoding="utf-8")
    options = [
        "--compare",
        "--quick",
        "--seed",
        str(folders[0]),
        "--output",
        str(tmp_path / FILE),
        "--json",
    ]
    done = CliRunner().invoke(commands, options)
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout) == json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert "| seed | sentiment |" in (tmp_path / "card.md").read_text(encoding="utf-8")


def test_a_plain_svm_is_what_scikit_learn_makes_of_the_training_rows_alone() -> None:
    texts = ["شكرا الكم", "ما عجبني ابد", "شكرا هوايه", "عجبني كلش", "مو زين", "زين شكرا", "ابد مو زين", "كلش حلو"]
    labels = np.array([1, 0, 1, 1, 0, 1])
    pipeline = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)),
            TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+"),
        ),
        LinearSVC(C=0.3, class_weight="balanced", tol=0.01, random_state=0),
    ).fit(texts[:6], labels)
    found = Plain(texts).judge(labels, train=np.arange(6), test=np.arange(6, 8))
    assert np.allclose(found.margin, pipeline.decision_function(texts[6:]))
    assert found.guess.tolist() == pipeline.predict(texts[6:]).tolist()


def test_a_cut_is_chosen_on_the_other_folds() -> None:
    truth = np.array([0, 0, 0, 1] * 50)
    scores = np.column_stack([np.zeros(200), np.where(truth == 1, -1.0, -3.0)])  # never above zero
    assert macro_f1(truth, scores.argmax(axis=1), 2) < 0.5
    assert (tuned(scores, truth, np.arange(200) % 3) == truth).all()


def test_a_label_that_a_set_does_not_have_is_never_given_there() -> None:
    scores = np.tile([0.0, 5.0, 0.1], (60, 1))
    truth = np.array([0, 2] * 30)
    assert not np.isfinite(offsets(scores, truth)[1])


def test_macro_f1_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, guess = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    assert macro_f1(truth, guess, 3) == pytest.approx(f1_score(truth, guess, average="macro"))


def test_another_engine_reads_a_part_of_every_set_beside_ours() -> None:
    rows = [Example(f"كلام {at}", "set", str(at), sentiment=Sentiment.POSITIVE) for at in range(900)]
    moods = np.tile([0.1, 0.8, 0.1], (900, 1))
    read: list[str] = []

    def engine(texts: Sequence[str]) -> list[str]:
        read.extend(texts)
        return ["positive"] * len(texts)

    found = beside_engine(rows, moods, engine)
    assert found == {"set": {"rows": len(read), "engine": 1.0, "ours": 0.0}}
    assert len(read) == 300


@pytest.mark.skipif(find_spec("torch") is not None, reason="camel-tools is here in full")
def test_evaluate_says_in_one_line_that_camelbert_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.beside_camelbert(None) is None
    assert capsys.readouterr().err.count("\n") == 1
