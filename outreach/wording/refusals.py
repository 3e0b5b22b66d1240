"""What Meta's refusals mean to people (graph-api.md §7): what happened, then what to do."""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "meta.error": (
        "خطأ غير معروف من ميتا ({graph_code}). ابحثوا عن الرقم في توثيق ميتا، وانظروا إلى القناة نفسها قبل أي إعادة.",
        "An error of Meta's that is in no list ({graph_code}). Look the number up at Meta, and at the channel itself before any repeat.",
    ),
    "meta.invalid": (
        "رفضت ميتا الطلب لأن فيه قيمة لا تقبلها ({graph_code}). عدّلوا المنشور في ملف الحملة ثم طبّقوها من جديد.",
        "Meta refused a value in the request ({graph_code}). Change the post in the campaign's file and apply it again.",
    ),
    "meta.gone": (
        "لم يعد موجوداً عند ميتا، أو لا نراه بهذا الرمز. انظروا إلى الصفحة؛ إن كان هناك فالصلاحيات ناقصة: outreach channels check",
        "It is gone at Meta, or not visible to this token. Look at the Page; if it stands there, permissions are missing: outreach channels check",
    ),
    "meta.permission": (
        "تنقص صلاحية عند ميتا. لتعرفوا أيّها: outreach channels check",
        "A permission is missing at Meta. To see which: outreach channels check",
    ),
    "meta.config": (
        "إعداد التطبيق عند ميتا لا يسمح بهذا. راجعوا الرقم والسر والمنتجات في لوحة التطبيق، ثم: outreach channels check",
        "The app's configuration at Meta does not allow this. See its id, secret and products in the app's dashboard, then: outreach channels check",
    ),
    "meta.cannot_hide": (
        "لا تسمح ميتا بإخفاء هذا التعليق. احذفوه، أو اتركوه وأبلغوا عنه باليد.",
        "Meta does not let this comment be hidden. Delete it, or leave it and report it by hand.",
    ),
    "meta.media_unreachable": (
        "لا تصل ميتا إلى الصورة. افحصوا media.public_base_url ثم: outreach channels check --rehearse",
        "Meta cannot fetch the image. Look at media.public_base_url, then: outreach channels check --rehearse",
    ),
    "meta.expired": (
        "انتهت صلاحية ما حُضِّر قبل أن يُنشر. يُحضَّر من جديد تلقائياً؛ لا شيء مطلوب.",
        "What was prepared expired before it went out. It is made again by itself; nothing is asked of you.",
    ),
    "meta.not_ready": (
        "لم تنته ميتا من التحضير بعد. نسأل ثانية تلقائياً؛ لا شيء مطلوب.",
        "Meta has not finished preparing it. It is asked again by itself; nothing is asked of you.",
    ),
    "meta.blocked": (
        "أوقفت ميتا الحساب عن الكتابة مؤقتاً. لا تكرّروا المحاولة؛ راجعوا «جودة الصفحة» وانتظروا ساعات.",
        "Meta blocks the account from writing for now. Do not repeat; look at Page quality and wait some hours.",
    ),
    "meta.quota": (
        "بلغنا حدّ ميتا اليومي للنشر. ما بعده ينتظر يوماً؛ قلّلوا منشورات ذلك اليوم.",
        "Meta's daily limit of posts is reached. What follows waits a day; plan fewer posts on that day.",
    ),
    "meta.throttled": (
        "تطلب ميتا التمهّل. نعاود تلقائياً في الوقت الذي تحدده؛ لا شيء مطلوب.",
        "Meta asks us to slow down. It is tried again at the time that Meta names; nothing is asked of you.",
    ),
    "meta.duplicate": (
        "تقول ميتا إن المنشور مكرّر. انظروا إلى الصفحة: إن كان منشوراً فاعتمدوه، وإلا فغيّروا النص.",
        "Meta says that the post is a duplicate. Look at the Page: if it stands there adopt it, else change its words.",
    ),
    "meta.link_refused": (
        "لم تستطع ميتا قراءة الرابط. افتحوه بأنفسكم، وصحّحوه في ملف الحملة.",
        "Meta could not read the link. Open it yourselves, and mend it in the campaign's file.",
    ),
    "meta.already_replied": (
        "رُدّ على هذا التعليق من قبل على الخاص. تابعوا المحادثة في صندوق وارد ميتا.",
        "This comment was answered privately before. Go on in Meta's inbox.",
    ),
    "meta.cannot_reply": (
        "لا يمكن الرد عليها على الخاص. ردّوا تحت التعليق بلا أي تفصيل، أو اتركوه.",
        "She cannot be answered privately. Answer below the comment without any detail, or leave it.",
    ),
    "meta.window_closed": (
        "انتهت مدة الرد على الخاص (٧ أيام). لا تُمدَّد؛ ردّوا تحت التعليق بلا أي تفصيل إن كان آمناً.",
        "The time to answer privately (7 days) is over. It cannot be prolonged; answer below the comment without any detail, if that is safe.",
    ),
    "meta.no_data": (
        "لا توجد أرقام عند ميتا لهذا المنشور. تُقرأ الأرقام الأخرى؛ لا شيء مطلوب.",
        "Meta has no figures for this. The others are read; nothing is asked of you.",
    ),
    "meta.too_much": (
        "طلبنا الكثير دفعة واحدة. نطلب أقلّ تلقائياً؛ لا شيء مطلوب.",
        "We asked for too much at once. Less is asked by itself; nothing is asked of you.",
    ),
    "meta.unavailable": (
        "ميتا لا تستجيب الآن. نعاود تلقائياً؛ إن طال الأمر فانظروا metastatus.com.",
        "Meta is not available now. It is tried again by itself; if it lasts, look at metastatus.com.",
    ),
    "meta.unreadable": (
        "جواب ميتا غير مفهوم. نعاود القراءة تلقائياً؛ إن تكرّر فأخبروا من يصون البرنامج.",
        "Meta's answer cannot be read. Reads are tried again by themselves; if it comes back, tell whoever maintains this program.",
    ),
    "meta.unreachable": (
        "لا نصل إلى ميتا. افحصوا الإنترنت وجدار الحماية.",
        "Meta cannot be reached. Check the internet and the firewall.",
    ),
    "meta.no_answer": (
        "لم يصل جواب ميتا. يُقرأ ما حصل فعلاً قبل أي إعادة؛ لا شيء مطلوب.",
        "Meta's answer did not arrive. What really happened is read back before any repeat; nothing is asked of you.",
    ),
    "meta.unsendable": (
        "تعذّر إرسال الطلب لأن فيه ما لا يُرسَل. عدّلوا المنشور، أو أخبروا من يصون البرنامج.",
        "The request cannot be sent as it is. Change the post, or tell whoever maintains this program.",
    ),
}
