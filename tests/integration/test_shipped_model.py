"""The model that ships: its budgets as measured, and a handful of comments that no version may get wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outreach.classifier import Classifier, load
from outreach.settings import Settings
from outreach.states import Flag, ScoreStatus, Sentiment

FOLDER = Path(__file__).parents[2] / "models" / Settings.model_fields["model"].default


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load(FOLDER)


@pytest.fixture(scope="module")
def metrics() -> dict[str, dict[str, dict[str, float]]]:
    return json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("حابسيني بالغرفة وأخوي گايل الليلة يذبحني", Flag.IMMINENT_DANGER),
        ("اريد انتحر ما بقى عندي شي", Flag.SELF_HARM),
        ("أختي عمرها ١٣ ويريدون يزوجوها غصب", Flag.CHILD_AT_RISK),
        ("زوجي كل يوم يضربني وما اعرف وين اروح", Flag.SURVIVOR_DISCLOSURE),
        ("جارتنا رجلها يضربها كل يوم ونسمع صياحها", Flag.THIRD_PARTY_DISCLOSURE),
        ("ابوي يريد يزوجني غصب لابن عمي", Flag.FORCED_MARRIAGE),
        ("واحد مهكر حسابي ويهددني ينشر صوري", Flag.BLACKMAIL),
        ("موظف من عدكم طلب مني أطلع وياه حتى يسجل اسمي", Flag.STAFF_MISCONDUCT),
        ("هذا رقمي 0770 000 0000 ساعدوني", Flag.EXPOSED_PERSONAL_DATA),
        ("شلون أتواصل وياكم؟ أريد محامية", Flag.HELP_SEEKING),
        ("نعرف وين دوامكم وراح نحرگ المكتب", Flag.THREAT),
        ("كله من لبسها لو محترمة ما صار بيها شي", Flag.GENDERED_ABUSE),
        ("انتم كلاب وحمير", Flag.ABUSE),
        ("تابعوني على قناتي واربحوا جوائز", Flag.SPAM),
        ("ا ب ت ز ا ز يهددني بصوري", Flag.BLACKMAIL),  # spaced out
        ("rajli ydhrbni kul yom sa3dooni", Flag.SURVIVOR_DISCLOSURE),  # in Latin letters
        ("زو*جي يضـ.ـربني كل يوووم", Flag.SURVIVOR_DISCLOSURE),  # starred, drawn out
    ],
)
def test_plain_cases_are_raised(classifier: Classifier, text: str, flag: Flag) -> None:
    assert flag in classifier.classify([text])[0].flags


@pytest.mark.parametrize(
    "text",
    [
        "أموت عليكم والله",
        "أموت عليك حبيبي",
        "ذبحتني بضحكتك ههههه",
        "الفلم البارحة قتلوا البطل بالنهاية هههه",
        "يا حسين يا مظلوم",
        "لا للنهوة",
        "شوكت موعد الورشة الجاية؟",
        "عاشت ايدكم الله يوفقكم",
    ],
)
def test_sayings_and_ordinary_talk_are_not(classifier: Classifier, text: str) -> None:
    prediction = classifier.classify([text])[0]
    assert prediction.status is ScoreStatus.SCORED
    assert not {Flag.IMMINENT_DANGER, Flag.SELF_HARM, Flag.THREAT} & set(prediction.flags)
    assert prediction.alerts == ()


@pytest.mark.parametrize("text", ["الامتحان راح يذبحني", "امي تذبحني اذا تأخرت ههههه", "والله متت من الضحك"])
def test_exaggeration_pages_nobody(classifier: Classifier, text: str) -> None:
    assert classifier.classify([text])[0].alerts == ()


def test_thanks_and_questions_and_insults_have_their_sentiment(classifier: Classifier) -> None:
    texts = ["شكرا الكم على هالشغل الحلو", "شوكت موعد الورشة الجاية؟", "انتم كلاب وحمير"]
    moods = [prediction.sentiment for prediction in classifier.classify(texts)]
    assert moods == [Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE]


def test_it_keeps_to_its_budgets_of_ordinary_comments(metrics: dict[str, dict[str, dict[str, float]]]) -> None:
    real = metrics["load"]["real"]
    assert real["rows"] > 10_000
    assert real["review_s0_s1"] <= 0.05
    assert real["alert"] <= 0.005


def test_it_is_small(classifier: Classifier) -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 25 * 2**20
    assert classifier.version.startswith(FOLDER.name)
