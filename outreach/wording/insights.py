"""Messages of figures: what each rate means, days and hours, findings."""

from __future__ import annotations

_DAYS = (
    ("الاثنين", "Monday"),
    ("الثلاثاء", "Tuesday"),
    ("الأربعاء", "Wednesday"),
    ("الخميس", "Thursday"),
    ("الجمعة", "Friday"),
    ("السبت", "Saturday"),
    ("الأحد", "Sunday"),
)
_HOURS = {
    0: ("من 12 ليلاً إلى 6 صباحاً", "midnight to 6:00"),
    6: ("من 6 إلى 9 صباحاً", "6:00 to 9:00"),
    9: ("من 9 صباحاً إلى 12 ظهراً", "9:00 to noon"),
    12: ("من 12 ظهراً إلى 3 عصراً", "noon to 15:00"),
    15: ("من 3 إلى 6 مساءً", "15:00 to 18:00"),
    18: ("من 6 إلى 9 مساءً", "18:00 to 21:00"),
    21: ("من 9 مساءً إلى 12 ليلاً", "21:00 to midnight"),
}

MESSAGES: dict[str, tuple[str, str]] = {
    "insights.nothing": (
        "لا منشور منشوراً بهذه الأسماء. الأسماء كما في ملف الحملة: outreach campaigns export",
        "Nothing published under these names. They are those of the campaign file: outreach campaigns export",
    ),
    "insights.none_yet": ("لم يُنشر شيء بعد.", "Nothing is out yet."),
    "insights.by_hand": ("نُشر باليد", "posted by hand"),
    "insights.missing": ("لم تعطِ ميتا رقماً", "Meta gave no figure"),
    "insights.measure.views": ("المشاهدات", "Views"),
    "insights.measure.reach": ("من رآه", "People"),
    "insights.measure.reactions": ("التفاعلات", "Reactions"),
    "insights.measure.comments": ("التعليقات", "Comments"),
    "insights.measure.shares": ("المشاركات", "Shares"),
    "insights.measure.saves": ("الحفظ", "Saves"),
    "insights.measure.clicks": ("النقرات", "Clicks"),
    "insights.measure.views.means": (
        "كم مرة عُرض، والشخص الواحد قد يُحسب مرات. تُجمع.",
        "how many times it was shown; one person may count several times. They add up.",
    ),
    "insights.measure.reach.means": (
        "كم شخصاً رآه مرة على الأقل، تقدير من ميتا. لا يُجمع بين المنشورات، لأن الناس أنفسهم يُحسبون مرتين.",
        "how many people saw it at least once, Meta's estimate. Never added over posts: people would count twice.",
    ),
    "insights.rate.engagement": ("نسبة التفاعل", "Engagement rate"),
    "insights.rate.engagement.means": (
        "تفاعلات وتعليقات ومشاركات وحفظ لكل مئة شخص رأوا المنشور. لا تُحسب إن رآه أقل من 20 أو نقص رقم.",
        (
            "reactions, comments, shares and saves for every hundred people who saw the post. Not worked out when "
            "fewer than 20 saw it or a figure is missing."
        ),
    ),
    "insights.rate.discussion": ("نسبة النقاش", "Discussion rate"),
    "insights.rate.discussion.means": (
        "تعليقات لكل مئة شخص رأوا المنشور.",
        "comments for every hundred people who saw the post.",
    ),
    "insights.rate.sharing": ("نسبة المشاركة", "Sharing rate"),
    "insights.rate.sharing.means": (
        "مشاركات لكل مئة شخص رأوا المنشور.",
        "shares for every hundred people who saw the post.",
    ),
    "insights.finding.better": ("أفضل من المعتاد", "better than usual"),
    "insights.finding.worse": ("أقل من المعتاد", "worse than usual"),
    "insights.finding.unclear": ("لا فرق ثابتاً", "no difference shown"),
    "insights.finding.too_few": ("منشورات قليلة", "too few posts"),
    "insights.times.too_few": (
        "{channel}: عدد المنشورات المقيسة {posts}. مع أقل من 20 لا يظهر إلا الصدفة، فلا نقول أي الأوقات أفضل.",
        "{channel}: {posts} posts measured. With fewer than 20 only chance shows, so no time is called better.",
    ),
    "insights.times.means": (
        (
            "كل منشور يُقارن بنوعه بعد يومين من نشره. «أفضل» و«أقل» فقط حين لا تفسّر الصدفة الفرق (ثقة 90٪ لكل الأوقات "
            "معاً). الارتباط ليس سبباً: قد يكون ما نُشر في ذلك الوقت هو الأفضل."
        ),
        (
            "Each post is compared with its kind, two days after it went out. “Better” and “worse” only where chance "
            "does not explain it (90% for all times together). It is no proof of a cause: what went out then may have "
            "been better."
        ),
    ),
    **{f"insights.day.{number}": words for number, words in enumerate(_DAYS)},
    **{f"insights.hours.{first}": words for first, words in _HOURS.items()},
}
