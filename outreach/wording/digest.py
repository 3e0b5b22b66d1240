"""Words of the weekly digest in Arabic and English, by code. Plurals end in their form's name. Pure data."""

from __future__ import annotations


def _plural(
    code: str, arabic: tuple[str, str, str, str, str, str], english: tuple[str, str]
) -> dict[str, tuple[str, str]]:
    """Arabic: zero, one, two, few, many, other; English: one, other."""
    forms = ("zero", "one", "two", "few", "many", "other")
    return {
        f"{code}.{form}": (words, english[0 if form == "one" else 1]) for form, words in zip(forms, arabic, strict=True)
    }


MESSAGES: dict[str, tuple[str, str]] = {
    "digest.not_found": ("لا يوجد ملخص لأسبوع {week}.", "There is no digest of the week of {week}."),
    "digest.subject": ("الملخص الأسبوعي: {week}", "Weekly digest: {week}"),
    "digest.sandbox_prefix": ("[تجربة] ", "[Practice] "),
    "digest.sandbox": (
        "نسخة للتجربة: هذه الأرقام ليست لناس حقيقيين",
        "Practice installation: these figures are not of real people",
    ),
    "digest.title": ("الملخص الأسبوعي", "Weekly digest"),
    "digest.week": ("من السبت إلى الجمعة: {week}", "Saturday to Friday: {week}"),
    "digest.as_of": ("الأرقام كما كانت يوم {day}.", "Figures as they stood on {day}."),
    "digest.running": (
        "هذا الأسبوع لم ينتهِ بعد، والأرقام إلى الآن فقط.",
        "This week is not over; the figures are of its days so far.",
    ),
    "digest.missing": ("غير متوفر", "missing"),
    "digest.few": ("أقل من 5", "fewer than 5"),
    "digest.same": ("بلا تغيير", "same"),
    "digest.not_told": ("لا يُعرض", "not shown"),
    "digest.this_week": ("هذا الأسبوع", "This week"),
    "digest.last_week": ("الأسبوع السابق", "Week before"),
    "digest.change": ("الفرق", "Change"),
    "digest.open_page": ("افتحوا الملخص في الموقع", "Open the digest on the site"),
    "digest.footer": (
        "ليس في هذا الملخص كلام أحد من المعلّقين ولا أسماؤهم. أي عدد أقل من 5 لا يُكتب، حتى لا يُعرف أصحابه.",
        (
            "This digest holds no commenter's words and no names. Counts below 5 are not written out, "
            "so that nobody can be recognised."
        ),
    ),
    # -- headlines
    "digest.tile.published": ("منشورات نُشرت", "Posts published"),
    "digest.tile.published_of": ("من {planned} مخطط لها", "of {planned} planned"),
    "digest.tile.comments": ("تعليقات", "Comments"),
    "digest.tile.negative": ("تعليقات سلبية", "Negative comments"),
    "digest.tile.in_time": ("رُدّ عليها في وقتها (حماية)", "Safeguarding, answered in time"),
    "digest.tile.before": ("قبلها: {value}", "week before: {value}"),
    # -- what went out
    "digest.posts": ("ما نشرناه", "What went out"),
    "digest.channel": ("القناة", "Channel"),
    "digest.planned": ("مخطط", "Planned"),
    "digest.published": ("نُشر", "Published"),
    "digest.held": ("موقوف", "Held"),
    "digest.failed": ("فشل", "Failed"),
    "digest.unknown": ("غير مؤكد", "Not certain"),
    "digest.adopted": ("نُشر يدوياً", "Posted by hand"),
    "digest.no_channels": ("لا توجد قنوات بعد.", "There are no channels yet."),
    # -- reach
    "digest.reach": ("الوصول والتفاعل، لكل قناة", "Reach and engagement, by channel"),
    "digest.reach_note": (
        "«الوصول» عدد أشخاص: من رأى على قناتين يُحسب في كل واحدة، لذلك لا تُجمع هذه الأرقام.",
        "Reach counts people: somebody who saw two channels is in both, so these figures are never added up.",
    ),
    "digest.views": ("المشاهدات", "Views"),
    "digest.people": ("الوصول (أشخاص)", "Reach (people)"),
    "digest.reactions": ("الإعجابات والتفاعلات", "Reactions"),
    "digest.interactions": ("كل التفاعل", "All interactions"),
    "digest.comments": ("التعليقات", "Comments"),
    "digest.by_post": ("منشورات الأسبوع", "Posts of the week"),
    "digest.post": ("المنشور", "Post"),
    "digest.by_hand": ("منشور يدوي", "posted by hand"),
    "digest.nothing_published": ("لم يُنشر شيء هذا الأسبوع.", "Nothing was published this week."),
    "digest.footnote": ("{definition} ({metric})، {when}", "{definition} ({metric}), {when}"),
    "digest.until": ("سبعة أيام تنتهي يوم {day}", "seven days ending {day}"),
    "digest.read_on": ("قُرئت يوم {day}", "read on {day}"),
    "digest.read_between": ("قُرئت بين {first} و{last}", "read between {first} and {last}"),
    "digest.days_given": ("أعطت ميتا {days} من 7 أيام فقط", "Meta gave only {days} of 7 days"),
    "digest.not_given": ("لم تعطِ ميتا هذا الرقم", "Meta did not give this figure"),
    "metric.page_media_view": ("مرات عرض محتوى الصفحة", "Times the Page's content was shown"),
    "metric.page_total_media_view_unique": (
        "أشخاص رأوا محتوى الصفحة، كل شخص مرة واحدة",
        "People who saw the Page's content, each counted once",
    ),
    "metric.page_actions_post_reactions_total": (
        "إعجابات وتفاعلات بالرموز على منشورات الصفحة",
        "Likes and other reactions to the Page's posts",
    ),
    "metric.page_post_engagements": (
        "نقرات وتفاعلات وتعليقات ومشاركات على منشورات الصفحة",
        "Clicks, reactions, comments and shares on the Page's posts",
    ),
    "metric.views": ("مرات عرض المحتوى على إنستغرام", "Times the content was shown on Instagram"),
    "metric.reach": (
        "حسابات رأت المحتوى على إنستغرام، كل حساب مرة واحدة",
        "Accounts that saw the content on Instagram, each counted once",
    ),
    "metric.likes": ("إعجابات إنستغرام", "Instagram likes"),
    "metric.total_interactions": (
        "إعجابات وتعليقات وحفظ ومشاركات على إنستغرام",
        "Instagram likes, comments, saves and shares",
    ),
    "metric.post_media_view": ("مرات عرض المنشور", "Times the post was shown"),
    "metric.post_total_media_view_unique": (
        "أشخاص رأوا المنشور، كل شخص مرة واحدة",
        "People who saw the post, each counted once",
    ),
    "metric.reactions": ("إعجابات وتفاعلات بالرموز على المنشور", "Likes and other reactions to the post"),
    # -- conversation
    "digest.conversation": ("كيف يتحدث الناس", "How people talk"),
    "digest.total_before": ("الأسبوع السابق: {n}.", "The week before: {n}."),
    "digest.sentiment": ("الموقف", "Sentiment"),
    "digest.sentiment_chart": ("الموقف في التعليقات، نسبة مئوية", "Sentiment of comments, per cent"),
    "digest.days_chart": ("عدد التعليقات حسب اليوم", "Comments by day"),
    "digest.not_scored_share": (
        "{share} من التعليقات لم يقيّمها البرنامج (لغة أخرى أو صورة أو عطل)، وهي تُعرض على المراجعين.",
        "{share} of the comments could not be scored (another language, a picture, an error); people look at them.",
    ),
    "digest.unread": (
        "تعليقات لم تُقيَّم بعد: {n}. هي غير محسوبة في الموقف.",
        "Not scored yet: {n}. They are not in the sentiment.",
    ),
    "digest.no_days": (
        "التوزيع على الأيام غير متوفر: مُسح قسم من التعليقات بعد انتهاء مدته.",
        "By day: missing, since some of the comments have been purged.",
    ),
    # -- flagged
    "digest.flagged": ("تعليقات تحتاج انتباهاً", "Comments that need attention"),
    "digest.group": ("النوع", "Kind"),
    "digest.group.life": ("خطر على الحياة أو طفل في خطر", "Danger to life, child at risk"),
    "digest.group.safeguarding": (
        "حماية: إفصاح، ابتزاز، زواج قسري، تهديد",
        "Safeguarding: disclosure, blackmail, forced marriage, threat",
    ),
    "digest.group.support": ("طلب مساعدة وسلامة", "Asking for help, safety"),
    "digest.group.abuse": ("إساءة وخطاب كراهية", "Abuse and hate speech"),
    "digest.group.spam": ("إعلانات واحتيال", "Spam and scams"),
    "digest.group.total": ("المجموع", "All together"),
    "digest.flagged_note": (
        (
            "كل تعليق يُحسب مرة واحدة، في أشد أنواعه. المجموع لا يُعرض ما دام جزء منه أقل من 5. "
            "الأرقام للأسبوع كله وليست ليوم أو منشور."
        ),
        (
            "Each comment counts once, in its gravest kind. The sum is not shown while a part of it is below 5. "
            "Figures are of whole weeks, never of a day or a post."
        ),
    ),
    "digest.flagged_later": ("تُعرض هذه الأرقام بعد نهاية الأسبوع.", "These figures are shown when the week is over."),
    # -- answers
    "digest.answers": ("بكم من الوقت رددنا على من يحتاج", "How soon people in need were answered"),
    "digest.median": ("نصفهم خلال", "Half within"),
    "digest.ninetieth": ("90% منهم خلال", "90% within"),
    "digest.in_time": ("ضمن الوقت المحدد", "Within target"),
    "digest.at_least": ("{share} أو أكثر", "{share} or more"),
    "digest.answers_note": (
        (
            "من وصول التعليق إلينا إلى أول قرار أو استلام من شخص. لا يُعرض إذا كانت التعليقات أقل من 5. "
            "من لم يُردّ عليه وفات وقته محسوب متأخراً."
        ),
        (
            "From when a comment reached us to a person's first decision or acknowledgement. "
            "Not shown for fewer than 5. Whoever still waits beyond the target counts as late."
        ),
    ),
    # -- queue and retention
    "digest.queue": ("المراجعة والحفظ", "Review and retention"),
    "digest.oldest.none": ("لا يوجد تعليق ينتظر المراجعة.", "No comment waits for review."),
    "digest.oldest.hours": (
        "أقدم تعليق ينتظر المراجعة: أقل من 4 ساعات.",
        "Oldest comment waiting for review: under 4 hours.",
    ),
    "digest.oldest.day": ("أقدم تعليق ينتظر المراجعة: أقل من يوم.", "Oldest comment waiting for review: under a day."),
    "digest.oldest.three_days": (
        "أقدم تعليق ينتظر المراجعة: من يوم إلى 3 أيام.",
        "Oldest comment waiting for review: 1 to 3 days.",
    ),
    "digest.oldest.week": (
        "أقدم تعليق ينتظر المراجعة: من 3 أيام إلى أسبوع.",
        "Oldest comment waiting for review: 3 days to a week.",
    ),
    "digest.oldest.longer": (
        "أقدم تعليق ينتظر المراجعة: أكثر من أسبوع.",
        "Oldest comment waiting for review: more than a week.",
    ),
    "digest.checks": (
        (
            "راجع الفريق خلال {weeks} أسبوعاً عيّنة من التعليقات غير المعلَّمة ({n} تقريباً): "
            "ما فات منها لا يتجاوز {share} (بثقة {sure})."
        ),
        (
            "Of comments without a flag, people checked about {n} by lot in {weeks} weeks: "
            "at most {share} of such comments were missed ({sure} sure)."
        ),
    ),
    "digest.checks_few": (
        "تدقيق التعليقات غير المعلَّمة: عددها لا يكفي للحكم بعد.",
        "Checks of comments without a flag: too few yet to tell.",
    ),
    "digest.purged": (
        "تعليقات مُسح نصها بعد انتهاء مدة حفظها: {n} تقريباً.",
        "Comments whose words were deleted when their time was over: about {n}.",
    ),
    "digest.purged_few": (
        "تعليقات مُسح نصها بعد انتهاء مدة حفظها: أقل من 5.",
        "Comments whose words were deleted when their time was over: fewer than 5.",
    ),
    "digest.purged_missing": ("المسح بعد انتهاء المدة: غير متوفر.", "Deletions when time is over: missing."),
    # -- next
    "digest.next": ("ما المطلوب الآن", "What to do next"),
    "digest.next.token": (
        "صلاحية الوصول إلى {channel} تنتهي يوم {day}: جدّدوها قبل ذلك.",
        "Access to {channel} ends on {day}: renew it before.",
    ),
    "digest.next.token_over": (
        "صلاحية الوصول إلى {channel} انتهت يوم {day}: لا شيء يُنشر ولا يُقرأ إلى أن تُجدَّد.",
        "Access to {channel} ended on {day}: nothing goes out or is read until it is renewed.",
    ),
    "digest.next.stopped": (
        "القناة {channel} متوقفة لأن ميتا ترفض صلاحيتها: أصلحوها.",
        "Channel {channel} is stopped, since Meta refuses its token: mend it.",
    ),
    "digest.next.nothing": ("لا شيء عالق.", "Nothing is stuck."),
    **_plural(
        "digest.comments_of_week",
        (
            "لا تعليقات هذا الأسبوع.",
            "تعليق واحد هذا الأسبوع.",
            "تعليقان هذا الأسبوع.",
            "{n} تعليقات هذا الأسبوع.",
            "{n} تعليقاً هذا الأسبوع.",
            "{n} تعليق هذا الأسبوع.",
        ),
        ("{n} comment this week.", "{n} comments this week."),
    ),
    **_plural(
        "digest.more_posts",
        ("", "ومنشور واحد غيرها.", "ومنشوران غيرها.", "و{n} منشورات غيرها.", "و{n} منشوراً غيرها.", "و{n} منشور غيرها."),
        ("And {n} more post.", "And {n} more posts."),
    ),
    **_plural(
        "digest.next.approvals",
        (
            "لا منشورات تنتظر الموافقة.",
            "منشور واحد ينتظر الموافقة.",
            "منشوران ينتظران الموافقة.",
            "{n} منشورات تنتظر الموافقة.",
            "{n} منشوراً ينتظر الموافقة.",
            "{n} منشور ينتظر الموافقة.",
        ),
        ("{n} post waits for approval.", "{n} posts wait for approval."),
    ),
    **_plural(
        "digest.next.held",
        (
            "لا منشورات موقوفة.",
            "منشور واحد موقوف وينتظر قراركم.",
            "منشوران موقوفان ينتظران قراركم.",
            "{n} منشورات موقوفة تنتظر قراركم.",
            "{n} منشوراً موقوفاً ينتظر قراركم.",
            "{n} منشور موقوف ينتظر قراركم.",
        ),
        ("{n} post is held and waits for a decision.", "{n} posts are held and wait for a decision."),
    ),
    **_plural(
        "digest.next.failed",
        (
            "لا منشورات فاشلة.",
            "منشور واحد رفضته ميتا: انظروا السبب.",
            "منشوران رفضتهما ميتا: انظروا السبب.",
            "{n} منشورات رفضتها ميتا: انظروا السبب.",
            "{n} منشوراً رفضتها ميتا: انظروا السبب.",
            "{n} منشور رفضتها ميتا: انظروا السبب.",
        ),
        ("{n} post was refused by Meta: see why.", "{n} posts were refused by Meta: see why."),
    ),
    **_plural(
        "digest.next.unknown",
        (
            "لا منشورات غير مؤكدة.",
            "منشور واحد لا نعرف هل ظهر للناس: تأكدوا بأنفسكم.",
            "منشوران لا نعرف هل ظهرا للناس: تأكدوا بأنفسكم.",
            "{n} منشورات لا نعرف هل ظهرت للناس: تأكدوا بأنفسكم.",
            "{n} منشوراً لا نعرف هل ظهرت للناس: تأكدوا بأنفسكم.",
            "{n} منشور لا نعرف هل ظهرت للناس: تأكدوا بأنفسكم.",
        ),
        (
            "{n} post may or may not be out: look for yourselves.",
            "{n} posts may or may not be out: look for yourselves.",
        ),
    ),
    **_plural(
        "digest.next.planned",
        (
            "لا منشورات مخطط لها للأسبوع التالي.",
            "منشور واحد مخطط له للأسبوع التالي.",
            "منشوران مخطط لهما للأسبوع التالي.",
            "{n} منشورات مخطط لها للأسبوع التالي.",
            "{n} منشوراً مخططاً له للأسبوع التالي.",
            "{n} منشور مخطط له للأسبوع التالي.",
        ),
        ("{n} post is planned for the week after.", "{n} posts are planned for the week after."),
    ),
}
