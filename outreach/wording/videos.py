"""What Meta's refusals of a video say to people, by Meta's own numbers."""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "picture.video": (
        "فيديو {seconds} ثانية، {width}×{height}، يُنشر كما هو",
        "video of {seconds} s, {width}×{height}, goes out as it is",
    ),
    "meta.media_refused.352": (
        "لم تقبل ميتا الفيديو {file} فلم يخرج شيء من المنشور. صدّروه من جديد بصيغة MP4 (H.264، صوت AAC) ثم طبّقوا الحملة.",
        "Meta does not take the video {file}, so nothing of the post went out. Export it again as MP4 (H.264, AAC sound), then apply the campaign.",
    ),
    "meta.media_refused.382": (
        "الفيديو {file} أصغر مما تقبله ميتا؛ قد يكون مبتوراً. انسخوه من مصدره ثم طبّقوا الحملة.",
        "The video {file} is smaller than Meta takes; part of it may be missing. Copy it again from where it came, then apply the campaign.",
    ),
    "meta.media_refused.6000": (
        "لم تستطع ميتا معالجة الفيديو {file} فلم يخرج شيء من المنشور. صدّروه من جديد بصيغة MP4 (H.264) ثم طبّقوا الحملة.",
        "Meta could not work on the video {file}, so nothing of the post went out. Export it again as MP4 (H.264), then apply the campaign.",
    ),
    "meta.media_refused.1363040": (
        "أبعاد الفيديو {file} لا تصلح لريل على فيسبوك: يجب أن يكون طولياً 9:16. صدّروه 1080×1920 ثم طبّقوا الحملة.",
        "The video {file} does not fit a reel on Facebook, which must be upright 9:16. Export it as 1080×1920, then apply the campaign.",
    ),
    "meta.media_refused.1363127": (
        "دقة الفيديو {file} أقل من 540×960. خذوا الأصل لا نسخة مرسلة، ثم طبّقوا الحملة.",
        "The video {file} has fewer than 540×960 pixels. Take the original instead of a copy that was sent, then apply the campaign.",
    ),
    "meta.media_refused.1363128": (
        "طول الفيديو {file} لا يصلح لريل على فيسبوك (من 3 إلى 90 ثانية). قصّروه ثم طبّقوا الحملة.",
        "The video {file} is too short or too long for a reel on Facebook (3 to 90 s). Cut it, then apply the campaign.",
    ),
    "meta.media_refused.1363129": (
        "عدد صور الفيديو {file} في الثانية لا يصلح لريل على فيسبوك (من 24 إلى 60). صدّروه بـ 30 ثم طبّقوا الحملة.",
        "The video {file} has too few or too many frames a second for a reel on Facebook (24 to 60). Export it with 30, then apply the campaign.",
    ),
    "meta.media_refused.2207026": (
        "لم يقبل إنستغرام الفيديو {file} (MP4، H.264، صوت AAC، من 3 ثوانٍ). صدّروه من جديد ثم طبّقوا الحملة.",
        "Instagram does not take the video {file} (MP4, H.264, AAC sound, from 3 s). Export it again, then apply the campaign.",
    ),
    "meta.media_refused.2207057": (
        "لحظة الغلاف (cover_at) خارج الفيديو {file}. اختاروا ثانية أخرى ثم طبّقوا الحملة.",
        "The moment of the cover (`cover_at`) lies outside of the video {file}. Choose another second, then apply the campaign.",
    ),
}
