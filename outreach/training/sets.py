"""Public sets of labelled Arabic: where each label leads. A set that does not annotate a flag says nothing about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.arabic.letters import EMOJI_TOKENS
from outreach.states import Flag, Sentiment
from outreach.training.examples import Example, example


@dataclass(frozen=True)
class Reading:
    """What one label of one set lets us say."""

    labels: Mapping[Flag, bool]
    sentiment: Sentiment | None = None


@dataclass(frozen=True)
class Source:
    name: str
    licence: str  #: A permissive, B copyleft on the data, C research only
    read: Callable[[str], Reading | None]  #: None: the row cannot be used
    weight: float = 1.0
    distant: bool = False
    picked: bool = False  #: collected by keyword or topic: no sample of how people ordinarily talk
    limit: int | None = None  #: rows taken, evenly over the file, so that one big set does not drown the rest


_CONDUCT = (Flag.ABUSE, Flag.GENDERED_ABUSE, Flag.HATE_SPEECH)
_CLEAN = Reading(dict.fromkeys(_CONDUCT, False))
_POLITE = Reading({Flag.ABUSE: False, Flag.GENDERED_ABUSE: False})
_MOODS = {
    "positive": Sentiment.POSITIVE,
    "very_positive": Sentiment.POSITIVE,
    "neutral": Sentiment.NEUTRAL,
    "objective": Sentiment.NEUTRAL,
    "neutral_or_mixed": Sentiment.NEUTRAL,
    "negative": Sentiment.NEGATIVE,
    "very_negative": Sentiment.NEGATIVE,
}


def _mood(label: str) -> Reading | None:
    mood = _MOODS.get(label)
    return Reading({}, mood) if mood else None


def _clear_mood(label: str) -> Reading | None:
    """Neutral of these sets also holds mixed rows: only the two ends are used."""
    return _mood(label) if label in {"positive", "negative"} else None


def _offensive(label: str) -> Reading:
    """An insult, though perhaps at women as women, or at a group: of these it says nothing."""
    return _CLEAN if label in {"not_offensive", "normal", "clean"} else Reading({Flag.ABUSE: True})


def _impolite(label: str) -> Reading:
    """As `_offensive`, but the set keeps hate apart."""
    return _POLITE if label == "not_offensive" else Reading({Flag.ABUSE: True})


def _hate(label: str) -> Reading:
    return Reading({Flag.HATE_SPEECH: label == "hate"})


def _hate_or_offensive(label: str) -> Reading:
    return _CLEAN if label == "normal" else Reading({Flag.ABUSE: True})


def _hostility(label: str) -> Reading | None:
    """MLMA; `hateful` may be at women, which is another flag, so it speaks only where `mlma_ar_target` agrees."""
    if label == "normal":
        return _CLEAN
    return Reading({Flag.ABUSE: True}) if {"abusive", "disrespectful"} & set(label.split("+")) else None


def _target(label: str) -> Reading | None:
    """MLMA asks for a target of every row, so a gender target alone is no abuse: only its absence is certain."""
    return Reading({Flag.GENDERED_ABUSE: False}) if label in {"origin", "religion"} else None


def _misogyny(label: str) -> Reading:
    return Reading({Flag.GENDERED_ABUSE: label != "none"})


def _spam(label: str) -> Reading:
    return Reading({Flag.SPAM: label != "not_spam"})


def _promotion(_label: str) -> Reading:
    return Reading({Flag.SPAM: True})


def _abusive_or_hate(label: str) -> Reading | None:
    return {"normal": _CLEAN, "abusive": Reading({Flag.ABUSE: True}), "hate": Reading({Flag.HATE_SPEECH: True})}.get(
        label
    )


def _danger(label: str) -> Reading:
    return Reading({Flag.THREAT: label == "dangerous"})


#: In order of trust: where two sets hold one text, the first one's sentiment stays.
SOURCES = (
    Source("arsarcasm_v2_sentiment", "A", _mood),
    Source("ajgt_sentiment", "A", _mood),
    Source("arsen_covid_sentiment", "A", _mood),
    Source("astd_sentiment", "B", _mood, weight=0.7),
    Source("semeval2017_ar_sentiment", "A", _mood, weight=0.7),
    Source("atsad_emoji_distant_sentiment", "A", _clear_mood, weight=0.2, distant=True, limit=10_000),
    Source("alakrot_youtube_offensive", "B", _offensive),
    Source("arpufi_offensive", "B", _offensive, weight=0.7),
    Source("osact4_offensive", "A", _impolite),
    Source("osact4_hate", "A", _hate),
    Source("aref2020_sectarian_hate", "B", _hate, picked=True),
    Source("mahed2025_t1_hope_hate", "A", _hate, weight=0.7, picked=True),
    Source("mlma_ar_hostility", "A", _hostility, weight=0.5, picked=True),
    Source("mlma_ar_target", "A", _target, weight=0.5, picked=True),
    Source("saudi_alhazmi_hate", "B", _hate_or_offensive, weight=0.5, limit=10_000),
    Source("omcd_moroccan_offensive", "B", _offensive, weight=0.3, limit=8_000),
    Source("arsas_sentiment", "C", _mood),
    Source("mawqif_sentiment", "C", _mood),
    Source("sohateful_sentiment", "C", _mood),
    Source("sohateful_offensive", "C", _impolite),
    Source("sohateful_hate", "C", _hate),
    Source("sohateful_spam", "C", _spam),
    Source("alharthi_lowquality_spam", "C", _promotion, weight=0.5, picked=True, limit=5_000),
    Source("osact5_offensive", "C", _impolite),
    Source("osact5_hate", "C", _hate),
    Source("lhsab_abusive_hate", "C", _abusive_or_hate),
    Source("armi2021_misogyny_category", "C", _misogyny, picked=True),
    Source("dangerous_threats", "C", _danger, picked=True),
)

#: Iraqi talk that nobody labelled. Most of it may not be trained on; how much of it a model raises is worth knowing.
UNLABELLED = Source("iraqi_unlabelled", "C", lambda _label: Reading({}))

# Masks of the published sets, and what they stand for here.
_MASKS = re.compile(r"(?<![A-Za-z])(?:@?<?\[?(?:USER|URL|NUM|user|url)\]?>?)(?![A-Za-z])")
_EMOJI = re.compile("[" + "".join(map(chr, sorted(EMOJI_TOKENS))) + "]")


def read_sets(folder: Path, *, licences: frozenset[str]) -> list[Example]:
    """Rows of every known set that lies in `folder` and whose licence class is allowed; absent sets are skipped."""
    chosen = [source for source in SOURCES if source.licence in licences]
    return [row for source in chosen for row in _read(source, folder / "sets" / f"{source.name}.tsv")]


def read_unlabelled(folder: Path) -> list[Example]:
    return [*_read(UNLABELLED, folder / "sets" / f"{UNLABELLED.name}.tsv")]


def _read(source: Source, path: Path) -> Iterator[Example]:
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    step = max(1, len(lines) // source.limit) if source.limit else 1
    for line in lines[::step]:
        text, _, rest = line.partition("\t")
        label, _, dialect = (*rest.split("\t"), "", "")[:3]
        reading = source.read(label.strip()) if rest else None
        if reading and text.strip():
            yield _example(source, text, reading, dialect=dialect.strip())


def _example(source: Source, text: str, reading: Reading, *, dialect: str) -> Example:
    plain = _MASKS.sub(_unmasked, text)
    if source.distant:
        plain = _EMOJI.sub(" ", plain)
    return example(
        plain,
        source=source.name,
        labels=reading.labels,
        sentiment=reading.sentiment,
        weight=source.weight,
        distant=source.distant,
        dialect=dialect,
    )


def _unmasked(match: re.Match[str]) -> str:
    name = match.group().lower()
    return " link " if "url" in name else " number " if "num" in name else " mention "
