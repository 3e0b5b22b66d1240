"""What people write: a bank of comments (comments.tsv) and the noise of real spelling, so that lines rarely repeat."""

from __future__ import annotations

import csv
import random
import re
from functools import cache
from importlib import resources
from pathlib import Path

from outreach.errors import InvalidError
from outreach.sandbox.objects import Author
from outreach.states import Flag

#: How often people say what, among comments without a flag.
ORDINARY = {
    "support": 18,
    "question": 16,
    "thanks": 13,
    "opinion": 12,
    "emoji": 9,
    "event": 8,
    "criticism": 8,
    "joke": 8,
    "tag": 7,
    "prayer": 7,
    "msa": 6,
    "sarcasm": 5,
    "arabizi": 4,
    "english": 3,
}
ANSWERS = ("reply", "thanks_back")
PLACES = ("الزبير", "ابو الخصيب", "التنومة", "القرنة", "العشار", "الجمعيات", "حي الحسين", "الهارثة", "المعقل", "الفاو",
          "شط العرب", "المدينة", "القبلة", "حي الجزائر")  # fmt: skip
DAYS = ("السبت", "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس")
LATIN_DAYS = ("elsabit", "ela7ad", "elthnein", "elarba3a", "el5amees")
GROUPS = ("الغربية", "الشمال", "الجنوب", "الريف")
OPENERS = ("السلام عليكم، ", "هلو، ", "مساء الخير ", "صباح الخير، ", "بصراحة ", "والله ", "يا جماعة ", "عفوا، ")
CLOSERS = (" ❤️", " 🌹", " 👏", " 👏👏", " 🙏", " 💪", " ..", " !!", " 🤍", " 💐")
LAUGHS = (" 😂", " 😂😂", " ههههه", " 🤣")
SORROWS = (" 💔", " 😔", " ...", " 😢", "..")
FIRST = (
    "زهراء",
    "نور",
    "زينب",
    "فاطمة",
    "رقية",
    "هبة",
    "شهد",
    "مريم",
    "اسراء",
    "دعاء",
    "سارة",
    "بتول",
    "حوراء",
    "آيات",
    "رسل",
    "علي",
    "حسين",
    "مصطفى",
    "كرار",
    "احمد",
    "عباس",
    "حيدر",
    "محمد",
    "جاسم",
    "سجاد",
    "مرتضى",
    "ليث",
    "عمر",
    "يوسف",
)
SECOND = ("علي", "حسن", "كاظم", "عبد", "سالم", "ناصر", "كريم", "هاشم", "جبار", "صباح", "رحيم", "فالح", "جواد", "مهدي",
          "عبد الله", "شاكر", "محسن")  # fmt: skip
NICKNAMES = ("ام علي", "ابو كرار", "بنت البصرة", "وردة الجوري", "ام زينب", "ابو حسين", "نسمة الفجر", "ابن الفيحاء",
             "حلم هادئ", "ام البنات", "طالبة سادس", "شط العرب", "نخلة البرحي", "محد يدري")  # fmt: skip
LATIN = (
    "zahraa",
    "noor",
    "zainab",
    "fatima",
    "ruqaya",
    "hiba",
    "shahad",
    "maryam",
    "ali",
    "hussein",
    "mustafa",
    "karrar",
    "ahmed",
    "haider",
    "sajad",
    "laith",
    "um_ali",
    "basra",
    "fayhaa",
    "ward",
)
_STRETCH = re.compile(r"[اوي](?=\w?\b)")  # people stretch the end of a word
_WORD = re.compile(
    r"\b(?!\w*(?:لله|محمد))[^\W\d_]{5,}\b"
)  # long enough to slip in; names that nobody plays with are left out
MUTE = frozenset(
    {Flag.ABUSE, Flag.GENDERED_ABUSE, Flag.HATE_SPEECH, Flag.THREAT, Flag.SPAM, Flag.EXPOSED_PERSONAL_DATA}
)
_LETTER = re.compile(r"[؀-ۿ]")


@cache
def bank() -> dict[str, tuple[str, ...]]:
    """Lines by kind; a kind is `support`, `question`, …, or flags joined with `+`."""
    text = resources.files("outreach.sandbox").joinpath("comments.tsv").read_text(encoding="utf-8")
    lines: dict[str, list[str]] = {}
    for row in text.splitlines()[1:]:
        line, _, kind = row.partition("\t")
        lines.setdefault(kind, []).append(line)
    return {kind: tuple(found) for kind, found in lines.items()}


def flags_of(kind: str) -> frozenset[Flag]:
    names = {flag.value for flag in Flag}
    return frozenset(Flag(part) for part in kind.split("+") if part in names)


@cache
def _flagged() -> tuple[tuple[str, str], ...]:
    """(line, kind) of every line that carries a flag; conduct is more common than the rest, so it stands twice."""
    common = {"abuse", "gendered_abuse", "spam", "help_seeking"}
    pairs = [(line, kind) for kind, lines in bank().items() if flags_of(kind) for line in lines]
    return tuple(pairs + [pair for pair in pairs if pair[1] in common])


def chance(dice: random.Random, share: float) -> bool:
    return dice.random() < share


def say(dice: random.Random, *, ordinary_share: float) -> tuple[str, str]:
    """One comment and its kind."""
    if chance(dice, ordinary_share):
        kind = dice.choices(list(ORDINARY), weights=list(ORDINARY.values()))[0]
        return dress(dice, dice.choice(bank()[kind]), kind), kind
    line, kind = dice.choice(_flagged())
    return dress(dice, line, kind), kind


def person(dice: random.Random, number: int) -> Author:
    full = f"{dice.choice(FIRST)} {dice.choice(SECOND)}"
    name = full if chance(dice, 0.75) else dice.choice(NICKNAMES)
    handle = f"{dice.choice(LATIN)}{dice.choice(('.', '_', ''))}{dice.choice(LATIN)}{dice.randrange(1, 999)}"
    return Author(str(24_000_000_000_000_000 + number * 7_919), name, handle)


def answer(dice: random.Random, kind: str) -> str:
    return dress(dice, dice.choice(bank()[kind]), kind)


def dress(dice: random.Random, line: str, kind: str) -> str:
    """Fill the places, then write as people write: openers, emoji, stretched letters, loose spelling."""
    text = _filled(dice, line)
    if kind == "emoji":
        return text * dice.choice((1, 1, 1, 2))
    if not _LETTER.search(text):
        return text if chance(dice, 0.5) else text.lower() + dice.choice((" ❤️", " 🌹", "!!", ""))
    if flags := flags_of(kind):
        text += dice.choice(SORROWS) if chance(dice, 0.15) and MUTE.isdisjoint(flags) else ""
    else:
        text = (dice.choice(OPENERS) if chance(dice, 0.15) and kind != "tag" else "") + text
        text += dice.choice(LAUGHS if kind == "joke" else CLOSERS) if chance(dice, 0.3) else ""
        text = _slipped(dice, text) if chance(dice, 0.05) else text  # a slip could change what a flagged line says
    return misspell(dice, text)


def _filled(dice: random.Random, line: str) -> str:
    values = {"{hay}": PLACES, "{day}": DAYS, "{day_latin}": LATIN_DAYS, "{group}": GROUPS}
    for mark, choices in values.items():
        line = line.replace(mark, dice.choice(choices))
    while "{tag}" in line:
        line = line.replace("{tag}", "@" + dice.choice(LATIN) + str(dice.randrange(10, 99)), 1)
    return line


def misspell(dice: random.Random, text: str) -> str:
    """Keeps digits as they are: numbers must stay what the bank wrote."""
    loose = (
        ("أ", "ا"),
        ("إ", "ا"),
        ("آ", "ا"),
        ("ى", "ي"),
        ("ة", "ه"),
        ("گ", "ك"),
        ("چ", "ج"),
        ("؟", ""),
        ("،", " "),
        ("ئ", "ي"),
    )
    for letter, other in loose:
        if letter in text and chance(dice, 0.22):
            text = text.replace(letter, other)
    if chance(dice, 0.14):
        text = _stretched(dice, text)
    return " ".join(text.split())


def _stretched(dice: random.Random, text: str) -> str:
    spots = [match.start() for match in _STRETCH.finditer(text)]
    if not spots:
        return text
    at = dice.choice(spots)
    return text[:at] + text[at] * dice.randrange(2, 6) + text[at + 1 :]


def _slipped(dice: random.Random, text: str) -> str:
    """Two letters of one word in the wrong order."""
    found = list(_WORD.finditer(text))
    if not found:
        return text
    word = dice.choice(found)
    at = dice.randrange(word.start() + 1, word.end() - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def read_replay(path: Path, *, column: str = "text") -> list[str]:
    """The given column of a TSV (no quoting) or CSV file. Raises InvalidError when there is no such column."""
    comma = path.suffix.lower() == ".csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file) if comma else csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if column not in (rows.fieldnames or ()):
            raise InvalidError("sandbox.no_such_column", column=column)
        return [row[column] for row in rows if (row[column] or "").strip()]
