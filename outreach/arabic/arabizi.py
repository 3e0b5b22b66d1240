"""Arabic typed in Latin letters and digits: recognised by word, and written back in Arabic letters."""

from __future__ import annotations

import re
from functools import lru_cache

#: Words that settle it. Ours, from how Basra's young people type.
_ARABIZI = """
    ana ani anii
    inta ente enta inti enti intu huwa howa hiya heya ehna e7na i7na hum humma
    shlon shlonak shlonich shlonkum shlonj shno shnu shinu shino sheno shaku shako aku ako maku mako hwaya hwaye hwaia
    laish lesh leesh layesh hassa hassah hasa hisa 7isa bas bass wallah walla wala walah wlh yalla yallah habibi
    habibti 7abibi 7abibti inshallah inshalla nshallah mashallah mashalla alhamdulillah alhamdulilah hamdulillah
    yarab yarabb yarabi allah alla rabi akhi akhoi akhuya akhoya okhti ukhti ukhty okhty ummi omi ummy abooya abuya aboy
    abooi
    rajli rajly zawji zoji zawjy jozi banat binti bint benti ibni waladi wlidi jahil jahal hay hai hatha hada hadha
    hathi haza kul kull kol kulish kolish kullish zain zein zena zaina zen mo mou moo muu la lla laa yes2al
    wain wayn wen ween mnein mneen mino minu meno mnu min menu shwakit shwakt
    shgad shkad shgd shkd rah ra7 rayh sar gal gali galat gilt gulli gulha kilman kelma dazet dazli
    abos albi galbi galub 3ini 3aini aini 3yoni ayoni fdwa fedwa fidwa adwa
    mush mesh mashi yom youm elyom alyom bacher bachir baachir bukra yani ya3ni yaani
    tamam khosh khoosh khosh5 zbala ghabi ghabiya hmar 7mar kalb chalb chelb gawad kahba ga7ba 8a7ba sharmuta
    sa3dooni sa3duni saduni saaduni sa3doni sadooni ydhrbni yidhrubni yithrubni ythrbni yothrobni yedrobni
    yhaddidni yhadidni yhddni yehddni mahbusa ma7busa khayfa khaifa 5ayfa khayif khaif moot mout amoot amut ymawtni
    shukran shokran mashkoreen barakallah mabrook mabruk hala halaw marhaba mar7aba salam slam assalam alaykum
    3alaykum alaikum wiyak wyak wyach wiya bdon bidun lazim lazem mumkin momkin areed arid tareed yireed yreed
    raqam rakam ahl ahli ahali beit bayt bait daar tara trah lo law loo ila elli illi il el wa
    """
_ENGLISH = """
    the a an and or but if is are was were be been am i you he she it we they me him her us them my your his our
    their this that these those of to in on at for with from by about as not no yes do does did have has had will
    would can could should may what when where who why how all any some more very so just there here please help
    thank thanks good great nice love like hate bad people woman women girl girls man men child children want need
    know see say go come get make page post support stop violence work well best hello hi ok okay follow
    free money message contact send click now today new
    """
_FRENCH = "le les des une est et je tu il elle nous vous pas pour avec dans sur mais merci bonjour"
WORDS, _ENGLISH_WORDS, _FRENCH_WORDS = (frozenset(words.split()) for words in (_ARABIZI, _ENGLISH, _FRENCH))
# A digit that stands for a sound has letters right beside it: 3ala, sa3dooni, 7ayati; not "covid19" or "4pm".
_DIGIT_SOUND = re.compile(r"h{4,}|[a-z][235679]+[a-z]|(?<![a-z0-9])[23579][a-z]{2,}|[a-z]{2,}[37](?![a-z0-9])")
_TIMES = re.compile(r"(?<![a-z0-9])[0-9](?:st|nd|rd|th|am|pm|kg|km|cm|gb|tb|min|days?|years?|hours?)(?![a-z0-9])")
_WORD = re.compile(r"[a-z0-9']+")

_TWO = {
    "sh": "ش", "ch": "ج", "kh": "خ", "gh": "غ", "th": "ذ", "dh": "ض", "aa": "ا", "oo": "و", "ou": "و", "uu": "و",
    "ee": "ي", "ii": "ي", "ai": "ي", "ay": "ي", "ei": "ي", "ey": "ي", "au": "و", "aw": "و", "3'": "غ", "7'": "خ",
}  # fmt: skip
_ONE = {
    "b": "ب", "c": "ك", "d": "د", "f": "ف", "g": "ك", "h": "ه", "j": "ج", "k": "ك", "l": "ل", "m": "م", "n": "ن",
    "p": "ب", "q": "ق", "r": "ر", "s": "س", "t": "ت", "v": "ف", "w": "و", "x": "كس", "y": "ي", "z": "ز", "i": "ي",
    "o": "و", "u": "و", "2": "ا", "3": "ع", "5": "خ", "6": "ط", "7": "ح", "8": "ق", "9": "ق",
}  # fmt: skip
#: Words whose spelling no rule gives back.
_WHOLE = {
    "wallah": "والله", "walla": "والله", "wlh": "والله", "walah": "والله", "allah": "الله", "alla": "الله",
    "inshallah": "انشاالله", "inshalla": "انشاالله", "mashallah": "ماشاالله", "mashalla": "ماشاالله",
    "alhamdulillah": "الحمدلله", "alhamdulilah": "الحمدلله", "hatha": "هذا", "hadha": "هذا", "hada": "هذا",
    "hay": "هاي", "hai": "هاي", "hathi": "هاي", "ana": "انا", "ani": "اني", "anii": "اني", "la": "لا", "laa": "لا",
    "rah": "راح", "ra7": "راح", "gal": "كال", "kan": "كان", "chan": "جان", "sar": "صار", "rajli": "رجلي",
    "rajly": "رجلي", "zawji": "زوجي", "zoji": "زوجي", "akhoi": "اخوي", "akhuya": "اخوي", "akhoya": "اخوي",
    "okhti": "اختي", "ukhti": "اختي", "ukhty": "اختي", "okhty": "اختي", "ummi": "امي", "omi": "امي", "ummy": "امي",
    "aboy": "ابوي", "abooya": "ابوي", "abuya": "ابوي", "abooi": "ابوي", "hassa": "هسه", "hasa": "هسه", "hisa": "هسه",
    "7isa": "هسه", "hassah": "هسه", "bas": "بس", "bass": "بس", "mako": "ماكو", "maku": "ماكو", "ako": "اكو",
    "aku": "اكو", "shnu": "شنو", "areed": "اريد", "arid": "اريد", "galbi": "كلبي", "el": "ال", "il": "ال",
    "min": "من", "elli": "اللي", "illi": "اللي", "khayfa": "خايفه", "khaifa": "خايفه", "5ayfa": "خايفه",
    "sa3dooni": "ساعدوني", "sa3duni": "ساعدوني", "sa3doni": "ساعدوني", "saaduni": "ساعدوني", "sadooni": "ساعدوني",
    "lazim": "لازم", "lazem": "لازم", "bacher": "باجر", "bachir": "باجر", "habibi": "حبيبي", "7abibi": "حبيبي",
    "salam": "سلام", "raqam": "رقم", "rakam": "رقم", "mo": "مو", "moo": "مو", "shukran": "شكرا", "shokran": "شكرا",
    "wa": "و", "ya": "يا", "ma": "ما", "al": "ال", "zain": "زين", "zein": "زين", "zen": "زين", "wain": "وين",
}  # fmt: skip


def is_arabizi(folded: str) -> bool:
    """Whether a folded text in Latin letters is Arabic; lower case expected."""
    plain = folded.replace("'", "")
    words = _WORD.findall(plain)
    hits = sum(word in WORDS for word in words) + len(_DIGIT_SOUND.findall(_TIMES.sub(" ", plain)))
    return hits > 0 and hits > sum(word in _ENGLISH_WORDS for word in words)


def is_english(folded: str) -> bool:
    words = _WORD.findall(folded)
    return sum(word in _ENGLISH_WORDS for word in words) >= sum(word in _FRENCH_WORDS for word in words)


@lru_cache(maxsize=20_000)
def to_arabic(word: str) -> str:
    """One lower-case word in Arabic letters; a plain number stays a number."""
    if word.isdigit():
        return word
    if whole := _WHOLE.get(word):
        return whole
    stem, letters = word.replace("'", "") if "'" not in word[1:2] else word, []
    at = 0
    while at < len(stem):
        step, letter = _letter(stem, at)
        letters.append(letter)
        at += step
    return "".join(letters)


def _letter(word: str, at: int) -> tuple[int, str]:
    if two := _TWO.get(word[at : at + 2]):
        return 2, two if word[at : at + 2] != "th" or at else "ث"
    if word[at] in "ae":
        return 1, _vowel(word, at)
    if at == 0 and word[0] in "iou":
        return 1, "ا"
    if at and word[at] == word[at - 1] and word[at].isalpha():
        return 1, ""
    return 1, _ONE.get(word[at], "")


def _vowel(word: str, at: int) -> str:
    """A short vowel inside a word is not written; at the ends, and in words of three letters, it is."""
    if at == 0:
        return "ا"
    if at == len(word) - 1:
        return "ه"
    return "ا" if word[at] == "a" and len(word) <= 3 else ""  # noqa: PLR2004
