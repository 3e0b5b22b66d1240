"""Numbers, dates and words of a digest in one language; Arabic has six plural forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from outreach import wording

LOCALES = {"ar": Locale.parse("ar_IQ"), "en": Locale.parse("en_GB")}
_ARABIC_DIGITS = str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪")
LEFT_TO_RIGHT = "\u200e"
SHORT_MONTHS = {"ar": "d MMMM", "en": "d MMM"}


@dataclass(frozen=True)
class Words:
    language: str
    zone: ZoneInfo
    arabic_digits: bool = False

    @property
    def locale(self) -> Locale:
        return LOCALES[self.language]

    @property
    def direction(self) -> str:
        return str(self.locale.text_direction)

    def __call__(self, code: str, /, **params: object) -> str:
        """Numbers among the parameters are written as numbers of this language."""
        return wording.word(code, {key: self._param(value) for key, value in params.items()}, language=self.language)

    def known(self, code: str) -> bool:
        return code in wording.catalogue()

    def count(self, code: str, number: int, /, **params: object) -> str:
        """The words in the plural form that the number takes."""
        return self(f"{code}.{self.locale.plural_form(number)}", n=number, **params)

    def number(self, value: float) -> str:
        return self._digits(format_decimal(value, format="#,##0", locale=LOCALES["en"]))

    def told(self, value: float | str | None) -> str:
        """A count, "fewer than five", or "missing"."""
        if value is None:
            return self("digest.missing")
        return self("digest.few") if isinstance(value, str) else self.number(value)

    def percent(self, share: float) -> str:
        # The mark keeps the sign on one side of the number, whatever Arabic stands before it.
        mark = LEFT_TO_RIGHT if self.language == "ar" and not self.arabic_digits else ""
        return self._digits(f"{mark}{round(share * 100)}%")

    def change(self, this: float | str | None, last: float | str | None) -> str:
        """With its sign; a dash where one of the two is not told."""
        if not isinstance(this, int | float) or not isinstance(last, int | float):
            return "–"
        return self.signed(this - last)

    def signed(self, difference: float) -> str:
        if not difference:
            return self("digest.same")
        return f"{LEFT_TO_RIGHT}{'+' if difference > 0 else '−'}{self.number(abs(difference))}"

    def day(self, day: dt.date) -> str:
        return self._digits(format_date(day, "EEEE", locale=self.locale))

    def date(self, day: dt.date, form: str = "d MMMM yyyy") -> str:
        return self._digits(format_date(day, form, locale=self.locale))

    def moment(self, text: str) -> str:
        """The local day of a moment in ISO form."""
        local = datetime.fromisoformat(text).astimezone(self.zone)
        return self.date(local.date(), SHORT_MONTHS[self.language])

    def week(self, first: dt.date, last: dt.date) -> str:
        """A span of days as people write it: the month and year once where they are the same."""
        form = "d" if first.month == last.month else "d MMMM" if first.year == last.year else "d MMMM yyyy"
        return f"{self.date(first, form)} – {self.date(last)}"

    def span(self, minutes: float) -> str:
        found = format_timedelta(timedelta(minutes=minutes), granularity="minute", threshold=2, locale=self.locale)
        return self._digits(found)

    def _digits(self, text: str) -> str:
        return text.translate(_ARABIC_DIGITS) if self.arabic_digits and self.language == "ar" else text

    def _param(self, value: object) -> object:
        return self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def words_for(figures: Mapping[str, object], language: str) -> Words:
    return Words(language, ZoneInfo(str(figures["timezone"])), figures.get("digits") == "arabic")
