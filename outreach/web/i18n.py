"""Words, numbers and dates of the pages in Arabic and English: codes in, what people read out.

The catalogues are gettext files whose ids are codes. Arabic has six plural forms and all must be there.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from outreach import wording

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = ("ar", "en")
LOCALES = {"ar": Locale.parse("ar_IQ"), "en": Locale.parse("en_GB")}
FOLDER = Path(__file__).parent / "locale"
#: plural tags in the order of gettext's forms
FORMS = {"ar": ("zero", "one", "two", "few", "many", "other"), "en": ("one", "other")}
#: parameters that may be written in the other direction; isolated, so that they cannot shuffle the sentence around them
NAMES = frozenset({"name", "holder", "channel", "job", "code", "folder"})
_ISOLATE, _POP = "\u2068", "\u2069"
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@functools.cache
def catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """Code → words, or the plural forms of the words."""
    with (FOLDER / language / "messages.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    return {_code(message.id): _strings(message.string) for message in messages}


def _code(message_id: object) -> str:
    return str(message_id[0] if isinstance(message_id, list | tuple) else message_id)


def _strings(string: object) -> str | tuple[str, ...]:
    return tuple(str(form) for form in string) if isinstance(string, list | tuple) else str(string)


@dataclass(frozen=True)
class Words:
    """What a page says in one language, time zone and kind of digits."""

    language: Language
    zone: ZoneInfo
    arabic_digits: bool = False

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    @property
    def locale(self) -> Locale:
        return LOCALES[self.language]

    def __call__(self, code: str, /, **params: object) -> str:
        words = self.maybe(code, **params)
        if words is None:
            raise LookupError(code)
        return words

    def maybe(self, code: str, /, **params: object) -> str | None:
        """None for a code that nobody has worded: errors come from everywhere."""
        words = catalogue(self.language).get(code) or self._shared(code)
        assert not isinstance(words, tuple), code  # noqa: S101  a plural is asked for by `count`
        return (
            words.format_map(_Params({key: self._param(key, value) for key, value in params.items()}))
            if words
            else None
        )

    def _shared(self, code: str) -> str | None:
        """Messages that the commands say too."""
        found = wording.catalogue().get(code)
        return found[0 if self.language == "ar" else 1] if found else None

    def count(self, code: str, number: int, /, **params: object) -> str:
        """The words in the plural form that the number takes in this language."""
        forms = catalogue(self.language)[code]
        form = forms[FORMS[self.language].index(self.locale.plural_form(number))]
        return form.format(n=self.number(number), **{key: self._param(key, value) for key, value in params.items()})

    def number(self, value: float) -> str:
        return self.digits(format_decimal(value, locale=LOCALES["en"]))

    def percent(self, share: float) -> str:
        rounded = self.digits(str(round(share * 100)))
        return f"{rounded}٪" if self.arabic_digits and self.language == "ar" else f"{rounded}%"

    def date(self, day: dt.date, form: str = "d MMMM yyyy") -> str:
        return self.digits(format_date(day, form, locale=self.locale))

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))

    def weekday(self, day: dt.date) -> str:
        return self.digits(format_date(day, "EEEE d MMMM", locale=self.locale))

    def time(self, moment: datetime) -> str:
        return self.digits(format_time(self.local(moment), "HH:mm", locale=LOCALES["en"]))

    def moment(self, moment: datetime) -> str:
        return self("moment", day=self.date(self.local(moment), "d MMMM"), time=self.time(moment))

    def age(self, moment: datetime, now: datetime) -> str:
        """How long ago, or how soon, in words: "before 12 minutes"."""
        if abs(now - moment) < timedelta(minutes=1):
            return self("now")
        return self.digits(_units(moment - now, self.locale, direction=True))

    def span(self, seconds: float) -> str:
        return self.digits(_units(timedelta(seconds=max(seconds, 60)), self.locale, direction=False))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def digits(self, text: str) -> str:
        return text.translate(_ARABIC_DIGITS) if self.arabic_digits and self.language == "ar" else text

    def _param(self, key: str, value: object) -> object:
        if key == "job":
            value = self.maybe(f"job.{value}") or value
        if key in NAMES:
            return f"{_ISOLATE}{value}{_POP}"
        return self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class _Params(dict[str, object]):
    """An error's parameters may lack what a sentence asks for; a page must come out all the same."""

    def __missing__(self, key: str) -> str:
        return "–"


def _units(span: timedelta, locale: Locale, *, direction: bool) -> str:
    # threshold 2: "119 minutes" stays minutes; rounded to "2 hours" a missed target could look met
    return format_timedelta(span, granularity="minute", threshold=2, add_direction=direction, locale=locale)


def choose(*candidates: str | None) -> Language:
    """The first that is a language of ours; Arabic if none is."""
    return next((language for wanted in candidates for language in LANGUAGES if language == wanted), "ar")
