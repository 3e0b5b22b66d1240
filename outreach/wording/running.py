"""What runs by itself and each step of a post on its way: names for people, and what is wrong with the service."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # -- jobs
    "job.release": ("النشر في الموعد", "Releasing at the slot"),
    "job.hold": ("حجز ما لا يُنشر وحده", "Holding what may not go out by itself"),
    "job.classify": ("تصنيف التعليقات", "Classifying comments"),
    "job.webhooks": ("معالجة إشعارات ميتا", "Working Meta's notices"),
    "job.prepare": ("تحضير المنشورات", "Preparing posts"),
    "job.upload": ("رفع الفيديوهات", "Uploading videos"),
    "job.settle": ("التحقق من النتائج غير الواضحة", "Settling unclear outcomes"),
    "job.entrust": ("التسليم إلى جدول ميتا", "Handing over to Meta's schedule"),
    "job.verify": ("مراجعة ما في جدول ميتا", "Verifying what stands in Meta's schedule"),
    "job.clean_up": ("تنظيف ما بقي لدى ميتا", "Cleaning up leftovers at Meta"),
    "job.withdraw": ("السحب والإزالة", "Taking back and taking down"),
    "job.recover": ("القراءة بعد استعادة نسخة", "Reading back after a restore"),
    "job.watch": ("مراقبة النسخ والاستعادة", "Watching for copies and restores"),
    "job.first_comment": ("كتابة التعليق الأول", "Writing first comments"),
    "job.actions": ("تنفيذ قرارات المراجعة", "Carrying out moderators' decisions"),
    "job.look": ("النظر في أحدث المنشورات", "Looking at the newest posts"),
    "job.pull": ("قراءة التعليقات", "Reading comments"),
    "job.measure": ("قراءة الأرقام", "Reading figures"),
    "job.cases": ("متابعة الحالات المتأخرة", "Following up overdue cases"),
    "job.alerts": ("إرسال التنبيهات", "Sending notices"),
    "job.digest": ("الملخّص الأسبوعي", "The weekly digest"),
    "job.channels": ("فحص القنوات", "Checking channels"),
    "job.retention": ("حذف ما انتهت مدته", "Deleting what is past its time"),
    "job.forget": ("نسيان ما حذفه أصحابه", "Forgetting what people took back"),
    "job.sample": ("سحب عيّنة للفحص", "Drawing a sample to check"),
    "job.heartbeat": ("نبضة المراقبة", "The heartbeat"),
    # -- steps of a post; `n` is the image's place
    "step.photo": ("رفع الصورة {n}", "Image {n} uploaded"),
    "step.temporary": ("رفع الصورة {n} لجدول ميتا", "Image {n} uploaded for Meta's schedule"),
    "step.child": ("تحضير الصورة {n}", "Image {n} prepared"),
    "step.post": ("تحضير المنشور غير مرئي", "Post made, not visible"),
    "step.container": ("تحضيره على إنستغرام غير مرئي", "Prepared on Instagram, not visible"),
    "step.video": ("بدء رفع الفيديو", "Video upload begun"),
    "step.reel": ("بدء رفع الريل", "Reel upload begun"),
    "step.video_story": ("بدء رفع قصة الفيديو", "Video story upload begun"),
    "step.photo_story": ("رفع صورة القصة", "Image of the story uploaded"),
    "step.upload": ("رفع ملف الفيديو", "Bytes of the video sent"),
    "step.release": ("النشر", "Release"),
    "step.entrust": ("التسليم إلى جدول ميتا", "Handed over to Meta's schedule"),
    "step.first_comment": ("كتابة التعليق الأول", "First comment"),
    "step.withdraw": ("السحب من جدول ميتا", "Taken out of Meta's schedule"),
    "step.discard": ("حذف ما حُضّر", "What was prepared deleted"),
    "step.retract": ("حذف المنشور", "Post deleted"),
    "step.clean_up": ("تنظيف ما بقي لدى ميتا", "Leftover cleaned up"),
    # -- what is wrong with the service: `outreach doctor` and the page of health
    "service.job_stale": (
        "المهمة {job} لم تنتهِ بنجاح منذ مدة طويلة",
        "The job {job} has not ended well for too long",
    ),
    "service.job_stale.help": (
        "هل الخدمة تعمل؟ النظر في السجل، ثم إعادة التشغيل.",
        "Is the service running? Look at its log, then restart it.",
    ),
    "service.job_never": ("المهمة {job} لم تنتهِ بنجاح قط", "The job {job} has never ended well"),
    "service.job_never.help": (
        "هذا طبيعي في الدقيقة الأولى بعد التشغيل، وإلا فالجواب في السجل.",
        "Right after the start this is normal for a minute. Otherwise look at the log.",
    ),
    "service.job_failing": (
        "المهمة {job} تعثرت في آخر مرة: {code}",
        "The job {job} failed on its last run: {code}",
    ),
    "service.job_failing.help": (
        "تُعاد المحاولة وحدها. إن استمر التعثر فالجواب في السجل.",
        "It tries again by itself. If it keeps failing, look at the log.",
    ),
    "service.no_mail": (
        "لا يوجد خادم بريد (mail.host): لن يصل بالبريد تنبيه بالتعليقات العاجلة إلى أحد",
        "No mail server is set (mail.host): nobody is told of urgent comments by mail",
    ),
    "service.no_mail.help": (
        "المطلوب ضبط mail.host وmail.user وmail.password ثم إعادة التشغيل.",
        "Set mail.host, mail.user and mail.password, then restart.",
    ),
    "service.mail_folder": (
        "الرسائل تُكتب في مجلد ولا تُرسل إلى أحد: {folder}",
        "Mails are written into a folder and sent to nobody: {folder}",
    ),
    "service.mail_folder.help": (
        "هكذا هي التجربة: تُفتح ملفات ‎.eml من المجلد. أما التشغيل الحقيقي فيحتاج خادم بريد (mail.host).",
        "So it is in the demo: open the .eml files there. A real installation needs a mail server (mail.host).",
    ),
    "service.no_app_secret": (
        "لا يوجد سرّ للتطبيق (meta.app_secret): إشعارات ميتا مرفوضة",
        "No app secret is set (meta.app_secret): Meta's notices are refused",
    ),
    "service.no_app_secret.help": (
        "تُقرأ التعليقات مع ذلك لكن بعد دقائق. المطلوب ضبط meta.app_secret.",
        "Comments are still read, some minutes later. Set meta.app_secret.",
    ),
    "service.no_heartbeat": (
        "لا يوجد heartbeat_url: إذا توقفت الخدمة فلن ينتبه أحد",
        "There is no heartbeat_url: nobody notices when the service stops",
    ),
    "service.no_heartbeat.help": (
        "المطلوب ضبط heartbeat_url على عنوان مراقِب يتصل بشخص عند الانقطاع.",
        "Set heartbeat_url to the address of a monitor that calls a person when it falls silent.",
    ),
}
