"""Messages of installation, settings, channels, planning and publishing."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    "error": ("حدث خطأ.", "Something went wrong."),
    "error.unexpected": (
        "حدث خطأ غير متوقّع ({error}). هذا مكانه، بلا أي نص لأحد:",
        "An unexpected error ({error}). This is its place, without anybody's words:",
    ),
    "conflict": ("سبقكم غيركم إلى هذا. حدّثوا ثم حاولوا ثانية.", "Somebody else was first. Reload and try again."),
    "not_found": ("غير موجود.", "There is no such thing."),
    "denied": ("هذا غير مسموح لدوركم ({permission}).", "Your role does not allow this ({permission})."),
    "invalid": ("قيمة غير صالحة.", "That value cannot be used."),
    # -- settings and installation
    "settings.invalid": (
        "إعدادات غير صالحة. لكلٍّ منها: الاسم، ما قُرئ، والمسموح:\n{problems}",
        "Settings cannot be used. For each: its name, what was read, what is allowed:\n{problems}",
    ),
    "settings.unreadable": (
        "تعذّرت قراءة ملف الإعدادات {file} ({error}).",
        "The settings file {file} cannot be read ({error}).",
    ),
    "installation.missing": (
        "لا يوجد تنصيب في {data_dir}. شغّلوا أولاً: outreach init --live أو --sandbox",
        "There is no installation in {data_dir}. Run first: outreach init --live or --sandbox",
    ),
    "installation.no_database": (
        "تعذّر فتح قاعدة البيانات ({error}). تأكّدوا من database_url ومن أن الخادم يعمل.",
        "The database cannot be opened ({error}). Check database_url, and that its server runs.",
    ),
    "installation.exists": (
        "يوجد تنصيب في {data_dir} أو قاعدة بياناته. لا يُختم مرتين؛ اختاروا data_dir أو database_url آخر.",
        "There is an installation in {data_dir}, or in its database. Choose another data_dir or database_url.",
    ),
    "installation.schema": (
        "قاعدة البيانات على الإصدار {found} والبرنامج يحتاج {wanted}. خذوا نسخة احتياطية ثم شغّلوا: outreach upgrade",
        "The database is at revision {found}, this program needs {wanted}. Back up, then run: outreach upgrade",
    ),
    "installation.wrong_keys": (
        "المفاتيح في {key_dir} ليست مفاتيح هذه القاعدة. أعيدوا مجلد المفاتيح الصحيح.",
        "The keys in {key_dir} are not this database's. Put the right key folder back.",
    ),
    "installation.live_needs_meta": (
        "التنصيب الحقيقي لا يتصل إلا بخوادم ميتا، لا بـ {host}. احذفوا meta.graph_url من الإعدادات.",
        "A live installation talks to Meta's hosts only, not to {host}. Remove meta.graph_url from the settings.",
    ),
    "installation.live_needs_real_clock": (
        "التنصيب الحقيقي لا يعمل إلا بالساعة الحقيقية.",
        "A live installation runs on the real clock only.",
    ),
    "installation.sandbox_refuses_meta": (
        "التنصيب التجريبي لا يتصل بخوادم ميتا. ضعوا meta.graph_url على عنوان البيئة التجريبية.",
        "A sandbox installation never talks to Meta. Set meta.graph_url to the sandbox's address.",
    ),
    "installation.demo_users": (
        "في التنصيب الحقيقي مستخدمون تجريبيون. لا يُفتح حتى يُحذفوا.",
        "A live installation has demo users. It does not open until they are gone.",
    ),
    "installation.sandbox_token": (
        "للقناة {channel} رمز دخول من البيئة التجريبية. التنصيب الحقيقي لا يُفتح به.",
        "The channel {channel} has a token of the sandbox. A live installation does not open with it.",
    ),
    "installation.rotating": (
        "يجري الآن تبديل مفاتيح {key_dir}. انتظروا حتى ينتهي.",
        "The keys in {key_dir} are being rotated right now. Wait until it has ended.",
    ),
    "installation.folders_together": (
        "يجب أن يكون مجلد البيانات ({data_dir}) ومجلد المفاتيح ({key_dir}) منفصلين، لا أحدهما داخل الآخر.",
        "The data folder ({data_dir}) and the key folder ({key_dir}) must be apart, neither inside the other.",
    ),
    "installation.in_git": (
        "المجلد {folder} داخل مستودع git ({git}) وقد يُنشر بالخطأ. اختاروا مكاناً خارجه.",
        "The folder {folder} is inside a git tree ({git}) and could be committed. Choose a place outside of it.",
    ),
    "vault.no_keys": ("لا توجد مفاتيح في {folder}.", "There are no keys in {folder}."),
    "vault.bad_keys": ("ملف المفاتيح في {folder} تالف.", "The key file in {folder} cannot be read."),
    "vault.unknown_key": ("قيمة مختومة بمفتاح غير معروف ({key}).", "A value is sealed with an unknown key ({key})."),
    "vault.not_open": ("لم تُفتح المفاتيح بعد.", "The keys are not open yet."),
    "vault.sealed": ("قيمة مختومة لا تُفتح.", "A sealed value does not open."),
    # -- channels
    "channel.not_found": (
        "لا توجد قناة باسم {channel}. القنوات: outreach channels list",
        "There is no channel {channel}. To see them: outreach channels list",
    ),
    "channel.name_taken": ("الاسم {channel} لقناة أخرى.", "The name {channel} belongs to another channel."),
    "channel.no_token": ("لا يوجد رمز دخول للقناة.", "There is no token for the channel."),
    "channel.no_app": (
        "ينقص meta.app_id أو meta.app_secret في الإعدادات.",
        "meta.app_id or meta.app_secret is missing from the settings.",
    ),
    "channel.not_opened": (
        "الرمز لا يفتح {remote_id}. ما يفتحه: {found}",
        "The token does not open {remote_id}. It opens: {found}",
    ),
    "channel.missing_scope": (
        "{channel}: ينقص الإذن {scope}. أعيدوا ربط الصفحة وامنحوه.",
        "{channel}: the permission {scope} is missing. Connect the Page again and grant it.",
    ),
    "channel.token_ends": (
        "{channel}: ينتهي رمز الدخول خلال {days} يوماً. جدّدوه: outreach channels add",
        "{channel}: its token ends in {days} days. Renew it: outreach channels add",
    ),
    "channel.data_access_ends": (
        "{channel}: ينتهي الوصول إلى البيانات خلال {days} يوماً. ليسجّل صاحب الحساب الدخول من جديد.",
        "{channel}: data access ends in {days} days. Have the account's owner sign in again.",
    ),
    "channel.no_schedule": (
        "{channel}: لا جدول للتطبيقات في إنستغرام، فلا يمكن تسليم المنشورات له.",
        "{channel}: Instagram has no scheduler for apps, so posts cannot be handed to it.",
    ),
    "channel.entrusts": (
        "{channel}: تُسلَّم المنشورات المعتمدة لجدول ميتا، فتخرج حتى عند انقطاع الكهرباء.",
        "{channel}: approved posts are handed to Meta's schedule, and go out during a power cut too.",
    ),
    "channel.entrusts_not": (
        "{channel}: ننشر كل شيء بأنفسنا؛ وما سُلّم لميتا يُسحب من جدولها.",
        "{channel}: we publish everything ourselves; what was handed to Meta is taken out of its schedule.",
    ),
    "channel.stopped": ("{channel}: متوقّفة.", "{channel}: stopped."),
    # -- planning
    "campaign.invalid": ("في ملف الحملة {problems} مشكلة.", "The campaign file has {problems} problems."),
    "campaign.not_found": ("لا توجد حملة باسم {campaign}.", "There is no campaign {campaign}."),
    "post.not_found": ("لا يوجد منشور {post} في {campaign}.", "There is no post {post} in {campaign}."),
    "approval.own_campaign": (
        "من طبّق الحملة {campaign} لا يوافق عليها. اطلبوا الموافقة من زميل.",
        "Who applied the campaign {campaign} does not approve it. Ask a colleague.",
    ),
    "plan.refused": (
        "لم يتغيّر شيء: {refused} من المنشورات لا يمكن تطبيقها.",
        "Nothing was changed: {refused} publications cannot be applied.",
    ),
    "plan.image_changed": (
        "تغيّرت الصورة {file} بعد فحصها. أعيدوا الأمر.",
        "The image {file} changed after it was checked. Run the command again.",
    ),
    "plan.already_out": ("نُشر؛ لا يُغيَّر.", "It is out; it stays as it is."),
    "plan.moved_published": (
        "نُشر في {was}؛ لا يُغيَّر موعده. لنشره ثانيةً أضيفوا منشوراً جديداً.",
        "It went out at {was}; its time cannot change. To post it again, add a new post.",
    ),
    "plan.renamed_published": (
        "نُشر باسم {was}؛ أعيدوا اسمه، فاسم جديد يعني نشراً ثانياً.",
        "It went out as {was}; give it that id back: a new id would mean a second post.",
    ),
    "plan.slot_in_past": ("موعده فات. اختاروا موعداً آتياً.", "Its slot is past. Choose a time to come."),
    "plan.unknown_channel": (
        "لا توجد هذه القناة. أضيفوها: outreach channels add",
        "There is no such channel. Add it: outreach channels add",
    ),
    "plan.consent_missing": (
        "لا يوجد سجل موافقة {consent}. أضيفوه: outreach consents add",
        "There is no consent record {consent}. Add it: outreach consents add",
    ),
    "plan.consent_withdrawn": ("سُحبت الموافقة {consent}. لا تُنشر القصة.", "The consent {consent} was withdrawn."),
    "plan.consent_expired": ("تنتهي الموافقة {consent} قبل الموعد.", "The consent {consent} ends before the slot."),
    "plan.consent_platform": (
        "الموافقة {consent} لا تشمل هذه المنصّة.",
        "The consent {consent} does not cover this platform.",
    ),
    "plan.same_minute": (
        "في هذه الدقيقة منشور آخر على القناة: {other}.",
        "Another post stands at that minute on the channel: {other}.",
    ),
    "plan.repeated": (
        "الكلام والصور نفسها على القناة خلال ١٤ يوماً ({other}). إن كان مقصوداً: repeat: true",
        "The same words and images on the channel within 14 days ({other}). If it is meant: repeat: true",
    ),
    "plan.cancelled": ("أُلغي في الملف.", "Cancelled in the file."),
    "plan.blackout": ("يقع في فترة توقّف.", "It falls into a blackout."),
    "plan.outside_window": ("خارج مدة الحملة.", "It lies outside of the campaign's window."),
    "plan.pruned": ("لم يعد في الملف.", "The file no longer has it."),
    "plan.nothing": ("لا شيء يتغيّر.", "Nothing changes."),
    "apply.next": (
        "تنتظر موافقة غيركم: outreach campaigns approve {campaign}",
        "They wait for somebody else's approval: outreach campaigns approve {campaign}",
    ),
    "approve.nothing": (
        "لم يصبح أي منشور جاهزاً للنشر: لا شيء ينتظر، أو تنقص موافقة أخرى (outreach campaigns pending).",
        "No post became scheduled: none waits, or one more approval is missing (outreach campaigns pending).",
    ),
    "plan.kind.add": ("إضافة", "add"),
    "plan.kind.change": ("تعديل", "change"),
    "plan.kind.move": ("نقل", "move"),
    "plan.kind.cancel": ("إلغاء", "cancel"),
    "plan.kind.keep": ("كما هو", "keep"),
    "plan.kind.refuse": ("مرفوض", "refused"),
    # -- publishing
    "publication.not_found": ("لا يوجد منشور بهذا الرقم.", "There is no such publication."),
    "publication.moved_on": (
        "تغيّرت حالة المنشور إلى {status}. حدّثوا ثم قرّروا.",
        "The publication is {status} by now. Reload, then decide.",
    ),
    "publication.being_entrusted": (
        "يُسلَّم هذا المنشور لميتا الآن. المحاولة بعد دقائق.",
        "This post is just being handed to Meta. Try again in a few minutes.",
    ),
    "publication.being_read": (
        "ما زلنا نسأل ميتا إن كان هذا المنشور قد ظهر. يُعاد القرار بعد نصف ساعة، أو يُقال إنه ظهر إن كان مرئياً.",
        "Meta is still being asked whether this post is out. Try again in half an hour, or say that it is out.",
    ),
    "publication.time_in_past": ("هذا الموعد فات.", "That time is past."),
    "publication.which_post": (
        "اكتبوا رقم المنشور أو رابطه كما هو على الصفحة.",
        "Give the post's id or link as it stands on the page.",
    ),
    "posts.none_wait": ("لا منشور ينتظر قراراً.", "No post waits for a decision."),
    "posts.bad_choice": ("قرار غير معروف. المسموح: {allowed}", "Unknown decision. Allowed: {allowed}"),
    "posts.decided": ("سُجّل القرار.", "The decision is recorded."),
    "publish.already_posted": (
        (
            "على القناة منشور يشبه هذا ولم ننشره نحن: {permalink}. إن كان هو نفسه: outreach posts decide ID adopt؛"
            " وإن كان غيره: publish_now؛ وإلا: drop."
        ),
        (
            "A post on the channel looks like this one, and we did not make it: {permalink}. If it is this one:"
            " outreach posts decide ID adopt; if it is another: publish_now; else: drop."
        ),
    ),
    "publish.out_after_all": (
        "هذا المنشور ظاهر على القناة مع أنه كان موقوفاً أو ملغى.",
        "This post is visible on the channel although it was held or cancelled.",
    ),
    "publish.twice": (
        "منشور سابق من هذا النص ظاهر أيضاً على القناة: {permalink}. يلزم حذف أحدهما.",
        "An earlier version of this post is visible on the channel too: {permalink}. Delete one of them.",
    ),
    "entrust.refused": (
        "لم يقبل جدول ميتا هذا المنشور؛ سننشره نحن في موعده.",
        "Meta's schedule did not take this post; we publish it ourselves at its time.",
    ),
    "publish.interrupted": (
        "انقطع البرنامج أثناء النشر؛ يُقرأ الآن من ميتا ما حصل.",
        "The program was interrupted while publishing; what happened is being read back from Meta.",
    ),
    "publish.upload_stopped": (
        "توقّفت الخدمة أثناء رفع الفيديو. يُكمَل من حيث وصل.",
        "The service was stopped while it sent the video; it goes on from there.",
    ),
    "publish.stopped": (
        "أُوقف قبل لحظة النشر: توقّف النشر أو طُلب سحب المنشور.",
        "It was stopped just before it went out: publishing was paused, or the post was taken back.",
    ),
    "publish.unclear": (
        "لا يُعرف هل نُشر. انظروا إلى الصفحة وقرّروا؛ لن يُعاد النشر تلقائياً.",
        "It is not known whether it went out. Look at the page and decide; it is not repeated by itself.",
    ),
    "first_comment.refused": ("نُشر، لكن ميتا رفضت التعليق الأول.", "It is out, but Meta refused the first comment."),
    "consent.added": ("سُجّلت الموافقة {consent}.", "Recorded the consent {consent}."),
    "consent.withdrawn": (
        "سُحبت الموافقة {consent}: لن يُنشر بعد الآن شيء يحتاجها.",
        "The consent {consent} is withdrawn: nothing that needs it goes out from now on.",
    ),
    "consent.exists": ("سجل الموافقة {consent} موجود.", "The consent record {consent} exists already."),
    "consent.not_found": ("لا يوجد سجل موافقة {consent}.", "There is no consent record {consent}."),
    # -- Meta
    "meta.token_dead": (
        "لا تقبل ميتا رمز الدخول هذا: خطأ أو انتهت صلاحيته. خذوا رمزاً جديداً ثم: outreach channels add",
        "Meta does not take this token: it is wrong, or no longer valid. Get a new one, then: outreach channels add",
    ),
    "meta.processing": (
        "أُعطيت ميتا أمر النشر وما زالت تعالج الفيديو؛ نقرأ النتيجة منها قريباً.",
        "Meta was told to publish and still works on the video; its outcome is read back soon.",
    ),
    "meta.upload_interrupted": (
        "انقطع رفع الفيديو؛ يُكمَل من حيث توقف.",
        "The upload of the video broke off; it goes on from where it stopped.",
    ),
    "meta.media_unsuited": (
        "لا تُنشر هذه الملفات معاً بهذا الشكل. راجعوا format و media في ملف الحملة.",
        "These files cannot go out together in this form. Check `format` and `media` in the campaign file.",
    ),
    "meta.media_missing": ("لم تعد الصورة المرفوعة عند ميتا.", "The uploaded image is no longer at Meta."),
    "meta.paging": ("صفحات ميتا لا تنتهي.", "Meta's pages run in a circle."),
    "meta.already_published": ("منشور من قبل.", "It is out already."),
    "meta.token_malformed": ("هذا ليس رمز دخول.", "That is not a token."),
    # -- mail, models
    "meta.refused": ("رفضت ميتا الطلب.", "Meta refused the request."),
    "meta.span": ("المدة أطول مما تسمح به ميتا.", "The span is longer than Meta allows."),
    "meta.parameter_forbidden": ("في الطلب ما لا يجوز إرساله.", "The request holds what must not be sent."),
    "meta.path_malformed": ("عنوان الطلب غير صالح.", "The request's path is malformed."),
    "meta.webhook_unreadable": ("إشعار غير مفهوم.", "The webhook's notice cannot be read."),
    "webhook.challenge": ("طلب التحقق من العنوان غير صالح.", "The webhook's challenge is malformed."),
    "webhook.signature": ("توقيع الإشعار غير صحيح.", "The webhook's signature is wrong."),
    "webhook.token": ("رمز التحقق من العنوان غير صحيح.", "The webhook's verify token is wrong."),
    "sandbox.no_such_column": ("لا يوجد عمود text في الملف.", "The file has no column `text`."),
    "sandbox.not_started": (
        "لم تبدأ البيئة التجريبية. هل المنفذ مشغول؟",
        "The sandbox did not start. Is its port taken?",
    ),
    "mail.not_configured": ("لم يُضبط البريد (mail.host).", "Mail is not set up (mail.host)."),
    "mail.refused": ("رفض خادم البريد الرسالة ({status}).", "The mail server refused the mail ({status})."),
    "mail.recipient_refused": ("رفض خادم البريد المستلم.", "The mail server refused the recipient."),
    "mail.unreachable": ("لا نصل إلى خادم البريد ({error}).", "The mail server cannot be reached ({error})."),
    "model.invalid": ("ملف النموذج ناقص أو تالف.", "The model is missing or damaged."),
    "model.missing": (
        "لا يوجد نموذج في {folder}. outreach model list يعرض الموجود.",
        "There is no model in {folder}. outreach model list shows what there is.",
    ),
    "model.damaged": (
        "النموذج {folder} تالف: ملفاته لا تطابق بصماتها. أعيدوه من نسخة سليمة أو اختاروا غيره: outreach model use",
        (
            "The model {folder} is damaged: its files do not match their hashes. Restore a sound copy or choose "
            "another: outreach model use"
        ),
    ),
    "model.format": (
        (
            "النموذج {folder} كتبه إصدار آخر من outreach. درّبوه من جديد (outreach train) "
            "أو اختاروا غيره (outreach model use)."
        ),
        (
            "The model {folder} was written by another version of outreach. Train it anew (outreach train) or choose "
            "another (outreach model use)."
        ),
    ),
    "model.no_earlier": ("لا يوجد نموذج قبل هذا.", "There is no model before this one."),
    "model.choice": (
        "الملف الذي يحفظ أي نموذج مستعمل تالف: {file}. احذفوه واختاروا من جديد.",
        "The file that says which model is in use is damaged: {file}. Delete it and choose again.",
    ),
    "model.camelbert": (
        'camelbert يحتاج camel-tools كاملاً مع بياناته. نصّبوه أو اجعلوا sentiment.engine = "linear".',
        'camelbert needs camel-tools in full with its data. Install it, or set sentiment.engine = "linear".',
    ),
    "evaluate.no_camelbert": (
        "لا مقارنة مع camelbert: حزمة camel-tools ليست منصّبة كاملة هنا.",
        "Not compared with camelbert: camel-tools is not installed here in full.",
    ),
    "train.in_use": (
        "لا يُكتب فوق النموذج المستعمل {folder}. اختاروا مجلداً آخر: --output",
        "The model in use, {folder}, is not written over. Choose another folder with --output.",
    ),
    "train.few_decisions": (
        "التصحيحات قليلة: {found}. يلزم {least} على الأقل من {writers} أشخاص.",
        "Too few corrections: {found}. At least {least} are needed, of at least {writers} writers.",
    ),
    "classify.no_column": (
        "لا يوجد عمود باسم {column}. اختاروا غيره: --column",
        "There is no column {column}. Choose another with --column",
    ),
    "classify.format": (
        "صيغة غير معروفة: {given}. المسموح: tsv، csv، text",
        "Unknown format: {given}. Allowed: tsv, csv, text",
    ),
    "file.unreadable": ("تعذّرت قراءة {file}.", "{file} cannot be read."),
    "train.licences": ("أصناف الرخص: A أو B أو C، لا {given}.", "Licence classes are A, B or C, not {given}."),
    "train.no_seed": ("لا توجد أمثلة في {folder}.", "There are no examples in {folder}."),
    "seed.header": ("السطر الأول في {file} غير صحيح.", "The first line of {file} is wrong."),
    "seed.row": ("سطر غير صالح في {file}:{line}.", "A line of {file} cannot be used: {line}."),
    # -- doctor
    "doctor.fine": ("كل شيء على ما يرام ({mode}).", "All is well ({mode})."),
    "doctor.open_to_others": (
        "{path} مفتوح لمستخدمين آخرين على الجهاز. نفّذوا: chmod -R go= {path}",
        "{path} is open to other users of this machine. Run: chmod -R go= {path}",
    ),
    "doctor.disk": ("بقي على القرص {megabytes} ميغابايت فقط.", "Only {megabytes} MB are left on the disk."),
    "doctor.model": (
        "نموذج التصنيف {model} لا يُفتح ({code}). حتى يُصلَح تذهب كل التعليقات إلى المراجعة.",
        "The model {model} does not load ({code}). Until it does, every comment goes to review.",
    ),
    "doctor.setting_missing": ("الإعداد {setting} فارغ.", "The setting {setting} is empty."),
    "doctor.media_address": (
        "لا تستطيع ميتا جلب الصور من {address}. ضعوا في media.public_base_url عنواناً عاماً بـ https.",
        "Meta cannot fetch images from {address}. Set media.public_base_url to a public https address.",
    ),
    "doctor.nobody": ("لا أحد بدور {role}.", "Nobody has the role {role}."),
    "doctor.no_channels": ("لا توجد قنوات بعد: outreach channels add", "No channels yet: outreach channels add"),
    "doctor.never_ran": (
        "لم تعمل المهام بعد: outreach serve أو outreach run",
        "The jobs have never run: outreach serve or outreach run",
    ),
    "doctor.posts_held": ("منشورات موقوفة تنتظر قراراً: {count}", "Held posts that wait for a decision: {count}"),
    "doctor.posts_failed": ("منشورات رفضتها ميتا: {count}", "Posts that Meta refused: {count}"),
    "doctor.posts_unknown": ("منشورات لا يُعرف مصيرها: {count}", "Posts whose outcome is not known: {count}"),
    "doctor.alerts_failed": ("تنبيهات لم تصل: {count}", "Alerts that were not delivered: {count}"),
    # -- commands
    "init.live_or_sandbox": (
        "اختاروا واحداً: --live للعمل الحقيقي أو --sandbox للتجربة. لا يتغيّر بعد ذلك.",
        "Choose one: --live for Meta, or --sandbox to try things out. It cannot be changed later.",
    ),
    "secret.unreadable": (
        "الملف {file} غير موجود أو لا يُقرأ، أو ليس نصاً.",
        "The file {file} is missing, cannot be read, or is not text.",
    ),
    "classify.unreadable": (
        "الملف {file} غير موجود، أو لا يُسمح لكم بقراءته.",
        "The file {file} is missing, or you may not read it.",
    ),
    "doctor.grade.fine": ("سليم", "fine"),
    "doctor.grade.warning": ("تنبيه", "warning"),
    "doctor.grade.wrong": ("خطأ", "wrong"),
    "init.next": (
        "المفاتيح في {keys}: احفظوا نسخة منها في مكان آخر. ثم: outreach users add",
        "The keys are in {keys}: keep a copy elsewhere. Next: outreach users add",
    ),
    "backup.done": (
        "حُفظت النسخة في {file}. بلا مجلد المفاتيح لا تُفتح.",
        "Saved in {file}. Without the key folder it cannot be opened.",
    ),
    "restore.done": (
        "تمت الاستعادة وكل القنوات متوقفة. تأكّدوا أن القديمة متوقّفة، ثم: outreach resume --after-restore",
        "Restored, with every channel paused. Make sure the old one is off, then: outreach resume --after-restore",
    ),
    "keys.stop_first": (
        "عملت الخدمة قبل أقل من دقيقة. أوقفوها وانتظروا دقيقة ثم بدّلوا المفاتيح.",
        "The service ran less than a minute ago. Stop it, wait a minute, then rotate the keys.",
    ),
    "serve.no_port": (
        "لا يمكن فتح المنفذ {port} على {host} ({error}). قد تكون خدمة أخرى تعمل عليه، أو عدّلوا web.port.",
        "Port {port} on {host} cannot be opened ({error}). Is another service running there? The setting is web.port.",
    ),
    "channel.lacks": ("تنقص الأذونات: {scopes}", "permissions missing: {scopes}"),
    "consent.unknown_platform": (
        "المنصّة {platform} غير معروفة: facebook أو instagram.",
        "The platform {platform} is unknown: facebook or instagram.",
    ),
    # -- backups
    "backup.no_folder": ("لا يوجد مجلد {folder}.", "There is no folder {folder}."),
    "digest.sent_to": ("أُرسل إلى {count}.", "Sent to {count}."),
    "backup.exists": ("الملف {file} موجود.", "The file {file} exists already."),
    "backup.unreadable": (
        "الملف {file} ليس نسخة احتياطية من هذا البرنامج، أو تالف.",
        "The file {file} is no backup of this program, or it is damaged.",
    ),
    "backup.not_empty": (
        "لا تُستعاد نسخة فوق تنصيب قائم في {data_dir}.",
        "A backup is not restored over an installation that exists in {data_dir}.",
    ),
}
