"""Whether a planned post fits its platform, and whether it is safe for survivors who read it. Pure.

Lengths are counted in UTF-16 code units, as Meta's own composers do and the strictest of the readings that
graph-api.md leaves open: an Arabic letter is one, most emoji are two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from outreach import pictures, slots
from outreach.campaigns import Campaign, Finding, ImageFacts, Post, Problem, video_rules
from outreach.campaigns.problems import Grade
from outreach.campaigns.videos import VideoFacts
from outreach.errors import InvalidError
from outreach.slots import PlannedPublication, ResolvedContent, ResolvedMedium
from outreach.states import ChannelKind, Format, PostKind

FACEBOOK_TEXT = 63_206
FACEBOOK_COMMENT = 8_000
INSTAGRAM_TEXT = 2_200  #: captions and comments
CAROUSEL_SHAPES = 0.02  #: of width ÷ height; Instagram shows all of a carousel in the shape of its first
HASHTAGS = 30
MENTIONS = 20
ALT = 1_000
PLACEHOLDER = "07700000000"  #: the made-up number of examples: no line answers there

_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.@/])@[A-Za-z0-9._]+")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
#: an Iraqi mobile or landline, with or without country code, however it is spaced
_PHONE = re.compile(r"(?<![\d.,])(?:(?:\+|00)964[\s().-]*|\(?0)(?:\d[\s().-]*){8,10}(?!\d)")
#: three or four digits are a hotline only beside a word for calling
_HOTLINE = re.compile(
    r"(?:اتصل\w*|خابر\w*|دگ[ّ]?\w*|الخط(?: الساخن)?|الرقم|رقم (?:الهاتف|التلفون|الطوارئ|النجدة|الخط)"
    r"|hotline|helpline|call|dial|phone|emergency number)\D{0,14}(?<!\d)(?!(?:19|20)\d\d\b)(\d{3,4})(?![\d:/-])",
    re.IGNORECASE,
)

_VIOLENCE = re.compile(
    r"ضرب|تضرب|يضرب|اغتصاب|تحر[ّ]?ش|ابتز|يبتز|قتل|ذبح|حرق|عن[ّ]?ف|اعتداء|تعذيب|\b(?:beat(?:en|s|ing)?|rape[ds]?|assault\w*|abus\w+"
    r"|blackmail\w*|kill\w*|violen\w+|harass\w*)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:اسمها|واسمها|تدعى|تُدعى|الناجية|السيدة|المواطنة)\s+(?!هي|من|التي|إلى|على|في|أن)\w{3,}\s+(?:بنت\s+)?\w{3,}"
    r"|(?:named|called|survivor|Mrs\.?|Ms\.?|Miss)\s+[A-Z][a-z]+\s+(?:[Aa]l-?)?[A-Z][a-z]+"
)
_RENAMED = re.compile(
    r"اسم(?:ا|اً|ها)? (?:مستعار|غير حقيقي)|not (?:her|his|their) real name|name (?:has been )?changed", re.IGNORECASE
)
_INJURY = re.compile(r"كدم|جرح|جروح|إصاب|دماء|حروق|تشوه|bruis|wound|injur|blood|scar|burn", re.IGNORECASE)
_BEFORE_AFTER = re.compile(r"قبل\s*(?:و|/)\s*بعد|before\s*(?:and|&|/)\s*after", re.IGNORECASE)
_SECRECY = re.compile(
    r"سر[ّ]?ية (?:تامة|مطلقة|كاملة)|نضمن\w* (?:ال)?سر|(?:100|١٠٠) ?[%٪] سر|محد يعرف"
    r"|(?:completely|totally|100 ?%|fully) (?:confidential|secret)|guarantee\w* (?:confidential|secre)",
    re.IGNORECASE,
)
_MEDIATION = re.compile(
    r"نصالح|صلح عشائري|نتوسط|وساطة|فصل عشائري|إصلاح ذات البين|\b(?:mediat\w+|reconcil\w+)\b", re.IGNORECASE
)
_REFUSED = re.compile(r"لا |ما |بدون |من غير |ليس |not |never |no |without ", re.IGNORECASE)
_POLICE = re.compile(r"شرط[ةه]|\b911\b|police", re.IGNORECASE)
_CHOICE = re.compile(r"قرار|اختيار|خيار|تختار|choice|choose|decide|option", re.IGNORECASE)
_REACH = re.compile(
    r"رسائل|رسالة|راسل|اكتب[ين]|الخاص|زور[ين]|تعال[يو]|مركز|https?://|message|inbox|write to us|visit|centre|center",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Case:
    """One post on one channel."""

    campaign: Campaign
    publication: PlannedPublication
    kind: ChannelKind
    allowed: frozenset[str]
    live: bool

    @property
    def post(self) -> Post:
        return self.campaign.posts[self.publication.index]

    @property
    def content(self) -> ResolvedContent:
        return self.publication.content

    @property
    def said(self) -> str:
        """All that people read: text, first comment and alt text."""
        content = self.content
        return "\n".join((content.text, content.first_comment or "", *(medium.alt for medium in content.media)))

    def finding(self, field: str, code: str, /, **params: object) -> Finding:
        return self.placed((field,), f"lint.{code}", params)

    def warning(self, field: str, code: str, /, **params: object) -> Finding:
        return self.placed((field,), f"lint.{code}", params, "warning")

    def placed(
        self, field: tuple[str | int, ...], code: str, params: Mapping[str, object], grade: Grade = "error"
    ) -> Finding:
        path = (*slots.field_path(self.publication, self.post, str(field[0])), *field[1:])
        return Finding(path, code, {"post": self.post.id, "channel": self.publication.channel, **params}, grade)

    def images(self) -> Iterator[tuple[tuple[str, int], ResolvedMedium, ImageFacts]]:
        """Each with its place in the file."""
        for number, medium in enumerate(self.content.media):
            image = self.campaign.source.images.get(medium.file)
            if image:
                yield ("media", number), medium, image.facts


def lint(
    campaign: Campaign,
    planned: Iterable[PlannedPublication],
    *,
    kinds: Mapping[str, ChannelKind] | None = None,
    allowed_numbers: Collection[str] = (),
    live: bool = False,
) -> tuple[Problem, ...]:
    """Every rule on every post and channel once, however often the post recurs.

    `kinds` are the channels that the installation knows; without them a name tells the kind (kind_of).
    `allowed_numbers` are the phone numbers that may be published: verified, and not expired. In a `live` installation
    the made-up number of the examples is an error, elsewhere a warning.
    """
    allowed = frozenset(_number(number) for number in allowed_numbers)
    found: dict[tuple[object, ...], Finding] = {}
    for publication in {(each.index, each.channel): each for each in planned if not each.cancelled}.values():
        kind = (kinds or {}).get(publication.channel) or kind_of(publication.channel)
        case = _Case(campaign, publication, kind, allowed, live)
        for rule in (*_PLATFORM, *_SAFETY):
            for finding in rule(case):
                found.setdefault((finding.path, finding.code, finding.params.get("name")), finding)
    return (*_unknown_channels(campaign, kinds), *(campaign.source.problem(finding) for finding in found.values()))


def kind_of(channel: str) -> ChannelKind:
    """A channel's kind by its name, where no installation is at hand: basra-instagram, basra-page."""
    return ChannelKind.INSTAGRAM_ACCOUNT if "instagram" in channel else ChannelKind.FACEBOOK_PAGE


def length(text: str) -> int:
    """In UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _unknown_channels(campaign: Campaign, kinds: Mapping[str, ChannelKind] | None) -> Iterator[Problem]:
    for number, channel in enumerate(campaign.channels):
        if kinds is not None and channel not in kinds:
            params = {"channel": channel, "known": ", ".join(sorted(kinds)) or "-"}
            yield campaign.source.problem(Finding(("channels", number), "lint.channel_not_added", params))


def _text_length(case: _Case) -> Iterator[Finding]:
    on_facebook = case.kind is ChannelKind.FACEBOOK_PAGE
    limit = FACEBOOK_TEXT if on_facebook else INSTAGRAM_TEXT
    comment_limit = FACEBOOK_COMMENT if on_facebook else INSTAGRAM_TEXT
    if (size := length(case.content.text)) > limit:
        yield case.finding("text", "text_long", size=size, limit=limit)
    if (size := length(case.content.first_comment or "")) > comment_limit:
        yield case.finding("first_comment", "text_long", size=size, limit=comment_limit)


def _tags(case: _Case) -> Iterator[Finding]:
    both = f"{case.content.text}\n{case.content.first_comment or ''}"
    if (size := len(_HASHTAG.findall(both))) > HASHTAGS:
        yield case.finding("text", "hashtags", size=size, limit=HASHTAGS)
    if (size := len(_MENTION.findall(both))) > MENTIONS:
        yield case.finding("text", "mentions", size=size, limit=MENTIONS)


def _alt_length(case: _Case) -> Iterator[Finding]:
    for medium in case.content.media:
        if (size := length(medium.alt)) > ALT:
            yield case.finding("media", "alt_long", name=medium.file, size=size, limit=ALT)


def _instagram_needs(case: _Case) -> Iterator[Finding]:
    if case.kind is not ChannelKind.INSTAGRAM_ACCOUNT:
        return
    if not case.content.media:
        yield case.finding("media", "instagram_no_image")
    if case.content.link:
        yield case.warning("link", "instagram_link")


def _shapes(case: _Case) -> Iterator[Finding]:
    """Whether a picture can be made of each image as this channel wants it."""
    for place, medium, facts in case.images():
        params = {"name": medium.file, "width": facts.width, "height": facts.height}
        try:
            pictures.fit(facts.width, facts.height, pictures.rules_for(case.kind, case.content.format), medium.crop)
        except InvalidError as error:
            yield case.placed(place, error.code, {**params, **error.params})
        if max(facts.width, facts.height) <= pictures.SMALL:
            yield case.placed(place, "lint.image_small", {**params, "limit": pictures.SMALL}, "warning")


def _carousel(case: _Case) -> Iterator[Finding]:
    if case.kind is not ChannelKind.INSTAGRAM_ACCOUNT:
        return
    first: float | None = None
    for place, medium, facts in case.images():
        with suppress(InvalidError):  # told by _shapes
            width, height = pictures.fit(
                facts.width, facts.height, pictures.rules_for(case.kind, case.content.format), medium.crop
            ).size
            first = first or width / height
            if abs(width / height - first) > CAROUSEL_SHAPES:
                yield case.placed(place, "lint.carousel_shape", {"name": medium.file}, "warning")


def _formats(case: _Case) -> Iterator[Finding]:
    """Whether these media make a post of this format on this channel."""
    form, media = case.content.format, case.content.media
    videos = [medium for medium in media if medium.video]
    if form is Format.STORY and len(media) != 1:
        yield case.finding("media", "story_needs_one", size=len(media))
    elif form is Format.REEL and not videos:
        yield case.finding("format", "reel_needs_video")
    elif videos and len(media) > 1:
        yield case.finding("media", "video_alone")
    elif videos and form is Format.FEED and case.kind is ChannelKind.INSTAGRAM_ACCOUNT:
        yield case.finding("format", "video_is_reel")


def _story(case: _Case) -> Iterator[Finding]:
    if case.content.format is not Format.STORY:
        return
    if case.content.text:
        yield case.warning("text", "story_text")
    if case.content.link and case.kind is ChannelKind.FACEBOOK_PAGE:  # of Instagram's, _instagram_needs warns
        yield case.warning("link", "story_link")
    if case.content.first_comment:
        yield case.finding("first_comment", "story_comment")


def _videos(case: _Case) -> Iterator[Finding]:
    limits = video_rules.LIMITS.get((case.kind, case.content.format))
    for number, medium in enumerate(case.content.media):
        video = case.campaign.source.videos.get(medium.file)
        if video is None or limits is None:
            continue
        named = {"name": medium.file, "format": case.content.format.value}
        for code, params in video_rules.faults(video.facts, limits):
            yield case.placed(("media", number), code, {**named, **params})
        yield from _video_extras(case, number, medium, video.facts)


def _video_extras(case: _Case, number: int, medium: ResolvedMedium, facts: VideoFacts) -> Iterator[Finding]:
    place, named = ("media", number), {"name": medium.file}
    if facts.has_gps:
        yield case.placed(place, "lint.video_gps", named)
    if medium.crop is not None:
        yield case.placed((*place, "crop"), "lint.video_crop", named)
    if medium.cover_ms is None:
        return
    formats = {case.post.format, *(override.format for override in case.post.on.values())}
    if Format.REEL not in formats:
        yield case.placed((*place, "cover_at"), "lint.cover_ignored", named, "warning")
    elif case.kind is ChannelKind.INSTAGRAM_ACCOUNT and medium.cover_ms > facts.seconds * 1000:
        yield case.placed((*place, "cover_at"), "lint.cover_late", {**named, "seconds": round(facts.seconds, 1)})


def _facebook_link(case: _Case) -> Iterator[Finding]:
    if case.kind is ChannelKind.FACEBOOK_PAGE and case.content.link and case.content.media:
        yield case.finding("link", "facebook_link_and_media")


def _numbers(case: _Case) -> Iterator[Finding]:
    for number in _published_numbers(case.said):
        if number == PLACEHOLDER:
            yield (case.finding if case.live else case.warning)("text", "placeholder_number")
        elif number not in case.allowed:
            yield case.finding("text", "number")


def _published_numbers(text: str) -> Iterator[str]:
    plain = text.translate(_DIGITS)
    yield from (_number(match.group()) for match in _PHONE.finditer(plain))
    yield from (match.group(1) for match in _HOTLINE.finditer(_PHONE.sub(" ", plain)))


def _number(written: str) -> str:
    """In the national form, digits alone."""
    digits = re.sub(r"\D", "", written.translate(_DIGITS))
    return re.sub(r"^(?:00)?964", "0", digits)


def _image_place(case: _Case) -> Iterator[Finding]:
    for place, medium, facts in case.images():
        if facts.has_gps:
            yield case.placed(place, "lint.image_gps", {"name": medium.file}, "warning")


def _full_name(case: _Case) -> Iterator[Finding]:
    told = case.post.kind is PostKind.STORY or _VIOLENCE.search(case.said)
    if told and _NAMED.search(case.said) and not _RENAMED.search(case.said):
        yield case.warning("text", "full_name")


def _wounds(case: _Case) -> Iterator[Finding]:
    if _BEFORE_AFTER.search(case.said) and (_INJURY.search(case.said) or case.post.kind is PostKind.STORY):
        yield case.finding("text", "before_after")
    elif _INJURY.search(case.said):
        yield case.warning("text", "wounds")


def _content_note(case: _Case) -> Iterator[Finding]:
    if case.post.kind is PostKind.STORY and case.post.content_note is None and _VIOLENCE.search(case.said):
        yield case.warning("text", "no_content_note")


def _way_to_help(case: _Case) -> Iterator[Finding]:
    if case.post.kind is not PostKind.SUPPORT:
        return
    if not (_REACH.search(case.said) or case.content.link or any(_published_numbers(case.said))):
        yield case.finding("text", "no_way_to_help")
    if _POLICE.search(case.said) and not _CHOICE.search(case.said):
        yield case.warning("text", "police_only")


def _promises(case: _Case) -> Iterator[Finding]:
    for code, pattern in (("secrecy", _SECRECY), ("mediation", _MEDIATION)):
        for match in pattern.finditer(case.said):
            if not _REFUSED.search(case.said[max(0, match.start() - 25) : match.start()]):
                yield case.warning("text", code)


_Rule = Callable[[_Case], Iterator[Finding]]
_PLATFORM: tuple[_Rule, ...] = (
    _text_length,
    _tags,
    _alt_length,
    _instagram_needs,
    _shapes,
    _carousel,
    _facebook_link,
    _formats,
    _story,
    _videos,
)
_SAFETY: tuple[_Rule, ...] = (
    _numbers,
    _image_place,
    _full_name,
    _wounds,
    _content_note,
    _way_to_help,
    _promises,
)
