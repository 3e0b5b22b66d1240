"""Messages about channels: what each can do, why a token died, and what we never see."""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # -- proofs and capabilities
    "proof.proven": ("مُثبَت", "proven"),
    "proof.refused": ("مرفوض", "refused"),
    "proof.unproven": ("غير مُثبَت", "unproven"),
    "capability.token": ("رمز الدخول", "Access token"),
    "capability.scopes": ("الأذونات", "Permissions"),
    "capability.targets": ("أذونات لهذه الصفحة بالذات", "Permissions for this very Page"),
    "capability.data_access": ("مدة الوصول إلى البيانات", "Data access period"),
    "capability.tasks": ("مهام صاحبة الرمز على الصفحة", "Tasks on the Page of the token's owner"),
    "capability.staff": ("من يقرأ الرسائل ويحذف التعليقات", "Who reads messages and moderates"),
    "capability.business": ("توثيق المؤسسة عند ميتا", "Business verification"),
    "capability.access_level": ("مستوى وصول التطبيق", "Access level of the app"),
    "capability.app_mode": ("وضع التطبيق: يرى الناس ما ننشره", "App mode: people see what we post"),
    "capability.publish": ("النشر", "Publishing"),
    "capability.publish_limit": ("حدّ النشر اليومي", "Daily publishing limit"),
    "capability.media_fetch": ("جلب ميتا لصورنا", "Meta fetches our images"),
    "capability.read_comments": ("قراءة التعليقات", "Reading comments"),
    "capability.moderate": ("إخفاء التعليقات وحذفها", "Hiding and deleting comments"),
    "capability.private_reply": ("الرد على الخاص", "Private replies"),
    "capability.retract": ("حذف منشوراتنا", "Deleting our own posts"),
    "capability.insights": ("الأرقام", "Insights"),
    "capability.webhooks": ("إشعارات ميتا الفورية", "Webhooks"),
    "coverage.never_checked": ("لم تُفحص بعد: outreach channels check", "Not checked yet: outreach channels check"),
    "coverage.token_first": (
        "لا يُعرف ما دام رمز الدخول لا يعمل. أصلحوا الرمز أولاً.",
        "Cannot be told while the token does not work. Mend the token first.",
    ),
    "coverage.no_answer": (
        "لم تُجب ميتا عن هذا السؤال. يُعاد الفحص غداً، أو الآن: outreach channels check",
        "Meta did not answer this question. It is asked again tomorrow, or now: outreach channels check",
    ),
    # -- the token
    "coverage.token.endless": (
        "يعمل، بلا تاريخ انتهاء. ينتهي إذا غيّرت صاحبته كلمة السر أو فقدت دورها على الصفحة.",
        "Works, without an end date. It dies when its owner changes the password or loses her role on the Page.",
    ),
    "coverage.token.proven": ("يعمل حتى {until}.", "Works until {until}."),
    "coverage.token.other_app": (
        "الرمز من تطبيق آخر. خذوا رمزاً من تطبيقكم (meta.app_id) ثم: outreach channels add",
        "The token is of another app. Get one from your own (meta.app_id), then: outreach channels add",
    ),
    "coverage.token.not_a_page": (
        "الرمز لشخص لا لصفحة، وبه تُعطي ميتا قائمة تعليقات فارغة بلا خطأ. أعيدوا الربط: outreach channels add",
        "The token is a person's, not a Page's: Meta then lists no comments, without any error. Connect again: outreach channels add",
    ),
    "coverage.token.other_page": (
        "الرمز لصفحة أخرى. أعيدوا الربط واختاروا رقم هذه الصفحة: outreach channels add",
        "The token is another Page's. Connect again with this Page's id: outreach channels add",
    ),
    "meta.token_app_removed": (
        "أزالت صاحبة الرمز التطبيق من حسابها. لتوافق عليه من جديد، ثم: outreach channels add",
        "The token's owner removed the app from her account. Have her accept it again, then: outreach channels add",
    ),
    "meta.token_checkpoint": (
        "تطلب فيسبوك من صاحبة الرمز تأكيد هويتها. لتدخل إلى facebook.com وتُكمل التأكيد، ثم: outreach channels check",
        "Facebook asks the token's owner to confirm who she is. Have her sign in at facebook.com and do so, then: outreach channels check",
    ),
    "meta.token_password_changed": (
        "تغيّرت كلمة سر صاحبة الرمز. إن لم تغيّرها هي فالحساب مخترق. ثم رمز جديد: outreach channels add",
        "The password of the token's owner was changed. If not by her, the account is taken over. Then a new token: outreach channels add",
    ),
    "meta.token_expired": (
        "انتهت مدة الرمز. خذوا رمزاً جديداً: outreach channels add",
        "The token's time is over. Get a new one: outreach channels add",
    ),
    "meta.token_unconfirmed": (
        "حساب صاحبة الرمز غير مؤكَّد. لتؤكّده على facebook.com، ثم: outreach channels check",
        "The account of the token's owner is not confirmed. Have her confirm it at facebook.com, then: outreach channels check",
    ),
    "meta.token_invalidated": (
        "أبطلت ميتا الرمز، غالباً بعد تسجيل خروج من كل الأجهزة. خذوا رمزاً جديداً: outreach channels add",
        "Meta invalidated the token, mostly after a sign-out everywhere. Get a new one: outreach channels add",
    ),
    "meta.token_role_lost": (
        "فقدت صاحبة الرمز دورها على الصفحة. أعيدوا إليها الدور أولاً؛ رمز جديد وحده لا يكفي. ثم: outreach channels check",
        "The token's owner lost her role on the Page. Give it back first; a new token alone fails alike. Then: outreach channels check",
    ),
    "coverage.scopes.proven": ("كل الأذونات ممنوحة.", "All permissions are granted."),
    "coverage.scopes.refused": (
        "تنقص: {scopes}. أعيدوا الربط وامنحوها كلها: outreach channels add",
        "Missing: {scopes}. Connect again and grant them all: outreach channels add",
    ),
    "coverage.targets.proven": ("تشمل هذه القناة.", "They cover this channel."),
    "coverage.targets.refused": (
        "مُنحت لصفحات أخرى فقط: {scopes}. أعيدوا الربط واختاروا هذه الصفحة في نافذة الموافقة.",
        "Granted for other Pages only: {scopes}. Connect again and tick this Page in the consent dialogue.",
    ),
    "coverage.data_access.proven": (
        "حتى {until}: 90 يوماً من آخر دخول لصاحبة الرمز. يُجدَّد بتسجيل دخولها إلى التطبيق.",
        "Until {until}: 90 days from the owner's last activity. Her signing in to the app renews it.",
    ),
    "coverage.data_access.endless": (
        "لا تنتهي مدة أذونات الصفحات.",
        "Permissions for Pages do not end with the data access period.",
    ),
    "coverage.data_access.refused": (
        "انتهت في {until}: لا تُقرأ بيانات إنستغرام. لتسجّل صاحبة الرمز الدخول من جديد، ثم: outreach channels add",
        "It ended on {until}: nothing of Instagram can be read. Have the owner sign in again, then: outreach channels add",
    ),
    # -- people, business, app
    "coverage.tasks.proven": ("عندها كل ما يلزم.", "She has all that is needed."),
    "coverage.tasks.unproven": (
        "لا تقولها ميتا. انظروا في إعدادات الصفحة: الوصول إلى الصفحة.",
        "Meta does not say. Look into the Page's settings: Page access.",
    ),
    "coverage.tasks.refused": (
        "تنقص: {tasks}. امنحوها في إعدادات الصفحة: الوصول إلى الصفحة.",
        "Missing: {tasks}. Grant them in the Page's settings: Page access.",
    ),
    "coverage.staff.proven": (
        "يقرأ الرسائل الخاصة: {messaging}، ويحذف التعليقات: {moderate}، ومنهم صاحبة الرمز. يُسحب ذلك ممن لا يحتاجه: إعدادات الصفحة ← إعداد الصفحة ← الوصول إلى الصفحة.",
        "Read private messages: {messaging}; moderate: {moderate}; the token's owner among them. Take it from whoever does not need it: the Page's Settings, Page setup, Page access.",
    ),
    "coverage.staff.partly": (
        "ليس الكل: يقرأ الرسائل الخاصة {messaging} ويحذف التعليقات {moderate} ممن أُضيفوا إلى الصفحة مباشرة، أما من يعمل عبر مؤسسة فلا تقولهم ميتا. يُنظر في business.facebook.com: الإعدادات ← الأشخاص؛ ومع إذن business_management (outreach channels add) يُعرفون هنا.",
        "Not everybody: of those added to the Page itself {messaging} can read private messages and {moderate} can moderate; who works through a business Meta does not tell. Look at business.facebook.com: Settings, People; with the permission business_management (outreach channels add) they are known here.",
    ),
    "coverage.staff.unproven": (
        "لا تقولها ميتا لتطبيقنا. يُنظر في إعدادات الصفحة ← إعداد الصفحة ← الوصول إلى الصفحة، وفي business.facebook.com: الإعدادات ← الأشخاص: من له «الرسائل» ومن له «نشاط المجتمع».",
        "Meta does not tell our app. Look at the Page's Settings, Page setup, Page access, and at business.facebook.com: Settings, People: who has Messages, who has Community activity.",
    ),
    "coverage.business.proven": ("المؤسسة موثّقة.", "The business is verified."),
    "coverage.business.unproven": (
        "لا تقولها ميتا من دون إذن business_management. يُنظر في business.facebook.com: الإعدادات ← مركز الأمان ← توثيق المؤسسة.",
        "Meta does not say without the permission business_management. Look at business.facebook.com: Settings, Security Centre, Business verification.",
    ),
    "coverage.business.none": (
        "لا تتبع الصفحة مؤسسة عند ميتا. التوثيق المطلوب هو لمؤسسة التطبيق: يُنظر في لوحة التطبيق: App settings ثم Basic ثم Verification.",
        "The Page belongs to no business at Meta. What must be verified is the app's business: the app's dashboard, App settings, Basic, Verification.",
    ),
    "coverage.business.refused": (
        "المؤسسة غير موثّقة، ومن دون ذلك لا وصول متقدّماً. توثيقها في business.facebook.com: الإعدادات ← مركز الأمان ← توثيق المؤسسة.",
        "The business is not verified; without it there is no Advanced Access. Verify it at business.facebook.com: Settings, Security Centre, Business verification.",
    ),
    "coverage.access_level.proven": ("وصول متقدّم لكل الأذونات.", "Advanced Access for every permission."),
    "coverage.access_level.unproven": (
        "لا تقولها ميتا. يُنظر في developers.facebook.com: لوحة التطبيق، App Review ثم Permissions and Features. مع Standard Access لا إشعارات من إنستغرام ولا رد على الخاص لمن ليس له دور في التطبيق.",
        "Meta does not say. Look at developers.facebook.com: the app's dashboard, App Review, Permissions and Features. Under Standard Access Instagram sends no webhooks, and private replies reach nobody without a role on the app.",
    ),
    "coverage.access_level.refused": (
        "وصول عادي فقط لـ {scopes}: لا إشعارات من إنستغرام ولا رد على الخاص لعامة الناس. اطلبوا Advanced Access في App Review.",
        "Standard Access only for {scopes}: no webhooks of Instagram's and no private replies to the public. Ask for Advanced Access in App Review.",
    ),
    "coverage.app_mode.done": (
        "رأى حساب خارجي منشوراً تجريبياً، بشهادة شخص معروف.",
        "An outside account saw a test post, on a named person's word.",
    ),
    "coverage.app_mode.unproven": (
        "لا تقولها ميتا: ما ينشره تطبيق قيد التطوير يراه أصحاب الأدوار فيه وحدهم. حوّلوا التطبيق إلى Live، انشروا تجربة (outreach channels try)، ولينظر إليها حساب خارجي، ثم: outreach channels mode",
        "Meta does not say: what an app in development posts is seen by people with a role on it alone. Switch the app to Live, make a test post (outreach channels try), have an outside account look at it, then: outreach channels mode",
    ),
    # -- publishing
    "coverage.publish.done": (
        "نُشر فعلاً، أو حُضّر منشور غير مرئي وحُذف.",
        "It was done: a post, or an invisible rehearsal.",
    ),
    "coverage.publish.unproven": (
        "لم يُجرَّب. جرّبوا بلا نشر: outreach channels check --rehearse",
        "Not tried. Try it without publishing: outreach channels check --rehearse",
    ),
    "coverage.publish.refused": (
        "رفضت ميتا تحضير منشور غير مرئي. راجعوا الأذونات والمهام، ثم: outreach channels check --rehearse",
        "Meta refused an invisible post. See permissions and tasks, then: outreach channels check --rehearse",
    ),
    "coverage.publish_limit.proven": ("{used} من {total} في 24 ساعة.", "{used} of {total} in 24 hours."),
    "coverage.publish_limit.full": (
        "بلغنا الحدّ: {used} من {total} في 24 ساعة. ما بعده ينتظر.",
        "The limit is reached: {used} of {total} in 24 hours. What follows waits.",
    ),
    "coverage.publish_limit.unproven": (
        "لا تقول ميتا كم بقي. راجعوا عدد منشورات اليوم في إنستغرام.",
        "Meta does not say how many are left. Count the day's posts on Instagram.",
    ),
    "coverage.publish_limit.refused": (
        "رفضت ميتا السؤال: ينقص instagram_content_publish. أعيدوا الربط: outreach channels add",
        "Meta refused the question: instagram_content_publish is missing. Connect again: outreach channels add",
    ),
    "coverage.media_fetch.done": (
        "جلبت ميتا صورة تجريبية لم تُنشر.",
        "Meta fetched a trial image that was never published.",
    ),
    "coverage.media_fetch.unproven": (
        "لم يُجرَّب. جرّبوا بلا نشر: outreach channels check --rehearse",
        "Not tried. Try it without publishing: outreach channels check --rehearse",
    ),
    "coverage.retract.done": ("حُذف منشور تجريبي غير مرئي.", "An invisible trial post was deleted."),
    "coverage.retract.unproven": (
        "لم يُجرَّب. إن رفضت ميتا الحذف فاحذفوا باليد من التطبيق نفسه.",
        "Not tried. Should Meta refuse, delete by hand in the app itself.",
    ),
    "coverage.retract.refused": (
        "رفضت ميتا حذف منشور تجريبي غير مرئي. احذفوه باليد من Meta Business Suite: المنشورات غير المنشورة.",
        "Meta refused to delete an invisible trial post. Delete it by hand in Meta Business Suite: unpublished posts.",
    ),
    # -- comments
    "coverage.read_comments.proven": ("قُرئت تعليقات.", "Comments were read."),
    "coverage.read_comments.unproven": (
        "لا تعليق بعد على المنشورات الأخيرة. علّقوا من حساب خارجي ثم: outreach channels check",
        "No comment yet under the newest posts. Write one from an outside account, then: outreach channels check",
    ),
    "coverage.read_comments.silent": (
        "تعدّ ميتا تعليقات ولا تُظهرها. تحققوا أن الرمز للصفحة وأن أذونات القراءة ممنوحة: outreach channels add",
        "Meta counts comments and shows none. See that the token is the Page's and may read: outreach channels add",
    ),
    "coverage.read_comments.refused": (
        "رفضت ميتا القراءة. ينقص غالباً pages_read_user_content أو instagram_manage_comments: outreach channels add",
        "Meta refused to be read. Mostly pages_read_user_content or instagram_manage_comments is missing: outreach channels add",
    ),
    "coverage.moderate.proven": (
        "تسمح ميتا بإخفاء تعليق لغيرنا وحذفه.",
        "Meta lets a comment of somebody else be hidden and deleted.",
    ),
    "coverage.moderate.done": ("أُخفي تعليق أو حُذف فعلاً.", "A comment was hidden or deleted for real."),
    "coverage.moderate.unproven": (
        "لا تقولها ميتا قبل أول تعليق؛ وفي إنستغرام لا تقولها أبداً. يثبت بأول إخفاء.",
        "Meta does not say before the first comment; on Instagram it never does. The first hide proves it.",
    ),
    "coverage.moderate.refused": (
        "لا تسمح ميتا بحذف التعليقات. امنحوا pages_manage_engagement ومهمة MODERATE.",
        "Meta does not let comments be removed. Grant pages_manage_engagement and the task MODERATE.",
    ),
    "coverage.private_reply.done": ("وصل رد خاص فعلاً.", "A private reply was sent for real."),
    "coverage.private_reply.unproven": (
        "الأذونات ممنوحة، لكن مع Standard Access لا يصل الرد إلا لأصحاب الأدوار في التطبيق. يثبت بأول رد لشخص من خارجه.",
        "The permissions are there, but under Standard Access replies reach people with a role on the app alone. The first reply to somebody else proves it.",
    ),
    "coverage.private_reply.refused": (
        "تنقص: {scopes}. أعيدوا الربط وامنحوها: outreach channels add",
        "Missing: {scopes}. Connect again and grant them: outreach channels add",
    ),
    "coverage.insights.proven": ("قُرئت أرقام.", "Figures were read."),
    "coverage.insights.refused": (
        "لا تعطي ميتا أرقاماً: ينقص read_insights أو instagram_manage_insights أو مهمة ANALYZE.",
        "Meta gives no figures: read_insights, instagram_manage_insights or the task ANALYZE is missing.",
    ),
    "coverage.insights.unproven": (
        "لم تجب ميتا عن رقم معروف. قد يكون تغيّر؛ تُقرأ الأرقام الأخرى.",
        "Meta did not answer for a known figure. It may have been retired; the others are read.",
    ),
    "coverage.webhooks.done": ("وصل إشعار عن هذه القناة.", "A notice about this channel came in."),
    "coverage.webhooks.unproven_page": (
        "الاشتراك قائم، ولم يصل إشعار بعد. علّقوا على منشور ثم: outreach channels check",
        "Subscribed, and no notice has come yet. Write a comment, then: outreach channels check",
    ),
    "coverage.webhooks.unproven_instagram": (
        "الاشتراك قائم، ولم يصل إشعار بعد. مع Standard Access لا ترسل ميتا إشعارات تعليقات إنستغرام؛ حتى ذلك الحين تُقرأ التعليقات دورياً.",
        "Subscribed, and no notice has come yet. Under Standard Access Meta sends none for comments on Instagram; until then comments are read at intervals.",
    ),
    "coverage.webhooks.unproven": (
        "لم تجب ميتا عن الاشتراك. تُقرأ التعليقات دورياً.",
        "Meta did not answer about the subscription. Comments are read at intervals.",
    ),
    "coverage.webhooks.no_callback": (
        "التطبيق غير مشترك في إشعارات {topic}. اشتركوا: outreach channels subscribe",
        "The app has no callback for {topic}. Subscribe: outreach channels subscribe",
    ),
    "coverage.webhooks.elsewhere": (
        "إشعارات {topic} تذهب إلى عنوان آخر. تحققوا من media.public_base_url ثم: outreach channels subscribe",
        "Notices of {topic} go to another address. Check media.public_base_url, then: outreach channels subscribe",
    ),
    "coverage.webhooks.not_subscribed": (
        "هذه القناة غير مشتركة في {field}. اشتركوا: outreach channels subscribe",
        "This channel is not subscribed to {field}. Subscribe: outreach channels subscribe",
    ),
    "coverage.webhooks.refused": (
        "رفضت ميتا السؤال عن الاشتراك: ينقص pages_manage_metadata. أعيدوا الربط: outreach channels add",
        "Meta refused to tell of the subscription: pages_manage_metadata is missing. Connect again: outreach channels add",
    ),
    # -- what we never see
    "blind.ads": (
        "التعليقات على الإعلانات والنسخ المموَّلة: لا تظهر تحت المنشور الأصلي. افتحوها من مدير الإعلانات كل يوم.",
        "Comments on ads and boosted copies do not stand under the post itself. Look at them in Ads Manager every day.",
    ),
    "blind.filters": (
        "ما تحجبه «الكلمات المخفية» في إنستغرام ومرشّح كلمات الصفحة: لا يصل إلينا. راجعوا المحجوب كل أسبوع، وأطفئوا المرشّح الذي قد يحجب طلب مساعدة.",
        "What Instagram's Hidden Words and the Page's keyword filter hold back never reaches us. Go through it weekly, and switch off a filter that may hide a call for help.",
    ),
    "blind.shares": (
        "ما يكتبه الناس حين يشاركون منشورنا على صفحاتهم: لا تعطيه ميتا.",
        "What people write when they share a post of ours: Meta does not give it.",
    ),
    "blind.messages": (
        "الرسائل الخاصة: لا نقرؤها ولا نحفظها. يتابعها شخص في صندوق وارد ميتا.",
        "Private messages are neither read nor kept here. A person watches them in Meta's inbox.",
    ),
    "blind.restricted": (
        "تعليقات من قيّدهم الحساب على إنستغرام: لا تعطيها ميتا. راجعوا قائمة المقيَّدين.",
        "Comments of people whom the account restricted on Instagram: Meta does not give them. See that list.",
    ),
    "blind.old": (
        "منشورات مضى عليها أكثر من تسعين يوماً لا تُقرأ بموعد: يصل الجديد تحتها بإشعار ميتا، أو حين يتغيّر عدد تعليقات منشور من أحدث مئة. وإلا فبالأمر outreach pull --since.",
        "Posts older than ninety days are not read on a schedule: what is new there comes by Meta's webhook, or when the count of one of the newest hundred posts moves; else by outreach pull --since.",
    ),
    # -- the page
    "coverage.page.title": ("ماذا تستطيع كل قناة", "What each channel can do"),
    "coverage.page.lead": (
        "كل سطر عن قدرة واحدة: ثبتت، أو رفضتها ميتا، أو لا تُعرف، ومعها ما العمل. يُعاد الفحص كل يوم.",
        "Each line is one ability: proven, refused by Meta, or not known, and what to do. Checked again every day.",
    ),
    "coverage.page.link": ("ماذا تستطيع كل قناة", "What each channel can do"),
    "coverage.page.kind.facebook_page": ("صفحة فيسبوك", "Facebook Page"),
    "coverage.page.kind.instagram_account": ("حساب إنستغرام", "Instagram account"),
    "coverage.page.mode.live": ("تعمل: يُنشر عليها", "Live"),
    "coverage.page.mode.read_only": ("قراءة فقط", "Read only"),
    "coverage.page.status.paused": ("موقوفة مؤقتاً", "Paused"),
    "coverage.page.status.stopped": ("متوقفة", "Stopped"),
    "coverage.page.confirmed": (
        "أكّد {name} أن حساباً خارجياً رأى منشوراً:",
        "{name} confirmed that an outside account saw a post:",
    ),
    "coverage.page.confirmed_unnamed": ("سُجّلت كقناة عاملة بلا شاهد:", "Made live without a witness:"),
    "coverage.page.test_post": ("منشور تجريبي قائم على الصفحة:", "A test post stands on the Page:"),
    "coverage.page.proven_at": ("ثبتت:", "Proven:"),
    "coverage.page.checked": ("فُحصت", "Checked"),
    "coverage.page.make_read_only": ("تحويلها إلى القراءة فقط", "Make it read only"),
    "coverage.page.make_read_only_help": (
        "تبقى التعليقات تُقرأ، ولا يخرج أي منشور أو إخفاء.",
        "Comments are still read; no post and no hide goes out.",
    ),
    "coverage.page.make_live": ("أؤكّد: رآه حساب خارجي، فلتعمل القناة", "I confirm: an outside account saw it. Go live"),
    "coverage.page.make_live_help": (
        "قبل ذلك: انشروا تجربة (outreach channels try)، وليفتحها حساب لا دور له في التطبيق ولا في الصفحة. يُحفظ اسمكم والوقت.",
        "Before: make a test post (outreach channels try) and have an account without any role on app or Page open it. Your name and the time are kept.",
    ),
    "coverage.page.seen_by": ("أي حساب رآه؟", "Which account saw it?"),
    "coverage.page.none": ("لا توجد قنوات بعد.", "There are no channels yet."),
    "coverage.page.blind": ("ما لا يراه هذا النظام", "What this system does not see"),
    # -- modes and trials
    "channel.not_seen": (
        "لا تصبح {channel} حيّة قبل أن يرى حساب خارجي منشوراً تجريبياً. انشروه: outreach channels try {channel}، ثم اكتبوا من رآه: outreach channels mode {channel} live --seen-by «…»",
        '{channel} does not go live before an outside account saw a test post. Make one: outreach channels try {channel}; then say who saw it: outreach channels mode {channel} live --seen-by "…"',
    ),
    "channel.no_test_post": (
        "لا منشور على إنستغرام بلا صورة. جرّبوا جلب الصورة بلا نشر (outreach channels check --rehearse)؛ ومنشور الصفحة التجريبي يُظهر وضع التطبيق، وهو واحد للاثنين.",
        "Instagram has no post of words alone. Rehearse without publishing (outreach channels check --rehearse); the linked Page's test post shows the app's mode, which is one for both.",
    ),
    "channel.no_trial": ("لا منشور تجريبياً على {channel}.", "There is no test post on {channel}."),
    "channel.try_done": (
        "نُشرت التجربة: {link}\nليفتحها حساب لا دور له في التطبيق ولا في الصفحة. ثم أزيلوها: outreach channels try {channel} --remove",
        "The test post is out: {link}\nHave an account without any role on app or Page open it. Then remove it: outreach channels try {channel} --remove",
    ),
    "channel.refuses": (
        "{channel}: ترفض ميتا بعض ما تحتاجه ({count}). التفاصيل والحلّ: outreach channels check {channel}",
        "{channel}: Meta refuses some of what it needs ({count}). What, and what to do: outreach channels check {channel}",
    ),
    "channel.try_removed": ("أُزيلت التجربة.", "The test post is removed."),
    "channel.subscribed": ("اشتركت {channel} في الإشعارات.", "{channel} is subscribed."),
}
