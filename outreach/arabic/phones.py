"""Iraqi mobile numbers in a folded text: digits of any script, any spacing, or spelled out as words."""

from __future__ import annotations

import re

_GAP = r"[ .*_|'-]{0,3}"
# 07[3-9]x xxx xxxx at home, +964 7[3-9]x xxx xxxx from abroad: ten digits after the prefix.
_DIGITS = rf"(?<![0-9])(?:(?:00)?{_GAP}9{_GAP}6{_GAP}4{_GAP}0?|0){_GAP}7{_GAP}[3-9](?:{_GAP}[0-9]){{8}}(?![0-9])"
_WORD = (
    r"(?:و?(?:صفر|واحد|وحده|[اث]ثنين|ثنتين|ثلاث\w*|تلاث\w*|ثلث\w*|اربع\w*|خمس\w*|ست\w{0,3}|سبع\w*|سبعين|"
    r"ثمان\w*|ثمن\w*|تسع\w*|عشر\w*|ميه|ميتين|الف|[0-9]{1,4}))"
)
# A spoken number starts "zero seven…"; six more number words make a time or a price impossible.
_WORDS = rf"(?<!\w)(?:صفر|0){_GAP}\s*(?:7|سبع\w*)(?:\s+{_WORD}){{5,}}(?!\w)"
PHONE = re.compile(f"{_DIGITS}|{_WORDS}")
