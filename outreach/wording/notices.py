"""Notices to the staff: what happened, what did not, one thing to do; and the paths by which they come."""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "notice.deletion.subject": (
        "outreach: طلب محو ينتظركم",
        "outreach: a request to erase is waiting",
    ),
    "notice.deletion": (
        "طلب شخص عن طريق ميتا محو ما نحتفظ به عنه، وعندنا شيء منه. العدد: {count}.",
        "Somebody asked through Meta that what we hold be erased, and something is held. Count: {count}.",
    ),
    "notice.deletion.not": (
        "لم يُمحَ شيء: قد تكون عليه حالة مفتوحة، فيقرر شخص.",
        "Nothing is erased yet: a case may be open, so a person decides.",
    ),
    "notice.deletion.do": (
        "اعرضوا الرموز: outreach subject requests، ثم امسحوا: outreach subject erase الرمز. تراه صاحبته في {link}",
        "List the codes: outreach subject requests; then outreach subject erase CODE. She sees its state at {link}",
    ),
    "notice.failed.subject": ("outreach: منشور لم يُنشر ({channels})", "outreach: a post did not go out ({channels})"),
    "notice.failed": (
        "رفضت ميتا منشوراً نهائياً. العدد: {count}. القنوات: {channels}.",
        "Meta refused a post for good. Count: {count}. Channels: {channels}.",
    ),
    "notice.failed.not": (
        "لم يُنشر منه شيء، ولن يُعاد تلقائياً.",
        "Nothing of it went out, and it is not tried again by itself.",
    ),
    "notice.failed.do": ("افتحوا {link} واقرؤوا السبب وقرّروا.", "Open {link}, read the reason, and decide."),
    "notice.unknown.subject": (
        "outreach: لا يُعرف هل نُشر ({channels})",
        "outreach: nobody knows whether it went out ({channels})",
    ),
    "notice.unknown": (
        "انقطع الجواب أثناء نشر منشور، ولم تحسم ميتا بعدها هل نُشر. العدد: {count}. القنوات: {channels}.",
        "The answer was lost while a post went out, and Meta did not settle it afterwards. Count: {count}. Channels: {channels}.",
    ),
    "notice.unknown.not": (
        "لم يُعَد النشر، حتى لا يظهر مرتين.",
        "It was not sent again, so that it cannot stand there twice.",
    ),
    "notice.unknown.do": (
        "انظروا إلى القناة نفسها، ثم قولوا ما رأيتم في {link}",
        "Look at the channel itself, then say what you saw at {link}",
    ),
    "notice.held.subject": (
        "outreach: منشور موقوف ينتظركم ({channels})",
        "outreach: a post is held for you ({channels})",
    ),
    "notice.held": (
        "أُوقف منشور لأن موعده فات أو لأن شيئاً ينقصه. العدد: {count}. القنوات: {channels}.",
        "A post is held: it is late, or something is missing. Count: {count}. Channels: {channels}.",
    ),
    "notice.held.not": ("لم يُنشر، ولن يُنشر حتى يقرّر شخص.", "It did not go out, and does not until a person decides."),
    "notice.held.do": ("انشروه أو أجّلوه أو ألغوه في {link}", "Publish, reschedule or drop it at {link}"),
    "notice.token.subject": ("outreach: قناة متوقفة ({channels})", "outreach: a channel has stopped ({channels})"),
    "notice.token": (
        "لا تقبل ميتا رمز الدخول. القنوات المتوقفة: {channels}.",
        "Meta does not take the token. Channels that stopped: {channels}.",
    ),
    "notice.token.not": (
        "لا يُنشر عليها شيء، ولا تُقرأ تعليقاتها: قد يكون بينها من يطلب مساعدة.",
        "Nothing goes out on them and their comments are not read: somebody there may be asking for help.",
    ),
    "notice.token.do": (
        "افتحوا {link} واتبعوا الحلّ المكتوب عند القناة.",
        "Open {link} and do what stands beside the channel.",
    ),
    "notice.ends.subject": ("outreach: {channels}: بقي {days} يوماً", "outreach: {channels}: {days} days left"),
    "notice.ends": (
        "ينتهي قريباً رمز دخول أو مدة الوصول إلى البيانات. القنوات: {channels}. الأيام الباقية: {days}.",
        "A token, or the data access period, ends soon. Channels: {channels}. Days left: {days}.",
    ),
    "notice.ends.not": ("لم يتوقف شيء بعد.", "Nothing has stopped yet."),
    "notice.ends.do": ("جدّدوه قبل ذلك اليوم؛ التفاصيل في {link}", "Renew it before that day; details at {link}"),
    "notice.pause.subject": ("outreach: أُوقف النشر ({channels})", "outreach: publishing is paused ({channels})"),
    "notice.pause": (
        "أوقف شخص النشر. القنوات: {channels} (— تعني كلها).",
        "Somebody paused publishing. Channels: {channels} (— means all).",
    ),
    "notice.pause.not": (
        "لا يُنشر عليها شيء حتى يستأنفه شخص؛ والتعليقات تُقرأ كالعادة.",
        "Nothing goes out there until a person resumes; comments are read as ever.",
    ),
    "notice.pause.do": ("راجعوا ما كان سيُنشر اليوم في {link}", "Look at what was to go out today at {link}"),
    "notice.trial.subject": ("outreach: تجربة تنبيه", "outreach: a trial notice"),
    "notice.trial": (
        "هذه تجربة. لا شيء مطلوب منكم. بهذا الطريق تصلكم التنبيهات.",
        "This is a trial. Nothing is asked of you. Notices will reach you this way.",
    ),
    # -- paths
    "notice.not_taken": (
        "لم تقبل الخدمة {kind} التنبيه. تحققوا من عنوانها ومن الإنترنت.",
        "The service {kind} did not take the notice. Check its address and the internet.",
    ),
    "notice.failed_path": ("لم يصل التنبيه من هذا الطريق.", "The notice did not get through by this path."),
    "notice.kind_refused": ("خدمة غير مسموحة. المسموح: {allowed}", "That service is not allowed. Allowed: {allowed}"),
    "notice.parameter_refused": (
        "في العنوان إعداد غير مسموح. المسموح: {allowed}",
        "The address sets something that is not allowed. Allowed: {allowed}",
    ),
    "notice.address_unusable": (
        "عنوان {kind} هذا غير صالح. راجعوا شكله في توثيق apprise.",
        "That {kind} address cannot be used. See its form in apprise's documentation.",
    ),
    "notice.host_unknown": ("لا يُعرف خادم {kind} في الشبكة.", "The host of {kind} is not known to the network."),
    "notice.host_private": (
        "خادم {kind} في شبكة خاصة؛ لا يُسمح إلا بعنوان عام.",
        "The host of {kind} is in a private network; only public ones are allowed.",
    ),
    "notice.no_such_path": ("لا يوجد طريق بهذا الرقم: {number}", "There is no path of that number: {number}"),
    "notice.path_added": (
        "أُضيف الطريق {kind}. جرّبوه: outreach users notify {login} --try",
        "Added the path {kind}. Try it: outreach users notify {login} --try",
    ),
    "notice.path_removed": ("حُذف الطريق {kind}.", "Removed the path {kind}."),
    "notice.path_fine": ("وصل", "taken"),
    "doctor.no_path": (
        "{login} بلا بريد وبلا خدمة، فلا يصله أي تنبيه. أضيفوا: outreach users notify {login}",
        "{login} has neither mail address nor service, so no notice arrives. Add one: outreach users notify {login}",
    ),
    "doctor.one_path": (
        "لا طريق ثانياً للتنبيهات عند أحد: إن توقف البريد لا يصل شيء. أضيفوا خدمة: outreach users notify",
        "Nobody has a second path for notices: when mail is down nothing arrives. Add a service: outreach users notify",
    ),
    "doctor.path_refused": (
        "طريق {login} عبر {kind} لم يعد مسموحاً.",
        "The path of {login} by {kind} is not allowed any more.",
    ),
    "doctor.unreachable": ("آخر التنبيهات لم تصل بأي طريق.", "The latest notices got through by no path."),
}
