"""Messages of pausing, taking down, restoring, and of posts that wait for a person."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # -- pause and resume
    "pause.why": (
        "اكتبوا السبب: --why. يُحفظ مشفّراً مع اسمكم.",
        "Say why: --why. It is kept encrypted, with your name.",
    ),
    "pause.none": ("لا يوجد إيقاف الآن.", "Nothing is paused."),
    "pause.stands": (
        "النشر متوقّف على {channel}، فلا تجربة الآن. للاستئناف: outreach resume",
        "Publishing is stopped on {channel}: no trial now. To go on: outreach resume",
    ),
    "pause.restored": (
        "هذه نسخة مستعادة أو منقولة. تأكّدوا أن القديمة متوقّفة، ثم: outreach resume --after-restore",
        "This is a restored state or a copy. Make sure that the old one is off, then: outreach resume --after-restore",
    ),
    "pause.not_read_back": (
        "لم يُقرأ بعد من ميتا ما حصل منذ النسخة. لن يُنشر شيء قبل ذلك.",
        "What happened since has not been read back from Meta yet. Nothing goes out before that.",
    ),
    "pause.begun": ("توقّف كل نشر: {where}.", "Every release is stopped: {where}."),
    "pause.everywhere": ("كل القنوات", "all channels"),
    "pause.armed": ("ما زال لدى ميتا وسيُنشر وحده: {count}", "Still armed at Meta: {count}"),
    "pause.armed_none": ("لم يبقَ لدى ميتا شيء مجدول.", "Nothing is armed at Meta any more."),
    "pause.will_go_out": (
        "تعذّر سحب هذه من ميتا، وستُنشر في مواعيدها ما لم تُحذف باليد:",
        "These could not be taken back from Meta. They go out at these times unless somebody deletes them by hand:",
    ),
    "pause.under_way": (
        "كان نشرها جارياً لحظة الإيقاف وقد تظهر: {posts}",
        "Their release was under way when the pause came, so they may be out: {posts}",
    ),
    "pause.too_late": (
        "نشرتها ميتا قبل سحبها: {posts}. لحذفها: outreach posts takedown",
        "Meta sent these before they could be taken back: {posts}. To delete them: outreach posts takedown",
    ),
    "resume.done": (
        "يُستأنف النشر: {channels}. ما فات موعده أثناء الإيقاف ينتظر قراركم: outreach posts waiting",
        "Publishing goes on: {channels}. What was due in the pause waits for you: outreach posts waiting",
    ),
    "resume.compared": (
        (
            "{channel}: نُشر منذ النسخة وعُرف: {ours} · يشبه منشوراً لنا: {alike} · "
            "لدى ميتا مجدولاً: {armed} · لغيرنا: {foreign} · فات موعده: {absent} · أُزيل منذ ذلك: {gone}"
            " · أفعال مراجعة قورنت: {actions}"
        ),
        (
            "{channel}: out since then and found: {ours} · alike: {alike} · in Meta's scheduler: {armed} · "
            "not ours: {foreign} · missed: {absent} · taken down since: {gone} · moderation acts compared: {actions}"
        ),
    ),
    "installation.paused": (
        "توقّف كل نشر: {reason} لا يُستأنف إلا بـ: outreach resume --after-restore",
        "Every release is stopped: {reason} It goes on with: outreach resume --after-restore",
    ),
    "installation.restored": ("استُعيدت نسخة احتياطية.", "A backup was restored."),
    "installation.copied": (
        "القاعدة أو مجلد البيانات منقول: ليس هذا مكانه أو جهازه.",
        "This is a copy: the machine, the data folder or the database is not the one that it belongs to.",
    ),
    "installation.no_epoch": (
        "ينقص ملف العدّ في مجلد المفاتيح، أو في القاعدة.",
        "The count is missing from the key folder, or from the database.",
    ),
    "installation.other_epoch": (
        "القاعدة ومجلد المفاتيح من وقتين مختلفين.",
        "The database and the key folder are of different times.",
    ),
    "installation.clock_back": ("أُرجعت الساعة إلى الوراء.", "The clock was set back."),
    "action.restored": (
        "طُلب قبل استعادة النسخة، ولا يُعرف هل نُفّذ ثم أُلغي. قرّروا من جديد.",
        "Asked before the restore; whether it was done and undone is not known. Decide again.",
    ),
    # -- taking down
    "takedown.already": ("أُزيل هذا المنشور من قبل.", "This post is taken down already."),
    "takedown.none_open": (
        "لا توجد إزالة تنتظر تأكيداً لهذا المنشور.",
        "No takedown of this post waits for a confirmation.",
    ),
    "takedown.bad_reason": ("سبب غير معروف. المسموح: {allowed}", "Unknown reason. Allowed: {allowed}"),
    "takedown.what": (
        "اذكروا منشوراً (رقمه أو حملة/منشور) أو --consent.",
        "Name a post (its id, or campaign/post), or --consent.",
    ),
    "takedown.ask": (
        "يُوقَف ويُحذف ما في القائمة ({count})، ولا رجعة فيه. أكيد؟",
        "All of these ({count}) are stopped and deleted, for good. Sure?",
    ),
    "takedown.would_destroy": ("تُتلف معها نسخنا من: {files}", "Our copies would be destroyed: {files}"),
    "takedown.effect.delete": ("يُحذف من ميتا", "deleted at Meta"),
    "takedown.effect.delete_if_out": ("يُحذف من ميتا إن كان قد خرج", "deleted at Meta, if it is out"),
    "takedown.effect.disarm": ("يُسحب من جدولة ميتا", "taken out of Meta's scheduler"),
    "takedown.effect.discard": ("يُلغى ويُحذف ما حُضّر منه", "cancelled; what is prepared is deleted"),
    "takedown.effect.cancel": ("يُلغى ولا يُنشر", "cancelled, never goes out"),
    "takedown.all_done": (
        "أُزيلت كلها، وتأكّدنا بقراءتها من ميتا.",
        "All of it is down, confirmed by reading back from Meta.",
    ),
    "takedown.open": (
        "لم تتأكّد بعد إزالة {count}. تستمر المحاولة ما دامت الخدمة تعمل.",
        "Not confirmed yet: {count}. The service goes on trying.",
    ),
    "takedown.destroyed": (
        "أُتلفت نسخنا من: {files}. النسخ الاحتياطية الأقدم ما زالت تحويها.",
        "Our copies are destroyed: {files}. Older backups still hold them.",
    ),
    "takedown.kept": (
        "لم يُتلف {file}: يستخدمه المنشور {post}.",
        "{file} is not destroyed: the post {post} uses it.",
    ),
    "takedown.seen_gone": ("سُجّل باسمكم أنه لم يعد ظاهراً.", "Recorded, in your name, that it is gone."),
    "takedown.by_hand": ("احذفوه باليد الآن:", "Delete it by hand, now:"),
    "takedown.hand.facebook_page.published": (
        (
            "١) افتحوا فيسبوك وبدّلوا إلى الصفحة.\n٢) افتحوا المنشور.\n٣) اضغطوا ⋯ ثم «نقل إلى سلة المهملات».\n"
            "٤) افتحوا رابطه من هاتف غير مسجّل الدخول: يجب ألّا يظهر."
        ),
        (
            "1) Open Facebook and switch to the Page.\n2) Open the post.\n3) Press ⋯, then “Move to trash”.\n"
            "4) Open its address on a phone that is signed out: it must not show."
        ),
    ),
    "takedown.hand.facebook_page.armed": (
        (
            "١) افتحوا Meta Business Suite ← «المخطِّط» (Planner).\n٢) اختاروا الصفحة وموعد المنشور.\n"
            "٣) افتحوه واضغطوا ⋯ ثم «حذف المنشور».\n٤) حدّثوا الصفحة: يجب ألّا يبقى في المخطِّط."
        ),
        (
            "1) Open Meta Business Suite → Planner.\n2) Choose the Page and the post's time.\n"
            "3) Open it, press ⋯, then “Delete post”.\n4) Reload: it must be gone from the Planner."
        ),
    ),
    "takedown.hand.instagram_account.published": (
        (
            "١) افتحوا تطبيق إنستغرام بحساب البرنامج.\n٢) افتحوا المنشور من الملف الشخصي.\n"
            "٣) اضغطوا ⋯ ثم «حذف» وأكّدوا.\n"
            "٤) افتحوا «المحذوفة مؤخراً» (الإعدادات ← نشاطك) واحذفوه نهائياً، وإلا بقي هناك ٣٠ يوماً."
        ),
        (
            "1) Open the Instagram app with the programme's account.\n2) Open the post from the profile.\n"
            "3) Press ⋯, then “Delete”, and confirm.\n4) Open “Recently deleted” (Settings → Your activity) and delete "
            "it for good, or it stays there for 30 days."
        ),
    ),
    "takedown.hand.instagram_account.armed": (
        "١) افتحوا Meta Business Suite ← «المخطِّط».\n٢) اختاروا الحساب وموعد المنشور.\n٣) افتحوه واحذفوه.",
        "1) Open Meta Business Suite → Planner.\n2) Choose the account and the post's time.\n3) Open it and delete it.",
    ),
    "withdraw.still_there": (
        "قالت ميتا إنه حُذف لكنه ما زال موجوداً عندها.",
        "Meta said that it is deleted, but it is still there when read back.",
    ),
    "withdraw.read_only": (
        "القناة للقراءة فقط، فلا يُكتب إليها شيء.",
        "The channel is read only: nothing is ever written to it.",
    ),
    "withdraw.maybe_out": (
        "ربما ظهر قبل الاستعادة، ولا نعرف رقمه عند ميتا. انظروا في القناة، واحذفوه إن كان هناك.",
        "It may have gone out before the restore; its id at Meta is not known. Look there, and delete it.",
    ),
    "withdraw.pending": ("تجري إزالته من ميتا الآن.", "It is being taken down at Meta."),
    "withdraw.by_hand": ("ميتا لا تسمح لنا بحذفه: احذفوه باليد.", "Meta does not let us delete it: do it by hand."),
    "withdraw.done": ("أُزيل، وتأكّدنا بقراءته من ميتا.", "Taken down, and confirmed by reading back from Meta."),
    "withdraw.too_late": ("نشرته ميتا قبل سحبه.", "Meta sent it before it could be taken back."),
    "consent.still_out": (
        "ما زالت منشورات تعتمد على هذه الموافقة: {count}. لإزالتها كلها: outreach posts takedown --consent {consent}",
        "Posts that rest on this consent: {count}. To take them all down: outreach posts takedown --consent {consent}",
    ),
    # -- posts that wait for a person
    "posts.consent_ended": (
        "انتهت الموافقة أو سُحبت، والمنشور ما زال ظاهراً. لإزالته: outreach posts takedown {publication}",
        "Its consent has ended, and it is still out. To take it down: outreach posts takedown {publication}",
    ),
    "posts.decided_count": ("سُجّل القرار على {count} من المنشورات.", "The decision is recorded for {count} posts."),
    "posts.which": (
        "اذكروا رقم منشور، أو --all لكل ما هو موقوف.",
        "Name a post by its id, or say --all for everything that is held.",
    ),
    "posts.not_for_all": (
        "مع --all: publish_now أو reschedule أو drop فقط. الباقي يحتاج النظر إلى كل منشور.",
        "With --all: publish_now, reschedule or drop. The others need a look at each post.",
    ),
    "publication.too_close": (
        "على القناة منشور قريب من هذا الوقت. أقرب وقت خالٍ: {free}",
        "Another post stands too close to that time on its channel. The next free time: {free}",
    ),
    "publication.blackout": (
        (
            "لا يُنشر {post} في هذا الوقت: فترة توقّف من {since} إلى {until} ({reason}). "
            "المطلوب موعد خارجها، أو تعديل ملف الحملة."
        ),
        (
            "{post} cannot go out then: there is a blackout from {since} to {until} ({reason}). "
            "Choose a time outside of it, or change the campaign file."
        ),
    ),
    # -- what a person changed in Meta's own schedule
    "altered.field.text": ("النص كما هو هناك", "Words as they stand there"),
    "altered.field.media": ("عدد الصور هناك", "Images there"),
    "altered.field.picture": ("صورة أخرى، رقم", "Another image, no."),
    "altered.field.due_at": ("الموعد الجديد", "New time"),
    # -- pages: the pause
    "pause.link": ("إيقاف النشر", "Stop"),
    "pause.banner": ("النشر متوقّف الآن", "Publishing is stopped"),
    "pause.title": ("إيقاف النشر", "Stop publishing"),
    "pause.now": ("متوقّف الآن", "Stopped now"),
    "pause.stopped_all": ("توقّف النشر على كل القنوات.", "Publishing is stopped on every channel."),
    "pause.stopped_channel": ("توقّف النشر على {channel}.", "Publishing is stopped on {channel}."),
    "pause.at_meta": ("ما لدى ميتا", "What Meta holds"),
    "pause.taking_back": (
        "يُسحب الآن؛ تتحدّث هذه الصفحة وحدها.",
        "It is being taken back; this page reloads by itself.",
    ),
    "pause.under_way_now": (
        "كان نشرها جارياً لحظة الإيقاف وقد تظهر:",
        "Their release was under way when the pause came, so they may be out:",
    ),
    "pause.too_late_now": (
        "نشرتها ميتا قبل سحبها. افتحوها لإزالتها:",
        "Meta sent these before they could be taken back. Open one to take it down:",
    ),
    "pause.what": (
        "يتوقّف كل نشر فوراً، ويُسحب ما ينتظر لدى ميتا. التعليقات تُقرأ وتُراجع كالمعتاد.",
        "Every release stops at once, and what waits at Meta is taken back. Comments are read and reviewed as usual.",
    ),
    "pause.reason": ("السبب (يُحفظ مشفّراً مع اسمكم)", "Why (kept encrypted, with your name)"),
    "pause.why.news": ("خبر أو حدث: الكلام لم يعد في وقته", "News: the words are out of place now"),
    "pause.why.threat": ("تهديد أو خطر على أحد", "A threat, or danger to somebody"),
    "pause.why.mistake": ("خطأ في منشور", "A mistake in a post"),
    "pause.why.other": ("سبب آخر", "Another reason"),
    "pause.all": ("إيقاف كل شيء الآن", "Stop everything now"),
    "pause.one": ("إيقاف {channel} فقط", "Stop {channel} only"),
    "pause.end": ("الاستئناف", "Go on"),
    "pause.end.note": (
        "باسمكم. ما فات موعده أثناء الإيقاف لا يُنشر وحده: ينتظر قراراً.",
        "In your name. What was due in the pause does not go out by itself: it waits for a decision.",
    ),
    "pause.end.sure": ("زال السبب، وأريد أن يُستأنف النشر", "The reason is over, and I want publishing to go on"),
    "pause.end.all": ("استئناف النشر", "Go on everywhere"),
    "pause.end.one": ("استئناف {channel} فقط", "Go on with {channel} only"),
    # -- pages: taking down
    "takedown.title": ("إزالة المنشور", "Take the post down"),
    "takedown.what_it_does": (
        (
            "يتوقّف المنشور أينما كان: موعده، وما حُضّر، وما لدى ميتا، وما نُشر. "
            "يُحذف حيث تسمح ميتا، وإلا نقول كيف يُحذف باليد. تختفي معه التعليقات التي تحته عند ميتا."
        ),
        (
            "The post stops wherever it is: its slot, what is prepared, what Meta holds, what is out. It is deleted "
            "where Meta lets us; else we say how by hand. The comments under it at Meta go with it."
        ),
    ),
    "takedown.no_undo": ("لا يمكن التراجع عن هذا.", "This cannot be undone."),
    "takedown.why": ("السبب", "Why"),
    "takedown.reason.consent_withdrawn": (
        "سُحبت الموافقة: تُتلف نسخنا من الصور، ويُزال كل منشور يعتمد عليها",
        "Consent was withdrawn: our copies of the media are destroyed, and every post that rests on it goes",
    ),
    "takedown.reason.unsafe": ("قد يتأذّى أحد", "Somebody may come to harm"),
    "takedown.reason.mistake": ("خطأ في المنشور", "A mistake in the post"),
    "takedown.reason.other": ("سبب آخر", "Another reason"),
    "takedown.everywhere": (
        "على كل القنوات (قنوات أخرى أو مواعيد أخرى: {count})",
        "On every channel (other channels or times: {count})",
    ),
    "takedown.this_one": ("هذا المنشور:", "This post:"),
    "takedown.if_consent": (
        "إن كان السبب سحب الموافقة، تُزال معه أيضاً:",
        "If consent was withdrawn, these go too:",
    ),
    "takedown.if_consent_files": (
        "إن كان السبب سحب الموافقة، تُتلف نسخنا من: {files}",
        "If consent was withdrawn, our copies are destroyed: {files}",
    ),
    "takedown.sure": ("نعم، يُزال", "Yes, take it down"),
    "takedown.do": ("إزالته الآن", "Take it down now"),
    "takedown.not": ("رجوع بلا تغيير", "Back, change nothing"),
    "takedown.see": ("متابعة الإزالة", "See how far it is"),
    "takedown.watched": (
        "نراقبه كل دقيقتين، ونكتب هنا حين يختفي.",
        "We look every two minutes, and say so here when it is gone.",
    ),
    "takedown.i_saw_it_gone": ("حذفته ونظرت: لم يعد ظاهراً", "I deleted it and looked: it is gone"),
    # -- pages: deciding
    "waiting.title": ("منشورات تنتظر قراراً", "Posts that wait for a decision"),
    "waiting.none": ("لا منشور ينتظر قراراً.", "No post waits for a decision."),
    "waiting.include": ("ضمن القرار", "Part of the decision"),
    "waiting.alone": ("يُقرَّر وحده", "Decide on it alone"),
    "waiting.choice": ("ماذا يحصل؟", "What becomes of it?"),
    "waiting.next": ("التالي: النظر ثم التأكيد", "Next: look, then confirm"),
    "waiting.who": (
        "القرار لمن له دور الموافقات، هنا أو بالأمر: outreach posts decide {post}",
        "Whoever approves posts decides on it, here or with: outreach posts decide {post}",
    ),
    "post.figures": ("أرقام هذا المنشور", "Figures of this post"),
    "insights.to_post": ("صفحة المنشور: نصه وما جرت محاولته", "The post's own page: words and attempts"),
    "waiting.consent_ended": (
        "انتهت الموافقة أو سُحبت، وما زالت ظاهرة",
        "Their consent has ended, and they are still out",
    ),
    "choice.legend": ("القرار", "The decision"),
    "choice.publish_now": ("نشره الآن", "Publish it now"),
    "choice.reschedule": ("موعد جديد", "Give it a new time"),
    "choice.drop": ("إلغاؤه", "Drop it"),
    "choice.adopt": ("المنشور الظاهر على الصفحة هو نفسه", "The post on the page is this one"),
    "choice.is_out": ("رأيته على الصفحة", "I have seen it on the page"),
    "choice.is_not_out": ("نظرت ولم أجده على الصفحة", "I have looked, it is not on the page"),
    "choice.at": ("الموعد الجديد (للموعد الجديد فقط)", "The new time (for a new time only)"),
    "choice.remote_id": ("رقمه عند ميتا (إن رأيتموه)", "Its id at Meta (if you have seen it)"),
    "posts.choose_one": ("يجب اختيار منشور واحد على الأقل.", "Choose at least one post."),
    "posts.choose_time": ("الموعد الجديد مطلوب.", "Give the new time."),
    "confirm.title": ("التأكيد", "Confirm"),
    "confirm.apart": (
        "تُنشر متباعدة على كل قناة، لا دفعة واحدة.",
        "They keep their distance on each channel: never a burst.",
    ),
    "confirm.do": ("نعم، يُنفَّذ", "Yes, do it"),
    "confirm.no_undo.publish_now": (
        "ما يُنشر يراه الناس: لا تراجع، بل إزالة فقط.",
        "What goes out is seen: it cannot be undone, only taken down.",
    ),
    "confirm.no_undo.reschedule": (
        "لا يمكن التراجع؛ يمكن إلغاؤه قبل موعده من ملف الحملة.",
        "This cannot be undone; until its time it can be cancelled in the campaign file.",
    ),
    "confirm.no_undo.drop": (
        "لا يمكن التراجع؛ ليُنشر لاحقاً يُطبَّق ملف الحملة من جديد.",
        "This cannot be undone; to have it after all, apply the campaign file again.",
    ),
    "confirm.no_undo.adopt": ("لا يمكن التراجع عن هذا الربط.", "This link cannot be undone."),
    "confirm.no_undo.is_out": ("لا يمكن التراجع عن هذا الربط.", "This link cannot be undone."),
    "confirm.no_undo.is_not_out": (
        "لا يمكن التراجع. إن كان على الصفحة فقد يُنشر مرتين: انظروا ثانية.",
        "This cannot be undone. If it is on the page after all, it may go out twice: look again.",
    ),
}
