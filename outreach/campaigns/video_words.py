"""What is wrong with a video or a format in a campaign file, in Arabic and English."""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "campaign.seconds": (
        "«{key}» عدد ثوانٍ من بداية الفيديو، مثل 1.5.",
        "`{key}` is a number of seconds from the start of the video, like 1.5.",
    ),
    "media.video_kind": (
        "الفيديو «{name}» بصيغة لا تقبلها ميتا. صدّره من برنامج المونتاج بصيغة MP4 (H.264).",
        "Video `{name}` is of a kind that Meta does not take. Export it as MP4 (H.264).",
    ),
    "media.video_size": (
        "الفيديو «{name}» أكبر من {limit} ميغابايت. صدّره بجودة أقل أو قصّره.",
        "Video `{name}` is larger than {limit} MB. Export it with a lower quality, or shorten it.",
    ),
    "media.video_unreadable": (
        "الفيديو «{name}» لا يُفتح أو مبتور: لم يصل الملف كاملاً. انسخه من جديد من مصدره، أو صدّره بصيغة MP4.",
        "Video `{name}` does not open, or part of it is missing. Copy it again from where it came, or export it as MP4.",
    ),
    "lint.video_codec": (
        "الفيديو {name} مرمَّز بـ {codec}، وميتا تقبل H.264 أو HEVC. صدّره من جديد بصيغة MP4 (H.264).",
        "Video {name} is encoded as {codec}; Meta takes H.264 or HEVC. Export it again as MP4 (H.264).",
    ),
    "lint.video_audio": (
        "صوت الفيديو {name} مرمَّز بـ {codec}، و{channel} تقبل AAC فقط. صدّره من جديد بصوت AAC.",
        "The sound of video {name} is {codec}; {channel} takes AAC alone. Export it again with AAC sound.",
    ),
    "lint.video_audio_rate": (
        "تردد صوت الفيديو {name} {rate} كيلوهرتز والحد 48. صدّره من جديد بصوت 48 كيلوهرتز أو 44.1.",
        "The sound of video {name} has {rate} kHz, where 48 are allowed. Export it again with 48 or 44.1 kHz.",
    ),
    "lint.video_length": (
        "طول الفيديو {name} {seconds} ثانية، والمسموح على {channel} بهذا الشكل ({format}) من {least} إلى {most}. قصّره، أو اختر شكلاً آخر في format.",
        "Video {name} is {seconds} s long; as a {format} on {channel}, {least} to {most} s are allowed. Cut it, or choose another `format`.",
    ),
    "lint.video_big": (
        "الفيديو {name} أكبر من {limit} ميغابايت، وهو حد {channel} لهذا الشكل ({format}). صدّره بجودة أقل أو قصّره.",
        "Video {name} is larger than {limit} MB, the most that {channel} takes as a {format}. Export it with a lower quality, or shorten it.",
    ),
    "lint.video_bitrate": (
        "معدل بيانات الفيديو {name} أعلى من {limit} ميغابت في الثانية. صدّره بمعدل أقل (5 تكفي).",
        "Video {name} has more than {limit} Mbit/s. Export it with a lower bit rate (5 are plenty).",
    ),
    "lint.video_fps": (
        "الفيديو {name} فيه {fps} صورة في الثانية، والمسموح على {channel} من {least} إلى {most}. صدّره بـ 30.",
        "Video {name} has {fps} frames a second; {channel} takes {least} to {most}. Export it with 30.",
    ),
    "lint.video_aspect": (
        "أبعاد الفيديو {name} ({width}×{height}) لا تناسب {channel} بهذا الشكل ({format}): يجب أن يكون طولياً 9:16. صوّره أو صدّره 1080×1920.",
        "Video {name} ({width}×{height}) does not fit {channel} as a {format}, which must be upright 9:16. Film or export it as 1080×1920.",
    ),
    "lint.video_small": (
        "دقة الفيديو {name} {width}×{height}، وأقل ما تقبله {channel} {least}. خذ الأصل، لا نسخة واتساب.",
        "Video {name} has {width}×{height} pixels; {channel} takes at least {least}. Take the original, not a messenger's copy.",
    ),
    "lint.video_wide": (
        "عرض الفيديو {name} {width} بكسل والحد {limit}. صدّره 1080×1920.",
        "Video {name} is {width} pixels wide, where {limit} are allowed. Export it as 1080×1920.",
    ),
    "lint.video_gps": (
        "الفيديو {name} يقول أين صُوِّر (الموقع مخزون في الملف)، ونحن لا نعدّل الفيديوهات. صدّره من جديد بلا بيانات الموقع، وأوقف حفظ الموقع في كاميرا الهاتف.",
        "Video {name} says where it was taken, and videos go out as they are. Export it again without location data, and switch locations off in the telephone's camera.",
    ),
    "lint.video_crop": (
        "لا نقص الفيديوهات. احذف crop عند {name}، أو قصّه في برنامج المونتاج.",
        "Videos are not cropped. Remove `crop` at {name}, or crop it where you edit.",
    ),
    "lint.video_alone": (
        "الفيديو يُنشر وحده: في {post} على {channel} معه ملفات أخرى. اجعله منشوراً مستقلاً.",
        "A video goes out alone: {post} on {channel} has other files beside it. Make it a post of its own.",
    ),
    "lint.video_is_reel": (
        "إنستغرام ينشر الفيديو ريلاً: اكتب format: reel للمنشور {post} تحت on: {channel}، أو format: story.",
        "Instagram shows a video as a reel: write format: reel for {post} under on: {channel}, or format: story.",
    ),
    "lint.reel_needs_video": (
        "الريل فيديو واحد، وليس في {post} على {channel} فيديو. ضع ملف MP4 تحت media أو احذف format: reel.",
        "A reel is one video, and {post} on {channel} has none. Put an MP4 file under `media`, or remove format: reel.",
    ),
    "lint.story_needs_one": (
        "القصة اليومية (story) صورة واحدة أو فيديو واحد. في {post} على {channel} {size}.",
        "A story in this format is one image or one video; {post} on {channel} has {size}.",
    ),
    "lint.story_text": (
        "نص {post} لن يظهر على {channel}: القصة اليومية (story) بلا نص. ضع الكلام في الصورة أو الفيديو نفسه، ثم فرّغ text لهذه القناة تحت on.",
        "The text of {post} is not shown on {channel}: this format has no words. Put them into the image or video itself, then empty `text` for this channel under `on`.",
    ),
    "lint.story_link": (
        "رابط {post} لن يظهر على {channel}: لا روابط في القصة اليومية (story) من خلال النظام. اذكر «الرابط في التعريف» في الصورة، وفرّغ link لهذه القناة تحت on.",
        "The link of {post} is not shown on {channel}: the API puts none into a story. Say `link in bio` in the picture, and empty `link` for this channel under `on`.",
    ),
    "lint.story_comment": (
        "لا تعليقات تحت القصة اليومية (story). فرّغ first_comment للمنشور {post} على {channel} تحت on.",
        "A story takes no comments. Empty `first_comment` of {post} for {channel} under `on`.",
    ),
    "lint.cover_ignored": (
        "cover_at عند {name} لا أثر له: صورة الغلاف تُختار لريلات إنستغرام فقط.",
        "`cover_at` at {name} does nothing: only Instagram's reels take a cover.",
    ),
    "lint.cover_late": (
        "cover_at عند {name} بعد نهاية الفيديو ({seconds} ثانية). اختر ثانية أبكر.",
        "`cover_at` at {name} lies behind the end of the video ({seconds} s). Choose an earlier second.",
    ),
}
