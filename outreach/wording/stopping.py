"""Messages of pausing, taking down, restoring, and of posts that wait for a person."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # -- pause and resume
    "pause.why": (
        "اكتبوا السبب: --why. يُحفظ مشفّراً مع اسمكم.",
        "Say why: --why. It is kept encrypted, with your name.",
    ),
    "pause.none": ("لا يوجد إيقاف الآن.", "Nothing is paused."),
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
            "لدى ميتا مجدولاً: {armed} · لغيرنا: {foreign} · فات موعده: {absent}"
            " · أفعال مراجعة قورنت: {actions}"
        ),
        (
            "{channel}: out since then and found: {ours} · alike: {alike} · in Meta's scheduler: {armed} · "
            "not ours: {foreign} · missed: {absent} · moderation acts compared: {actions}"
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
}
