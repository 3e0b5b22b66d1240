"""The model card: what the model is for, what it learned from, what it cannot do, all figures as measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from outreach.states import Flag
from outreach.training.sets import SOURCES

_TEMPLATE = """# Model card: {name}

Sentiment and fifteen safeguarding flags for Arabic comments (Iraqi first, MSA, other dialects, Arabizi) under the
pages of a programme against violence against women. Linear models on hashed character and word n-grams, pairs of word
classes and the mean word vector of a comment, the vectors learned from our own training texts; beside them one small
hidden layer on that mean vector, for sentiment, insults, hate, abuse of women and for "any serious flag", a head of its
own that opens the review. Above them all a second small network reads what the heads say together and how long the
comment is; it learned from what they said of comments that they had not seen. Nothing in it can write, reply or decide.

## Intended use

To order a queue that people read. A flag means "look at this first"; its absence means nothing and never closes a
comment. Nothing is written to Meta because of a score: people decide.
Not for: judging a person, searching for survivors, statistics on violence, moderation without a person.

## Before go-live

A safeguarding focal point and a native speaker from Basra must read 200 real comments with the model's flags beside
them, and agree the thresholds; the PSEA focal point must do so for `staff_misconduct`; somebody who answers for data
protection must agree that comments are scored at all.

## Data

Licence classes used: {licences}. A permissive, B copyleft on the data (rows never shipped), C research only.

| set | class | rows used |
|---|---|---|
{sources}

A set that does not annotate a flag says nothing about it: its rows are then neither positive nor negative. Copies are
merged across sets by their letters alone; near-copies, and all comments of one voice of our own set, stay on one side
of every split. Emoji labels are distant: their rows count a fifth and are read without emoji.
{background}
## Figures, held out

On our own comments, split by voice (a voice is one writer's imagined person; the same few hands wrote all of them,
so these figures are kinder than strangers will be):

| flag | positives | recall at review | seen for any S0–S1 flag | precision | PR-AUC | recall at alert |
|---|---|---|---|---|---|---|
{flags}

Of all our own comments with an S0–S1 flag, {seen} go to review for one.

Load on ordinary comments. "Real" are comments of public sets that were not collected by keyword and that
no label calls abusive (insults that nobody labelled are among them); "own" are ours without any flag, many written as
traps:

| | real ({real_rows}) | own ({seed_rows}) |
|---|---|---|
| review for S0–S1 | {real_serious} | {seed_serious} |
| review for any flag | {real_any} | {seed_any} |
| alert (S0 and child_at_risk) | {real_alert} | {seed_alert} |

{unlabelled}{strangers}{checked}Sentiment, macro-F1 (accuracy): {sentiment}
{unseen}
All figures per flag and per set: `metrics.json`.

## Limits

* Precision above is on our own mix, where flags are common. On a real page they are rare, and most alarms are false.
* Words carry it, not meaning: an ashamed, roundabout disclosure without any of the usual words is often missed.
* Quotation, irony and reported speech are read as plain speech.
* Dialects far from Iraq, Kurdish-accented and very short comments are weaker. English and other languages are not
  scored and say so. Pictures, voice and video are not read.
* Public sets carry their makers' bias: names of groups raise `hate_speech` and `abuse` more than they should.
"""


def card(
    name: str,
    *,
    licences: Sequence[str],
    metrics: Mapping[str, Any],
    background: float,
    background_rows: int,
    checked: str = "",
) -> str:
    """`checked`: what people found who read a sample of what the model raises."""
    load = metrics["load"]
    return _TEMPLATE.format(
        name=name,
        licences=", ".join(licences) or "none (our own comments only)",
        sources="\n".join(_sources(metrics["data"]["rows"])),
        background=_background(background, background_rows),
        flags="\n".join(
            _flag_row(flag, metrics["flags"][flag.value].get("seed", {}), metrics["seen"]) for flag in Flag
        ),
        seen=_percent(metrics["seen"]["any_s0_s1"]),
        sentiment="; ".join(
            f"{source} {found['macro_f1']:.3f} ({found['accuracy']:.3f})"
            for source, found in metrics["sentiment"].items()
        ),
        **{
            f"{pool}_{short}": _percent(load[pool].get(long))
            for pool in ("real", "seed")
            for short, long in (("serious", "review_s0_s1"), ("any", "review_any"), ("alert", "alert"))
        },
        unseen=_unseen(metrics.get("unseen", {})),
        unlabelled=_unlabelled(metrics.get("unlabelled", {})),
        strangers=_strangers(metrics.get("strangers", {})),
        checked=f"{checked.strip()}\n\n" if checked.strip() else "",
        real_rows=load["real"]["rows"],
        seed_rows=load["seed"]["rows"],
    )


def _unlabelled(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    serious, anything, alert = (_percent(found[name]) for name in ("review_s0_s1", "review_any", "alert"))
    return (
        f"Of {found['rows']} Iraqi texts that it never saw, most of them tweets on anything at all and none labelled,\n"
        f"{serious} go to review for S0–S1, {anything} for any flag, and {alert} would page.\n\n"
    )


_STRANGERS = """Comments that two others wrote for these flags, who had seen none of ours ({rows}; of {ordinary}
ordinary ones about half are traps). No weight and no threshold comes from them. Of {serious} with an S0–S1 flag,
{found} go to review for one, and so do {review_s0_s1} of the ordinary ones ({review_any} for any flag). With 5 % of
these ordinary comments in review it would be {found_at_budget}.

| flag | positives | recall at review | seen for any S0–S1 flag | precision | PR-AUC |
|---|---|---|---|---|---|
{flags}

Sentiment as they labelled it: accuracy {sentiment_accuracy}.

"""
_SHARES = ("found", "review_s0_s1", "review_any", "found_at_budget", "sentiment_accuracy")
_COLUMNS = ("recall", "seen", "precision", "pr_auc")


def _strangers(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    flags = "\n".join(
        " | ".join([f"| {flag}", str(one["positives"]), *(_number(one[name]) for name in _COLUMNS)]) + " |"
        for flag, one in found["flags"].items()
    )
    return _STRANGERS.format(**{**found, **{name: _percent(found[name]) for name in _SHARES}, "flags": flags})


_UNSEEN = ("macro_f1", "recall", "pr_auc")


def _unseen(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Whole sources of the licence classes that the model did not train on: the honest figure."""
    if not found:
        return ""
    lines = [
        " | ".join([f"| {source}", what, str(figures["rows"]), *(_number(figures.get(name)) for name in _UNSEEN)])
        + " |"
        for source, kinds in found.items()
        for what, figures in kinds.items()
    ]
    return (
        "\nWhole sources that it never saw, at the shipped thresholds (their makers' idea of a label is often wider\n"
        "than ours, and most were collected by keyword):\n\n"
        "| set | figure for | rows | macro-F1 | recall | PR-AUC |\n|---|---|---|---|---|---|\n"
        + "\n".join(lines)
        + "\n"
    )


def _background(weight: float, rows: int) -> str:
    if not weight:
        return ""
    return (
        f"Up to {rows:,} comments of public sets also stand in, unlabelled, as background for flags that none of their "
        f"sets annotates: weight {weight:g} each. That is an assumption, not a label: of 120 such comments read one by "
        "one, none held an S0–S1 flag. Nothing is measured on them but load.\n"
    )


def _sources(rows: Mapping[str, int]) -> list[str]:
    classes = {source.name: source.licence for source in SOURCES} | {"seed": "ours"}
    return [f"| {name} | {classes.get(name, '?')} | {count} |" for name, count in rows.items()]


def _flag_row(flag: Flag, found: Mapping[str, Any], seen: Mapping[str, float | None]) -> str:
    review, alert = found.get("review", {}), found.get("alert", {})
    cells = [review.get("recall"), seen.get(flag), review.get("precision"), found.get("pr_auc"), alert.get("recall")]
    return " | ".join([f"| {flag.value}", str(found.get("positives", 0)), *map(_number, cells)]) + " |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
