"""Arabic of help texts, by their English in the commands, and of usage errors, by typer's English."""

from __future__ import annotations

#: patterns of typer's own English; what a pattern captures is named in the Arabic, in order
USAGE_ERRORS = (
    (r"No such option: (\S+)", "لا يوجد خيار بهذا الاسم: {}"),
    (r"No such command '?(.+?)'?\.", "لا يوجد أمر بهذا الاسم: {}"),
    (r"Missing (?:argument|option|parameter) (.+?)\.", "ينقص {}"),
    (r"Missing command", "ينقص الأمر"),
    (r"unexpected extra argument\(s\) \((.+)\)", "كلام زائد: {}"),
    (r"Option (\S+) requires", "الخيار {} يحتاج قيمة"),
    (r"Option (\S+) does not take", "الخيار {} لا يأخذ قيمة"),
    (r"Invalid value for (.+?): .*'(.+)' does not exist", "قيمة غير صالحة في {}: لا وجود لـ {}"),
    (r"Invalid value for (.+?): .*'(.+)' is a (?:directory|file)", "قيمة غير صالحة في {}: نوع {} غير مناسب"),
    (r"Invalid value for (.+?):", "قيمة غير صالحة في {}"),
    (r"Could not open file '?(.+?)'?:", "تعذّر فتح الملف {}"),
)

ARABIC = {
    "Usage": "الاستعمال",
    "usage_error": "خطأ في كتابة الأمر",
    "see_help": "للشرح: --help",
    "Options": "الخيارات",
    "Arguments": "المُدخلات",
    "Commands": "الأوامر",
    "[required]": "[لازم]",
    "default:": "إن لم يُذكر:",
    "Show this message and exit.": "عرض هذا الشرح والخروج.",
    # -- outreach
    "Posts of a programme's campaigns out exactly once; comments read, flagged, reviewed; a weekly digest.": (
        "منشورات حملات البرنامج تُنشر مرة واحدة لا أكثر، والتعليقات تُقرأ وتُرتَّب وتُراجَع، وملخّص أسبوعي."
    ),
    "JSON instead of a table": "JSON بدل الجدول",
    # -- installation
    "Make an installation: folders, keys, tables. It is live or sandbox for good.": (
        "إنشاء تنصيب: مجلدات ومفاتيح وجداول. يكون حقيقياً أو تجريبياً إلى الأبد."
    ),
    "For Meta, for good": "حقيقي على خوادم ميتا، إلى الأبد",
    "For the sandbox, for good": "تجريبي، إلى الأبد",
    "Bring the database's schema up to this program. Make a backup before.": (
        "رفع جداول القاعدة إلى إصدار هذا البرنامج، بعد أخذ نسخة احتياطية."
    ),
    "Say in words what is wrong here. Exit code 1 when something is.": (
        "قول ما الخلل هنا بالكلام. رمز الخروج 1 إن وُجد خلل."
    ),
    "Write every row and image into one encrypted file. The keys are not in it: keep the key folder elsewhere too.": (
        "كتابة كل الصفوف والصور في ملف واحد مشفّر. المفاتيح ليست فيه: يُحفظ مجلد المفاتيح في مكان آخر أيضاً."
    ),
    "The backup file": "ملف النسخة الاحتياطية",
    "Fill an empty installation from a backup. Its key folder is in place first; every channel starts paused.": (
        "ملء تنصيب فارغ من نسخة احتياطية. مجلد مفاتيحها يوضع أولاً، وتبدأ كل القنوات موقوفة."
    ),
    "Sign in on this terminal. Some commands need to know who asks; a pipe may hold login and password.": (
        "تسجيل الدخول على هذه الشاشة. بعض الأوامر تحتاج أن تعرف من يطلب، والاسم وكلمة السر قد يأتيان من أنبوب."
    ),
    "Asked for if not given.": "يُسأل عنه إن لم يُذكر.",
    "Read the password from a file": "قراءة كلمة السر من ملف",
    "Read the password from a file.": "قراءة كلمة السر من ملف.",
    "Sign out on this terminal.": "تسجيل الخروج من هذه الشاشة.",
    "Encryption keys.": "مفاتيح التشفير.",
    "Make a new key and seal every value anew. Stop `outreach serve` and `outreach run` before.": (
        "صنع مفتاح جديد وتشفير كل قيمة من جديد، بعد إيقاف outreach serve و outreach run."
    ),
    "Begin a new epoch of keyed hashes too": "بدء عهد جديد للبصمات أيضاً",
    # -- running
    "Run the scheduler until told to stop. It publishes, reads, classifies, alerts.": (
        "تشغيل المُجدوِل إلى أن يُوقَف. ينشر ويقرأ ويصنّف وينبّه."
    ),
    "Serve the web pages, and run the scheduler beside them.": "تشغيل صفحات الويب ومعها المُجدوِل.",
    "Run the scheduler in the same process": "تشغيل المُجدوِل في العملية نفسها",
    "Read the comments of every post in full, now; exit code 1 when Meta let some of them not be read.": (
        "قراءة تعليقات كل المنشورات كاملة الآن. رمز الخروج 1 إن منعت ميتا قراءة بعضها."
    ),
    "Only show how far reading is": "عرض ما وصلت إليه القراءة فقط",
    "Read what was posted since this day, YYYY-MM-DD, once": "قراءة ما نُشر منذ هذا اليوم مرة واحدة، YYYY-MM-DD",
    "Only this channel": "هذه القناة فقط",
    "Show everything on the sandbox: two weeks in about a minute. No network, no token.": (
        "عرض كل شيء على البيئة التجريبية: أسبوعان في دقيقة تقريباً. بلا إنترنت ولا رمز دخول."
    ),
    "Step through, check, and exit": "المرور على الأسبوعين ثم الفحص والخروج",
    "Of the web page; 0: any free one": "لصفحة الويب؛ 0: أي منفذ فارغ",
    "Default: SQLite": "إن لم يُذكر: SQLite",
    "A stand-in for Meta, on this machine.": "بديل عن ميتا على هذا الجهاز.",
    "Serve a stand-in for Meta on 127.0.0.1 until interrupted.": "تشغيل بديل عن ميتا على 127.0.0.1 إلى أن يُوقَف.",
    "0: any free one": "0: أي منفذ فارغ",
    "Of the audience": "بذرة الجمهور",
    "TSV or CSV with a column `text`: the audience's words": "TSV أو CSV فيه عمود text: كلام الجمهور",
    # -- classifier
    "Sentiment and flags of every row of a file, as JSON lines. Needs no database and no keys.": (
        "مشاعر وعلامات كل صف في ملف، سطر JSON لكل صف. لا يحتاج قاعدة بيانات ولا مفاتيح."
    ),
    "A .tsv, .csv or text file, or - for standard input.": "ملف ‎.tsv أو ‎.csv أو نص، أو - للمدخل القياسي.",
    "The column that holds the comments.": "العمود الذي فيه التعليقات.",
    "tsv, csv or text; for - or odd names.": "tsv أو csv أو text؛ مع - أو الأسماء الغريبة.",
    "Model folder; the one in use if not given.": "مجلد النموذج؛ إن لم يُذكر فالمستعمل الآن.",
    "Train the classifier and write a model folder. Weights, figures, card; same data, same weights.": (
        "تدريب المصنّف وكتابة مجلد نموذج: أوزان وأرقام وبطاقة. البيانات نفسها تعطي الأوزان نفسها."
    ),
    "Folder of public sets, with sets/ inside.": "مجلد المجموعات العامة وفيه sets.",
    "Folder of our own comments; models/seed if not given.": "مجلد تعليقاتنا نحن؛ إن لم يُذكر فهو models/seed.",
    "Folder to write; models/NAME of the settings.": "المجلد الذي يُكتب؛ إن لم يُذكر فنموذج الإعدادات في models.",
    "Licence classes to train on, such as A,B or A,B,C.": "أصناف الرخص التي يُدرَّب عليها، مثل A,B أو A,B,C.",
    "Small, on our own comments alone: to try the machinery.": "صغير، على تعليقاتنا وحدها: لتجربة الآلة.",
    "How good training is, on rows the judged model did not see. Precision, recall, F1, PR-AUC per flag and set.": (
        "ما جودة التدريب على صفوف لم يرها النموذج: الدقة والاستدعاء و F1 و PR-AUC لكل علامة ومجموعة."
    ),
    "Print every figure as JSON.": "طباعة كل الأرقام بصيغة JSON.",
    "HTML file to write, with plots.": "ملف HTML يُكتب وفيه الرسوم.",
    "Beside a plain SVM instead; sources left out; what other classes add.": (
        "بدل ذلك مقارنة مع SVM بسيط، ومع ترك كل مصدر جانباً، وما تزيده أصناف الرخص الأخرى."
    ),
    "JSON of the comparison; a card.md beside it gets its section.": (
        "ملف JSON للمقارنة؛ وإن كان بجانبه card.md أُضيف إليه قسمها."
    ),
    "Learn from moderators' corrections too, into a new folder.": "التعلّم من تصحيحات المراجعين أيضاً، في مجلد جديد.",
    "Of these, also comments with an S0 or S1 flag that holds.": "ومنها أيضاً التعليقات التي ثبتت عليها علامة S0 أو S1.",
    "Train after the report of corrections; without, only report.": "التدريب بعد تقرير التصحيحات؛ من دونه التقرير فقط.",
    "Models of the classifier: list, use, compare, back, what they doubt.": (
        "نماذج المصنّف: قائمة، استعمال، مقارنة، رجوع، وما تشكّ فيه."
    ),
    "A folder under models/.": "مجلد داخل models.",
    "How many": "كم",
    "Every model with its version and main figures; an arrow marks the one in use.": (
        "كل نموذج مع إصداره وأهم أرقامه؛ السهم عند المستعمل."
    ),
    "Score with this model from the next start of `outreach run` on. Read its card first.": (
        "التصنيف بهذا النموذج من التشغيل القادم، بعد قراءة بطاقته."
    ),
    "Back to the model that was in use before.": "الرجوع إلى النموذج السابق.",
    "Figures of two models side by side, each as measured at its own training on rows that it had not seen.": (
        "أرقام نموذجين جنباً إلى جنب، كما قيست عند تدريب كل منهما على صفوف لم يرها."
    ),
    "Comments without a flag that came nearest to one, by id: a person's word on these teaches most.": (
        "تعليقات بلا علامة كانت أقرب ما يكون إليها، بأرقامها: رأيكم فيها أكثر ما يفيد."
    ),
    # -- campaigns
    "Campaign files: check, plan, apply, approve, export.": "ملفات الحملات: فحص، خطة، تطبيق، موافقة، تصدير.",
    "Find everything that is wrong with a campaign file. Needs no installation; exit code 1 for errors.": (
        "إيجاد كل خطأ في ملف حملة. لا يحتاج تنصيباً؛ رمز الخروج 1 إن وُجدت أخطاء."
    ),
    "The campaign file": "ملف الحملة",
    "Show what `apply` would change, in local times. Changes nothing; exit code 1 when a part is refused.": (
        "عرض ما سيغيّره apply بالتوقيت المحلي. لا يغيّر شيئاً؛ رمز الخروج 1 إن رُفض جزء."
    ),
    "Also cancel what the file no longer names": "إلغاء ما لم يعد الملف يذكره أيضاً",
    "Make the database follow the file: all of it or nothing. New and changed posts wait for approval.": (
        "جعل القاعدة كما في الملف: كله أو لا شيء. الجديد والمتغيّر ينتظر الموافقة."
    ),
    "Do not ask before cancelling with --prune": "بلا سؤال قبل الإلغاء مع ‎--prune",
    "Approve posts as they are now. Who applied a campaign does not approve it.": (
        "الموافقة على المنشورات كما هي الآن. من طبّق الحملة لا يوافق عليها."
    ),
    "The campaign's id": "اسم الحملة في الملف",
    "Ids of posts; none: all that wait": "أسماء المنشورات؛ بلا ذكرها: كل ما ينتظر",
    "Posts that wait for approval.": "المنشورات التي تنتظر الموافقة.",
    "A campaign as the database holds it, a row a publication.": "الحملة كما هي في القاعدة، صف لكل عملية نشر.",
    # -- posts
    "For reschedule: local time, quoted": "مع reschedule: الوقت المحلي بين علامتي اقتباس",
    "Consent records of people whose story is told.": "سجلات موافقة الناس الذين تُروى قصصهم.",
    "Record a consent. It lives sealed in the database, never in a file.": (
        "تسجيل موافقة. تعيش مشفّرة في القاعدة، لا في ملف."
    ),
    "Such as CR-014": "مثل CR-014",
    "facebook, instagram; may be given twice": "facebook أو instagram؛ يُذكر مرتين إن لزم",
    "Last day, UTC": "آخر يوم، بتوقيت UTC",
    "May the face be shown?": "هل يجوز إظهار الوجه؟",
    "May the voice be heard?": "هل يجوز إسماع الصوت؟",
    "May the name be told?": "هل يجوز ذكر الاسم؟",
    "References, platforms and dates; no more than that is shown.": "الأرقام والمنصات والتواريخ؛ لا يُعرض أكثر من ذلك.",
    # -- channels
    "Pages and accounts: add, list, check.": "الصفحات والحسابات: إضافة، عرض، فحص.",
    "Connect a Page or account with a person's token. It is exchanged; without a name, what it opens is listed.": (
        "ربط صفحة أو حساب برمز دخول شخص. يُبدَّل الرمز؛ وبلا اسم يُعرض ما يفتحه."
    ),
    "Its name in campaign files; none: only list what opens": "اسمها في ملفات الحملات؛ بلا اسم: عرض ما يفتح فقط",
    "Id of the Page or account at Meta": "رقم الصفحة أو الحساب عند ميتا",
    "File with the token": "ملف فيه رمز الدخول",
    "Posts and actions go out; else read only": "المنشورات والإجراءات تخرج؛ وإلا فقراءة فقط",
    "Every channel as it stood at its last check.": "كل قناة كما كانت عند آخر فحص.",
    "Ask Meta what each channel can do, and until when. Exit code 1 when Meta refuses something.": (
        "سؤال ميتا ماذا تستطيع كل قناة وإلى متى. رمز الخروج 1 إن رفضت ميتا شيئاً."
    ),
    "Also make what nobody sees: a post that is deleted at once, a container": (
        "مع تحضير ما لا يراه أحد: منشور يُحذف حالاً، أو حاوية لا تُنشر"
    ),
    "Which account without a role on app and Page saw a test post; kept sealed": (
        "أي حساب لا دور له في التطبيق والصفحة رأى منشوراً تجريبياً؛ يُحفظ مختوماً"
    ),
    "What no check and no reading reaches, so that people look at it by hand.": (
        "ما لا يصل إليه فحص ولا قراءة، فيراجعه الناس باليد."
    ),
    "Publish a post that says that it is a test, for an outside account to look at; then remove it.": (
        "نشر منشور يقول إنه تجربة لينظر إليه حساب خارجي، ثم إزالته."
    ),
    "Take the test post down again": "إزالة المنشور التجريبي",
    "Have Meta tell us of comments at once. Our address must be public: Meta calls it during this command.": (
        "لتخبرنا ميتا بالتعليقات فوراً. يجب أن يكون عنواننا عاماً: تتصل به ميتا أثناء هذا الأمر."
    ),
    "Add a service by which notices reach a person before mail. Its address comes from a prompt, a file, or input.": (
        "إضافة خدمة تصل بها التنبيهات إلى شخص قبل البريد. العنوان من سؤال أو ملف أو إدخال."
    ),
    "Read the address from a file.": "قراءة العنوان من ملف.",
    "Only list the paths, by kind.": "عرض الطرق فقط، بأنواعها.",
    "Remove the path of this number.": "حذف الطريق الذي له هذا الرقم.",
    "Send a trial notice by every path.": "إرسال تنبيه تجريبي بكل طريق.",
    "One channel; none: all": "قناة واحدة؛ بلا ذكرها: الكل",
    "Let a channel be written to, or only read. To go live, say which outside account saw a test post.": (
        "السماح بالكتابة في قناة، أو بالقراءة فقط. لتعمل يُذكر أي حساب خارجي رأى منشوراً تجريبياً."
    ),
    "The channel's name, as campaign files call it": "اسم القناة كما في ملفات الحملات",
    "read_only or live": "read_only أو live",
    "Nothing is written to this channel until a person resumes it.": "لا يُكتب شيء في هذه القناة حتى يستأنفها إنسان.",
    "Write to a paused channel again. What became late meanwhile is held for a person, not sent in a burst.": (
        "العودة إلى الكتابة في قناة موقوفة. ما تأخّر في الأثناء يُحجز لقرار إنسان ولا يُرسل دفعة واحدة."
    ),
    # -- review
    "The review queue: list, show, decide.": "قائمة المراجعة: عرض، فتح، قرار.",
    "What waits, worst and oldest first. Words of S0 and S1 are veiled.": (
        "ما ينتظر، الأخطر والأقدم أولاً. كلام S0 و S1 محجوب."
    ),
    "s0, s1, not_scored, s2, s3 or sample.": "s0 أو s1 أو not_scored أو s2 أو s3 أو sample.",
    "Only with this flag, such as help_seeking.": "ما عليه هذه العلامة فقط، مثل help_seeking.",
    "Only what you hold.": "ما تمسكونه أنتم فقط.",
    "queued or decided.": "queued أو decided.",
    "One comment: flags, thread, history, what Meta was asked for.": (
        "تعليق واحد: علاماته وسياقه وتاريخه وما طُلب من ميتا."
    ),
    "The comment's id, as `review list` shows it.": "رقم التعليق كما يعرضه review list.",
    "Claim it, show its words; written down.": "إمساكه وعرض كلامه؛ ويُسجَّل ذلك.",
    "Hold an item for some minutes; again to renew.": "إمساك تعليق بضع دقائق؛ والتكرار للتجديد.",
    "Give an item back to the queue.": "إعادة تعليق إلى القائمة.",
    "Decide on one comment. Without --seen its words are shown first, and you are asked.": (
        "القرار في تعليق واحد. بلا ‎--seen يُعرض كلامه أولاً ثم يُسأل عن القرار."
    ),
    "keep, hide, delete or refer.": "keep أو hide أو delete أو refer.",
    "A reason code; a wrong one lists those that fit.": "رمز السبب؛ الخطأ يعرض ما يصلح.",
    "The login of the colleague to refer it to.": "اسم دخول الزميلة التي يُحال إليها.",
    "The key that `show` printed; asks nothing.": "المفتاح الذي طبعه show؛ فلا يُسأل شيء.",
    "Take a decision back while it may be.": "التراجع عن قرار ما دام ذلك ممكناً.",
    "The decision's id.": "رقم القرار.",
    "Cases that are not closed, worst first.": "الحالات غير المغلقة، الأخطر أولاً.",
    "Take a case, as a focal point.": "استلام حالة، من مسؤولة حماية.",
    "The case's id, as `review cases` shows it.": "رقم الحالة كما يعرضه review cases.",
    "Close an acknowledged case with an outcome code.": "إغلاق حالة مستلمة برمز نتيجة.",
    "An outcome code; a wrong one lists them.": "رمز النتيجة؛ الخطأ يعرضها كلها.",
    # -- comments
    "Comments: import a list that was exported elsewhere.": "التعليقات: إدخال قائمة صُدِّرت من مكان آخر.",
    "Store comments from a spreadsheet, each once; rows that cannot be taken are listed with number and reason.": (
        "حفظ تعليقات من جدول، كل منها مرة واحدة؛ والصفوف التي لا تُؤخذ تُذكر برقمها وسببها."
    ),
    "A .csv or .xlsx file with a heading.": "ملف ‎.csv أو ‎.xlsx في أوله عناوين.",
    "Column of the comments' words.": "عمود كلام التعليقات.",
    "Column of when they were written.": "عمود وقت كتابتها.",
    "Column of the post's link or id.": "عمود رابط المنشور أو رقمه.",
    "Column of the comment's link or id.": "عمود رابط التعليق أو رقمه.",
    "Column of the author's name; may be missing.": "عمود اسم الكاتب؛ قد لا يوجد.",
    "Column of the author's id at Meta; may be missing.": "عمود رقم الكاتب عند ميتا؛ قد لا يوجد.",
    "Column of the comment that it answers; may be missing.": "عمود التعليق الذي يردّ عليه؛ قد لا يوجد.",
    "The sheet, where a workbook has several.": "الورقة، إذا كان في الملف أكثر من واحدة.",
    "iso, dmy (31/12/2025) or mdy (12/31/2025).": "iso أو dmy (31/12/2025) أو mdy (12/31/2025).",
    "Say what would be done and do nothing.": "قول ما كان سيُفعل بلا فعل شيء.",
    "Do not ask whether the columns are right.": "بلا سؤال عن صحة الأعمدة.",
    # -- subject
    "What is held on a person: find, export, erase.": "ما نحتفظ به عن شخص: البحث والتسليم والمسح.",
    "A comment's link or id, or the code of a request that came through Meta.": (
        "رابط تعليق أو رقمه، أو رمز طلب وصل عن طريق ميتا."
    ),
    "Count by table what is held on the author of a comment.": "عَدّ ما نحتفظ به عن كاتبة تعليق، جدولاً جدولاً.",
    "Requests to erase that came through Meta and that nobody has seen to.": (
        "طلبات محو وصلت عن طريق ميتا ولم ينظر فيها أحد."
    ),
    "Write her own words that are held into one file, for her alone.": "كتابة كلماتها المحفوظة في ملف واحد، لها وحدها.",
    "The file to write; it must not be there yet.": "الملف الذي يُكتب؛ يجب ألا يكون موجوداً.",
    "Erase all that is held on the author of a comment, for good. It asks, and leaves a receipt without identity.": (
        "مسح كل ما نحتفظ به عن كاتبة تعليق بلا رجعة. يسأل أولاً ويترك وصلاً لا يدل عليها."
    ),
    "Although a case is open: her_wish or handed_over.": "مع أن حالة مفتوحة: her_wish أو handed_over.",
    # -- users
    "People who sign in, and their roles.": "من يسجّل الدخول وأدوارهم.",
    "Add a person. The password comes from a prompt, a file, or standard input.": (
        "إضافة شخص. كلمة السر من سؤال أو ملف أو المدخل القياسي."
    ),
    "The login, such as zainab.": "اسم الدخول، مثل zainab.",
    "Roles: moderator, focal_point, psea_focal_point, lead, admin, …": (
        "الأدوار: moderator و focal_point و psea_focal_point و lead و admin وغيرها"
    ),
    "As colleagues see it; the login if not given.": "كما يراه الزملاء؛ إن لم يُذكر فاسم الدخول.",
    "ar or en.": "ar أو en.",
    "Where notices go; kept sealed.": "أين تصل التنبيهات؛ يُحفظ مشفّراً.",
    "Everybody, with their roles. Whether there is a mail address, not which.": (
        "الجميع وأدوارهم. هل لهم بريد، لا ما هو."
    ),
    "Give a person these roles and no others; open sessions end.": (
        "إعطاء شخص هذه الأدوار لا غيرها؛ وتنتهي جلساته المفتوحة."
    ),
    "Set a new password; open sessions end.": "وضع كلمة سر جديدة؛ وتنتهي الجلسات المفتوحة.",
    "Lock a person out; what they did stays.": "منع شخص من الدخول؛ وما عمله يبقى.",
    "Let a person in again.": "السماح لشخص بالدخول من جديد.",
    # -- stopping and deciding
    "A reason code; a wrong one lists them.": "رمز السبب؛ الخطأ يعرضها كلها.",
    "Allow replies and actions on a case's comment that is gone; written down with name and reason.": (
        "السماح بالردود والإجراءات على تعليق حالةٍ اختفى؛ يُسجَّل الاسم والسبب."
    ),
    "Take note that a case's comment is gone; its words go a day later.": (
        "علمتُ أن تعليق الحالة اختفى؛ يُمحى كلامه بعد يوم."
    ),
    "CHOICE: publish_now, reschedule, drop, adopt, is_out, is_not_out": (
        "القرار: publish_now أو reschedule أو drop أو adopt أو is_out أو is_not_out"
    ),
    "Decide what becomes of a post, or of all. It cannot be undone. is_out, is_not_out: after looking at the page."
    "\n\nWith --all, posts on one channel keep their distance: they never leave in a burst.": (
        "القرار في منشور أو في كل المنشورات. لا رجعة فيه. is_out و is_not_out: بعد النظر في الصفحة نفسها."
        "\n\nمع ‎--all تبقى المنشورات متباعدة على القناة الواحدة: لا تخرج دفعة واحدة."
    ),
    "End the pause, in your name. What was due meanwhile waits for a decision; nothing leaves in a burst.": (
        "إنهاء الإيقاف باسمك. ما حان وقته في الأثناء ينتظر قراراً؛ ولا يخرج شيء دفعة واحدة."
    ),
    "Every post that rests on this consent record": "كل منشور يستند إلى هذه الموافقة",
    "Everything held but what looks already posted or lacks consent": (
        "كل المحجوز، إلا ما يبدو أنه منشور أصلاً أو تنقصه الموافقة"
    ),
    "For is_out, adopt: the post's id at Meta": "مع is_out و adopt: رقم المنشور عند ميتا",
    "From now on nothing that needs this consent is released. What rests on it and is not down yet is listed.": (
        "من الآن لا يُنشر شيء يحتاج هذه الموافقة. ويُعرض ما يستند إليها ولم يُسحب بعد."
    ),
    "Hand posts to Meta's own scheduler, so that they go out during a power cut. Facebook text, link and photos.": (
        "تسليم المنشورات إلى مجدول ميتا نفسه لتخرج حتى مع انقطاع الكهرباء. نص ورابط وصور فيسبوك."
    ),
    "Off: we publish every post ourselves": "إطفاء: ننشر كل منشور بأنفسنا",
    "Do not ask (for scripts); it cannot be undone": "بلا سؤال (للبرامج)، ولا رجعة فيه",
    "I deleted it by hand, looked, and it is gone": "حذفته بيدي ونظرت، واختفى",
    "Its id, or campaign/post for all its channels": "رقمه، أو الحملة/المنشور لكل قنواته",
    "Posts that wait for a decision, soonest first, and those that somebody altered in Meta's own schedule."
    "\n\nBelow, stories that are out although their consent has ended.": (
        "المنشورات التي تنتظر قراراً، الأقرب أولاً، وما غيّره أحدهم في مجدول ميتا."
        "\n\nوتحتها قصص منشورة انتهت موافقة أصحابها."
    ),
    "Posts: those that wait for a person, deciding, taking down.": "المنشورات: ما ينتظر إنساناً، والقرار، والسحب.",
    "Stop a post everywhere and delete it where Meta lets us; else say how by hand. Exit code 1 until it is confirmed."
    "\n\nIt first shows what would go, and asks."
    "\n\nconsent_withdrawn also destroys our copies of its media, and takes down every post that "
    "rests on that consent.": (
        "إيقاف المنشور في كل مكان وحذفه حيث تسمح ميتا، وإلا فخطوات حذفه باليد. رمز الخروج 1 حتى يتأكد."
        "\n\nتُعرض أولاً قائمة ما سيُحذف، ثم يُسأل عنه."
        "\n\nمع consent_withdrawn تُتلف نسخنا من صوره ويُسحب كل منشور يستند إلى تلك الموافقة."
    ),
    "Stop every release now, and take back what Meta would send by itself. Exit code 1 while something is still armed."
    "\n\nOnly `outreach resume` ends it.": (
        "إيقاف كل نشر الآن واسترجاع ما كانت ميتا سترسله بنفسها. رمز الخروج 1 ما دام شيء لم يُسترجع."
        "\n\nلا ينهيه إلا outreach resume."
    ),
    "The reason; kept encrypted": "السبب؛ يُحفظ مشفّراً",
    "This is the installation that goes on; no other one runs": "هذا هو التنصيب الذي يستمر؛ ولا يعمل غيره",
    "With campaign/post: on this channel only": "مع الحملة/المنشور: على هذه القناة فقط",
    "consent_withdrawn, unsafe, mistake, other": "consent_withdrawn أو unsafe أو mistake أو other",
    # -- insights
    "Only of this campaign": "من هذه الحملة فقط",
    "Only of this post": "لهذا المنشور فقط",
    "Only on this channel": "على هذه القناة فقط",
    "Which days and hours did better, on each channel": "أي الأيام والساعات كانت أفضل على كل قناة",
    "CSV on standard output, for a spreadsheet": "CSV على المخرج القياسي، لجدول بيانات",
    "What posts reached, as Meta said last, the newest first. Missing is shown as missing, never as 0.": (
        "ماذا حققت المنشورات كما قالت ميتا آخر مرة، الأحدث أولاً. الناقص يُعرض ناقصاً لا صفراً."
    ),
    # -- digest
    "The weekly digest: build, send.": "الملخّص الأسبوعي: بناء وإرسال.",
    "Work out a week's figures and store them.": "حساب أرقام أسبوع وحفظها.",
    "Any day of the week; none: the last one": "أي يوم من الأسبوع؛ بلا ذكره: الأسبوع الماضي",
    "Mail a stored digest to `digest.recipients`. Nobody gets it twice.": (
        "إرسال ملخّص محفوظ إلى digest.recipients. لا يصل أحداً مرتين."
    ),
}
