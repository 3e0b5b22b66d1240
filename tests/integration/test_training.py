"""Training from files to folder, and scoring that says what scikit-learn says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import training
from outreach.arabic import normalised_text
from outreach.classifier import load
from outreach.classifier.explaining import shares, word_weights
from outreach.classifier.predicting import probabilities
from outreach.classifier.reading import Batch, Reading
from outreach.classifier.scoring import heads
from outreach.classifier.weights import Model, read_model
from outreach.classifier.words import LEXICON
from outreach.errors import InvalidError, ModelError
from outreach.settings import Settings
from outreach.states import Flag, ScoreStatus, Sentiment
from outreach.training import running
from outreach.training.combining import signals
from outreach.training.examples import SEED, Example, key, merged
from outreach.training.fitting import HEADS, SERIOUS, folds_of
from outreach.training.seed import read_seed
from outreach.training.sets import SOURCES, read_sets
from tests.seeds import SEEDS, write_part

PROJECT = Path(__file__).parents[2]
QUICK = training.TrainSettings.quick()


def _shared_data() -> Path | None:
    """Public sets lie beside the checkout of whoever has them; nobody needs them to run the tests."""
    folder = PROJECT.parent / "shared" / "data"
    return folder if (folder / "sets").is_dir() else None


@pytest.fixture(scope="module")
def small_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With comments of strangers beside it."""
    folder = tmp_path_factory.mktemp("data") / "seed"
    for part in (folder, folder.with_name("strangers")):
        part.mkdir()
    rows = [
        "اخوي هددني اليوم بالسچين\timminent_danger\tnegative\tone",
        "ماكو امان لا بالبيت ولا بالشارع\t\tnegative\ttwo",
        "شكرا على الورشة\t\tpositive\tthree",
    ]
    text = "\n".join(["text\tflags\tsentiment\tvoice", *rows])
    (folder.with_name("strangers") / "few.tsv").write_text(text, encoding="utf-8")
    return write_part(folder, rows=2000)


@pytest.fixture(scope="module")
def fitted(small_seed: Path) -> running.Fitted:
    return running.learn(running.examples_of(seed=small_seed, data=None, licences=()), QUICK)


@pytest.fixture(scope="module")
def folder(small_seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("models") / "tiny"
    training.train(seed=small_seed, data=None, output=output, settings=QUICK)
    return output


def test_scoring_gives_the_probabilities_of_scikit_learn(fitted: running.Fitted, folder: Path) -> None:
    odd = ["", "ا", "phone", "رجلي " * 300, "يضربني" * 40, "laugh laugh", "حب؟ حب!", "a b c 1 2 3"]
    texts = [*(row.text for row in fitted.examples), *odd]
    features = fitted.features
    plain = [*map(normalised_text, texts)]
    heads = fitted.learned.margins(features.condensed(features.transform(plain)))
    expected = fitted.combiner.margins(signals(heads, plain))
    found = load(folder).probabilities(texts)
    flags = np.column_stack([found.flags, found.any_serious])
    assert np.abs(found.moods - fitted.calibration.moods(expected)).max() < 1e-5
    assert np.abs(flags - fitted.calibration.flags(expected)).max() < 1e-5


def test_the_same_data_give_the_same_files(small_seed: Path, folder: Path, tmp_path: Path) -> None:
    training.train(seed=small_seed, data=None, output=tmp_path / "tiny", settings=QUICK)
    for name in ("weights.npz", "model.json", "metrics.json", "card.md"):
        assert (tmp_path / "tiny" / name).read_bytes() == (folder / name).read_bytes()


def test_a_model_folder_says_what_it_is(folder: Path) -> None:
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["version"] == load(folder).version
    for flag in Flag:
        review = metrics["flags"][flag]["seed"]["review"]
        assert {"recall", "precision", "false_alarms", "threshold"} <= set(review)
        assert ("alert" in metrics["flags"][flag]["seed"]) == (
            flag in {Flag.IMMINENT_DANGER, Flag.SELF_HARM, Flag.CHILD_AT_RISK}
        )
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert "Before go-live" in card
    assert all(flag in card for flag in Flag)


def test_what_strangers_wrote_is_judged_and_never_learned(
    fitted: running.Fitted, small_seed: Path, folder: Path
) -> None:
    found = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["strangers"]
    assert (found["rows"], found["serious"], found["ordinary"]) == (3, 1, 2)
    classifier = load(folder)
    theirs = [row.text for row in read_seed(small_seed.with_name("strangers"))]
    raised = [bool(set(one.flags) & set(SERIOUS)) for one in classifier.classify(theirs)]
    assert found["found"] == raised[0]
    assert found["review_s0_s1"] == pytest.approx(sum(raised[1:]) / 2)
    assert set(found["flags"]) == {Flag.IMMINENT_DANGER}
    assert {key(text) for text in theirs}.isdisjoint(key(row.text) for row in fitted.examples)
    assert "who had seen none of ours (3;" in (folder / "card.md").read_text(encoding="utf-8")


def test_words_share_out_the_whole_margin_of_a_comment(folder: Path) -> None:
    """Hidden units and all: around a comment what they add is a sum of its words too."""
    reading = Reading(read_model(folder))
    parts = normalised_text("رجلي يضربني كل يوم واني خايفه على جهالي 😢").split()
    raw = heads(reading, reading.read([" ".join(parts)]))[0]
    layers = reading.model.vectored
    vectors = shares(reading.words.rows[[reading.words.number(part) for part in parts], LEXICON])
    mean = vectors.sum(axis=0)
    rest = layers.margins(mean[None])[0] - mean @ layers.slope(mean)
    assert word_weights(reading, parts).sum(axis=0) + reading.model.bias + rest == pytest.approx(raw, abs=1e-4)


@pytest.mark.parametrize("name", ["weights.npz", "model.json"])
def test_a_damaged_model_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "tiny")
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(ModelError):
        load(copy)


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load(tmp_path / "none")


def test_a_threshold_changed_by_hand_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "tiny")
    facts = json.loads((copy / "model.json").read_text(encoding="utf-8"))
    facts["thresholds"]["self_harm"]["review"] = 0.99
    (copy / "model.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(ModelError):
        load(copy)


def test_scoring_loads_neither_scikit_learn_nor_scipy(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from outreach.classifier import load; "
        "load(Path(sys.argv[1])).classify(['شلونكم']); "
        "sys.exit(any(name.split('.')[0] in {'sklearn', 'scipy', 'torch'} for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=PROJECT, check=False)
    assert done.returncode == 0


def test_what_can_be_scored_has_all_probabilities(folder: Path) -> None:
    prediction = load(folder).classify(["شلونكم اليوم شنو اخباركم"])[0]
    assert prediction.status is ScoreStatus.SCORED
    assert prediction.reason is None
    assert prediction.probabilities is not None
    assert prediction.sentiment_probabilities is not None
    assert set(prediction.probabilities) == set(Flag)
    assert set(prediction.sentiment_probabilities) == set(Sentiment)
    assert sum(prediction.sentiment_probabilities.values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "attachment", "status", "reason", "sentiment"),
    [
        ("", False, ScoreStatus.NOTHING_TO_SCORE, "nothing_to_score", Sentiment.NEUTRAL),
        ("❤️❤️", False, ScoreStatus.NOTHING_TO_SCORE, "nothing_to_score", Sentiment.POSITIVE),
        ("😡😡😂", False, ScoreStatus.NOTHING_TO_SCORE, "nothing_to_score", Sentiment.NEGATIVE),
        (
            "@friend https://example.org #حملة",
            False,
            ScoreStatus.NOTHING_TO_SCORE,
            "nothing_to_score",
            Sentiment.NEUTRAL,
        ),
        ("", True, ScoreStatus.NOT_SCORED, "attachment", None),
        ("please help me", False, ScoreStatus.NOT_SCORED, "language_english", None),
        ("دەستتان خۆش بێت بۆ ئەم کارە", False, ScoreStatus.NOT_SCORED, "language_other", None),
    ],
)
def test_what_cannot_be_scored_says_why(
    folder: Path, text: str, attachment: bool, status: ScoreStatus, reason: str, sentiment: Sentiment | None
) -> None:
    prediction = load(folder).classify([text], attachments=[attachment])[0]
    assert (prediction.status, prediction.reason, prediction.sentiment) == (status, reason, sentiment)
    assert prediction.probabilities is None
    assert prediction.flags == ()


def test_words_beside_a_picture_are_scored_and_the_picture_still_waits_for_a_person(folder: Path) -> None:
    prediction = load(folder).classify(["رقمها 0770 000 0000"], attachments=[True])[0]
    assert prediction.status is ScoreStatus.NOT_SCORED
    assert prediction.reason == "attachment"
    assert {Flag.EXPOSED_PERSONAL_DATA, Flag.SPAM} & set(prediction.flags)


@pytest.mark.parametrize("text", ["٠٧٧٠ ٠٠٠ ٠٠٠٠", "هذا رقم بيتهم 07700000000"])
def test_a_mobile_number_is_exposed_data_whatever_the_model_thinks(folder: Path, text: str) -> None:
    prediction = load(folder).classify([text])[0]
    assert prediction.status is ScoreStatus.SCORED
    assert {Flag.EXPOSED_PERSONAL_DATA, Flag.SPAM} & set(prediction.flags)


def test_one_text_that_breaks_scoring_costs_no_other_its_score(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.classifier import reading

    whole = reading.words_alone

    def breaking(token: str) -> tuple[str, ...] | None:
        if token == "انكسر":
            raise RuntimeError
        return whole(token)

    monkeypatch.setattr(reading, "words_alone", breaking)
    statuses = [(one.status, one.reason) for one in load(folder).classify(["شلونكم", "انكسر", "زين"])]
    assert statuses == [
        (ScoreStatus.SCORED, None),
        (ScoreStatus.NOT_SCORED, "error"),
        (ScoreStatus.SCORED, None),
    ]


def test_spans_lie_inside_the_text_and_belong_to_raised_flags(fitted: running.Fitted, folder: Path) -> None:
    classifier = load(folder)
    texts = [f"  {row.text}…  " for row in fitted.examples[:200]]
    raised = 0
    for text, prediction in zip(texts, classifier.classify(texts), strict=True):
        assert set(prediction.spans) == set(prediction.flags)
        for spans in prediction.spans.values():
            raised += len(spans)
            assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end in spans)
    assert raised


def test_a_batch_scores_as_its_comments_do_alone(fitted: running.Fitted, folder: Path) -> None:
    classifier = load(folder)
    texts = [row.text for row in fitted.examples[:40]]
    for one, prediction in zip(texts, classifier.classify(texts), strict=True):
        alone = classifier.classify([one])[0]
        assert (alone.flags, alone.sentiment, alone.spans) == (prediction.flags, prediction.sentiment, prediction.spans)


def test_texts_are_read_as_normalising_spells_them(folder: Path) -> None:
    """Token by token where that is the same, whole where it is not: nobody can tell which."""
    reading = Reading(read_model(folder))
    texts = [row.text for row in read_seed(SEEDS)] + [
        "ا ب ت ز ا ز", "ا.ب.ت ث", "07 70 000 0000", "رقمي ٠٧٧٠", "صفر سبعة", "شكرااااا ❤️❤️", "ههههه", "@x زين",
        "#وسم كلام", "is it زين", "وين؟شلون", "(والله)", "ـــ", "", "?!", "گلت ما گلت ما", "حلو،والله",
        "يضـ.ـربني", "1 2 3 اربعه",
    ]  # fmt: skip
    batch = reading.read(texts)
    assert _spelled(reading, batch) == [normalised_text(texts[at]).split() for at in batch.order]
    assert 0 < len(batch.odd) < len(texts) / 2


@cache
def _shipped() -> Model:
    return read_model(PROJECT / "models" / Settings.model_fields["model"].default)


def _spelled(reading: Reading, batch: Batch) -> list[list[str]]:
    names = {number: word for word, number in reading.words.numbers.items()}
    parts = np.split(batch.words, np.cumsum(batch.sizes)[:-1])
    return [[names[int(number)] for number in part] for part in parts]


_ODD_LETTERS = st.text(st.sampled_from("ابه وي صفر07٠گ❤️🙂ء؟!.*-_|'لlo@#\u200c\u064b😂خ5"), max_size=25)


@given(st.lists(_ODD_LETTERS, min_size=1, max_size=6))
def test_any_text_is_read_as_normalising_spells_it(texts: list[str]) -> None:
    reading = Reading(_shipped())
    batch = reading.read(texts)
    assert _spelled(reading, batch) == [normalised_text(texts[at]).split() for at in batch.order]


def test_words_are_forgotten_before_memory_runs_out(folder: Path) -> None:
    """More words than there is room for give the same probabilities as a fresh start."""
    reading = Reading(read_model(folder))
    reading._start(64)
    texts = [row.text for row in read_seed(SEEDS)[:40]]
    small = probabilities(reading, texts)
    assert np.abs(small.flags - load(folder).probabilities(texts).flags).max() < 1e-6


def test_no_voice_is_on_both_sides_of_a_split(fitted: running.Fitted) -> None:
    folds = folds_of(fitted.examples, 5)
    sides: dict[str, set[int]] = {}
    for row, fold in zip(fitted.examples, folds, strict=True):
        sides.setdefault(row.group, set()).add(int(fold))
    assert all(len(found) == 1 for found in sides.values())
    assert len(set(folds.tolist())) == 5


def test_copies_are_one_row_and_sources_that_disagree_leave_a_flag_unknown() -> None:
    def row(text: str, source: str, **known: object) -> Example:
        return Example(text, source, text, **known)  # type: ignore[arg-type]

    rows = merged(
        [
            row("هاي جمله", "first", labels={Flag.ABUSE: True, Flag.HATE_SPEECH: False}),
            row("هاي جمله !", "second", labels={Flag.ABUSE: False, Flag.SPAM: True}, sentiment=Sentiment.NEGATIVE),
            row("غير جمله", "second", labels={Flag.ABUSE: False}),
        ]
    )
    assert len(rows) == 2
    assert rows[0].labels == {Flag.HATE_SPEECH: False, Flag.SPAM: True}
    assert rows[0].sentiment is Sentiment.NEGATIVE


def test_our_own_labels_stand_against_a_public_copy() -> None:
    own = Example("هاي جمله", SEED, "voice", dict.fromkeys(Flag, False), Sentiment.NEUTRAL)
    public = Example("هاي جمله", "set", "group", {Flag.ABUSE: True}, Sentiment.NEGATIVE)
    assert merged([own, public]) == [own]


def test_a_wrong_seed_row_is_named_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text(
        "text\tflags\tsentiment\tvoice\nزين\tno_such_flag\tneutral\tv\n", encoding="utf-8"
    )
    with pytest.raises(InvalidError) as caught:
        read_seed(tmp_path)
    assert caught.value.params == {"file": "bad.tsv", "line": 2}


def test_an_unknown_licence_class_is_refused(small_seed: Path) -> None:
    with pytest.raises(InvalidError):
        running.examples_of(seed=small_seed, data=None, licences=("D",))


def test_public_sets_speak_only_of_what_they_annotate(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "osact4_hate.tsv").write_text(
        "text\tlabel\tsplit\tdialect\nاي كلام\thate\ttrain\t\nكلام ثاني\tnot_hate\ttrain\t\n", encoding="utf-8"
    )
    (tmp_path / "sets" / "sohateful_spam.tsv").write_text("text\tlabel\nاعلان\tspam_ad\n", encoding="utf-8")
    permitted = read_sets(tmp_path, licences=frozenset("AB"))
    assert [dict(row.labels) for row in permitted] == [{Flag.HATE_SPEECH: True}, {Flag.HATE_SPEECH: False}]
    everything = read_sets(tmp_path, licences=frozenset("ABC"))
    assert dict(everything[-1].labels) == {Flag.SPAM: True}


@pytest.mark.skipif(_shared_data() is None, reason="public sets are not here")
def test_every_public_set_that_we_read_is_there_and_gives_rows() -> None:
    data = _shared_data()
    assert data is not None
    assert all((data / "sets" / f"{source.name}.tsv").exists() for source in SOURCES)


def test_heads_are_in_the_order_that_the_model_file_promises() -> None:
    assert (*Sentiment, *Flag) == HEADS


def test_our_own_comments_cover_every_flag_and_every_sentiment() -> None:
    rows = read_seed(SEEDS)
    assert all(any(row.labels[flag] for row in rows) for flag in Flag)
    assert {row.sentiment for row in rows} == set(Sentiment)
