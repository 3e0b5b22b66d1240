"""Models side by side: which is in use, the way there and back, and what a report of an evaluation holds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from outreach import training
from outreach.classifier import Shelf, in_use, load
from outreach.classifier.moods import WithMoods
from outreach.cli import models
from outreach.errors import InvalidError, ModelError
from outreach.settings import Settings
from outreach.states import Flag, Sentiment
from outreach.training.decided import LEAST_ROWS, examples_of_decisions
from outreach.training.examples import DECISIONS
from tests.seeds import write_part


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_part(tmp_path_factory.mktemp("seed"), rows=1200)


@pytest.fixture(scope="module")
def tiny(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "first"
    training.train(seed=seed, data=None, output=folder, settings=training.TrainSettings.quick())
    return folder


@pytest.fixture
def shelf(tiny: Path, tmp_path: Path) -> Shelf:
    for name in ("first", "second"):
        shutil.copytree(tiny, tmp_path / "models" / name)
    return Shelf(tmp_path / "models", tmp_path / "data", "first")


def test_a_chosen_model_is_used_until_it_is_taken_back(shelf: Shelf) -> None:
    assert (shelf.names(), shelf.in_use) == (["first", "second"], "first")
    shelf.use("second")
    assert shelf.folder.name == "second"
    assert shelf.rollback() == "first"
    assert shelf.in_use == "first"


def test_there_is_no_way_back_from_the_first(shelf: Shelf) -> None:
    with pytest.raises(ModelError) as refused:
        shelf.rollback()
    assert refused.value.code == "model.no_earlier"


def test_a_damaged_or_missing_model_is_never_taken_into_use(shelf: Shelf) -> None:
    weights = shelf.models / "second" / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:-1])
    for name in ("second", "third", "../first"):
        with pytest.raises(ModelError):
            shelf.use(name)
    assert shelf.in_use == "first"


def test_a_damaged_choice_is_named_not_guessed(shelf: Shelf) -> None:
    shelf.use("second")
    (shelf.data / "models-used.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        _ = shelf.in_use
    assert refused.value.code == "model.choice"


def test_commands_list_compare_use_and_roll_back(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_shelf", lambda: shelf)
    run = CliRunner().invoke
    assert run(models.app, ["use", "second"]).exit_code == 0
    listed = run(models.app, ["list"]).stdout
    assert "first" in listed
    assert any("→" in line and "second" in line for line in listed.splitlines())
    compared = run(models.app, ["compare", "first", "second"])
    assert compared.exit_code == 0, compared.exception
    assert "+0.000" in compared.stdout
    assert run(models.app, ["rollback"]).stdout.strip() == "first"


class Said:
    def __init__(self, number: int) -> None:
        self.text = f"سررقم{'ابتثجحخ'[number % 7]}{'دذرزسش'[number % 6]} كلام{'طظعغفق'[number // 7 % 6]}"
        self.author = f"writer-{number % 12}"
        self.labels = {Flag.ABUSE: number % 2 == 0}


def test_corrections_teach_but_none_of_their_words_is_written_down(seed: Path, tmp_path: Path) -> None:
    rows = examples_of_decisions(Said(number) for number in range(LEAST_ROWS))
    settings = training.TrainSettings.quick()
    training.train(seed=seed, data=None, output=tmp_path / "new", settings=settings, decisions=rows)
    metrics = json.loads((tmp_path / "new" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["data"]["rows"][DECISIONS] > LEAST_ROWS / 2
    assert not any("سررقم" in word for word in load(tmp_path / "new").model.lexicon_words)


def test_too_few_corrections_teach_nothing() -> None:
    with pytest.raises(InvalidError) as refused:
        examples_of_decisions([Said(1)])
    assert refused.value.code == "train.few_decisions"


def test_another_engine_reads_the_sentiment_of_what_was_scored_and_nothing_else(tiny: Path) -> None:
    seen: list[list[str]] = []

    def reads(texts: Sequence[str]) -> list[str]:
        seen.append(list(texts))
        return ["positive"] * len(texts)

    plain = load(tiny)
    texts = ["رجلي يضربني", "hello there", "❤️"]
    ours, theirs = plain.classify(texts), WithMoods(plain, reads).classify(texts)
    assert seen == [texts[:1]]
    assert theirs[0].sentiment is Sentiment.POSITIVE
    assert (theirs[0].flags, theirs[0].probabilities) == (ours[0].flags, ours[0].probabilities)
    assert theirs[1:] == ours[1:]


@pytest.mark.skipif(find_spec("torch") is not None, reason="camel-tools is here in full")
def test_an_engine_that_is_not_installed_says_so() -> None:
    settings = Settings(sentiment={"engine": "camelbert"})
    with pytest.raises(ModelError) as refused:
        in_use(settings)
    assert refused.value.code == "model.camelbert"
