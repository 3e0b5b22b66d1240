"""What each problem of a campaign file says to the person who wrote it: code → (Arabic, English).

Every message says what is wrong and what to do; the place (file, line, column, field) stands before it.
"""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

from outreach.campaigns import video_words
from outreach.campaigns.problems import Problem

_FILES = {
    "file.missing": (
        "لا يوجد ملف بهذا الاسم. يلزم التأكّد من المسار.",
        "There is no such file. Check the path.",
    ),
    "file.unreadable": (
        "تعذّرت قراءة الملف. يلزم التأكّد من صلاحيات القراءة.",
        "The file cannot be read. Check that you may read it.",
    ),
    "yaml.size": (
        "الملف أكبر من {limit} بايت. يلزم تقسيم الحملة إلى أكثر من ملف.",
        "The file is larger than {limit} bytes. Split the campaign into several files.",
    ),
    "yaml.encoding": (
        "في هذا الموضع حروف ليست بترميز UTF-8. يلزم حفظ الملف من جديد بترميز UTF-8.",
        "This is not UTF-8. Save the file again as UTF-8.",
    ),
    "yaml.character": (
        "في هذا الموضع حرف غير مرئي ({number}) لا يُسمح به. يلزم حذفه.",
        "There is an invisible character here ({number}) that may not stand in a file. Delete it.",
    ),
    "yaml.tab": (
        "يبدأ السطر بمسافة جدولة (Tab). تُستعمل المسافات العادية بدلها.",
        "The line is indented with a tab. Use spaces.",
    ),
    "yaml.syntax": (
        "لا يمكن فهم الملف ابتداءً من هنا. يلزم التأكّد من المسافات في أول السطر، ومن الأقواس وعلامات الاقتباس، ووضع علامتي اقتباس حول كل نص فيه نقطتان «:» أو علامة #.",
        "The file makes no sense from here on. Check the indentation, brackets and quotation marks, and put quotation marks around any text that holds a colon or #.",
    ),
    "yaml.empty": (
        "الملف فارغ. البداية بنسخ المثال في campaigns/README.md.",
        "The file is empty. Start from the example.",
    ),
    "yaml.documents": (
        "لا يجوز أكثر من مستند في ملف واحد. يلزم حذف السطر «---» وما بعده.",
        "A file holds one document. Remove the line `---` and what follows it.",
    ),
    "yaml.directive": (
        "لا تُستعمل تعليمات YAML (%). يلزم حذف السطر.",
        "YAML directives (%) are not used here. Delete the line.",
    ),
    "yaml.tag": (
        "لا تُستعمل وسوم YAML (!). يُكتب النص بين علامتي اقتباس.",
        "YAML tags (!) are not used here. Put quotation marks around the text.",
    ),
    "yaml.anchor": (
        "لا تُستعمل المراسي (&) في ملفات الحملات. يُكتب النص كاملاً، وبين علامتي اقتباس إن بدأ بالعلامة &.",
        "Anchors (&) are not used here. Write the text out, in quotation marks if it begins with &.",
    ),
    "yaml.alias": (
        "لا تُستعمل الإحالات (*) في ملفات الحملات. يُكتب النص كاملاً، وبين علامتي اقتباس إن بدأ بالعلامة *.",
        "Aliases (*) are not used here. Write the text out, in quotation marks if it begins with *.",
    ),
    "yaml.duplicate_key": (
        "الحقل «{key}» مكتوب مرتين (أول مرة في السطر {first}). يلزم حذف أحدهما.",
        "`{key}` is written twice (first on line {first}). Delete one of them.",
    ),
    "yaml.depth": (
        "الملف متداخل أكثر من {limit} مستوى. يلزم النظر في الأقواس والمسافات.",
        "The file is nested deeper than {limit} levels. Check brackets and indentation.",
    ),
    "yaml.too_many": (
        "في الملف أكثر من {limit} قيمة. يلزم تقسيم الحملة إلى أكثر من ملف.",
        "The file holds more than {limit} values. Split the campaign into several files.",
    ),
    "yaml.key": (
        "اسم الحقل يجب أن يكون كلمة، لا قائمة ولا مجموعة حقول.",
        "The name of a field must be a word, not a list or a group.",
    ),
}

_FIELDS = {
    "campaign.missing": ("الحقل «{key}» مطلوب وغير موجود. تلزم إضافته.", "`{key}` is missing. Add it."),
    "campaign.unknown_key": (
        "لا يوجد حقل باسم «{key}» هنا. الحقول الممكنة: {allowed}.",
        "There is no field `{key}` here. Possible fields: {allowed}.",
    ),
    "campaign.unknown_key_near": (
        "لا يوجد حقل باسم «{key}» هنا. هل تقصد «{suggestion}»؟",
        "There is no field `{key}` here. Did you mean `{suggestion}`?",
    ),
    "campaign.mapping": (
        'هنا يجب أن تكون حقول مع قيمها، مثل {{ar: "…", en: "…"}}.',
        'Fields with values are needed here, such as {{ar: "…", en: "…"}}.',
    ),
    "campaign.list": (
        "هنا يجب أن تكون قائمة، مثل [basra-page, basra-instagram].",
        "A list is needed here, such as [basra-page, basra-instagram].",
    ),
    "campaign.list_empty": (
        "القائمة «{key}» فارغة. يلزم ملؤها أو حذف الحقل.",
        "The list `{key}` is empty. Add to it or delete the field.",
    ),
    "campaign.list_long": (
        "في القائمة «{key}» أكثر من {limit}. يلزم حذف الزائد.",
        "The list `{key}` holds more than {limit}. Remove some.",
    ),
    "campaign.text": ("هنا يجب أن يُكتب نص.", "A text is needed here. Write it."),
    "campaign.too_long": (
        "النص أطول من {limit} حرفاً. يلزم اختصاره.",
        "The text is longer than {limit} characters. Shorten it.",
    ),
    "campaign.form": (
        "قيمة «{key}» ليست بالشكل المطلوب. تُكتب مثل: {form}",
        "`{key}` does not have the form that is needed. Write it like: {form}",
    ),
    "campaign.choice": (
        "قيمة «{key}» غير معروفة. المسموح: {allowed}.",
        "`{key}` is not known. Choose from: {allowed}.",
    ),
    "campaign.number": ("«{key}» يجب أن يكون عدداً صحيحاً.", "`{key}` must be a whole number."),
    "campaign.number_range": (
        "العدد في «{key}» خارج الحد المسموح ({limit}). يلزم تصحيحه.",
        "The number in `{key}` is beyond what is allowed ({limit}). Correct it.",
    ),
    "campaign.yes_no": ("«{key}» يقبل true أو false فقط.", "`{key}` takes true or false only."),
    "campaign.value": (
        "قيمة «{key}» غير صالحة. المثال في campaigns/README.md.",
        "`{key}` cannot be used as it is. Compare it with the example in campaigns/README.md.",
    ),
    "campaign.date": (
        "«{read}» ليس تاريخاً. تُكتب السنة ثم الشهر ثم اليوم: 2026-11-26.",
        "`{read}` is not a date. Write year, month, day: 2026-11-26.",
    ),
    "campaign.year": (
        "«{read}»: السنة يجب أن تكون بين {first} و{last}.",
        "`{read}`: the year must lie between {first} and {last}.",
    ),
    "campaign.time": (
        "«{read}» ليس وقتاً. يُكتب بنظام 24 ساعة: 18:30.",
        "`{read}` is not a time of day. Write it in 24 hours: 18:30.",
    ),
    "campaign.local_time": (
        "«{read}» ليس موعداً. يُكتب بتوقيت الحملة المحلي هكذا: 2026-11-26 18:30.",
        "`{read}` is not a date with a time. Write it in the campaign's local time: 2026-11-26 18:30.",
    ),
    "campaign.offset": (
        "«{read}» فيه فارق توقيت. يُكتب الوقت المحلي وحده: 2026-11-26 18:30.",
        "`{read}` holds an offset. Write the local time alone: 2026-11-26 18:30.",
    ),
    "campaign.duration": (
        "«{read}» ليست مدة. تُكتب مثل: 30m (دقيقة) أو 2h (ساعة) أو 1d (يوم)، وحتى سنة.",
        "`{read}` is not a duration. Write 30m, 2h, 1d or `1d 12h`, up to a year.",
    ),
    "campaign.weekday": (
        "«{read}» ليس يوماً مع وقت. مثال: sun 18:30 أو الأحد 18:30.",
        "`{read}` is not a day with a time. Write for example: sun 18:30.",
    ),
    "campaign.timezone": (
        "لا توجد منطقة زمنية باسم «{read}». هل تقصد {suggestion}؟",
        "There is no time zone `{read}`. Did you mean {suggestion}?",
    ),
    "campaign.rule": (
        "قاعدة التكرار «{read}» غير مفهومة. مثال: FREQ=WEEKLY;BYDAY=SU,WE.",
        "The recurrence `{read}` makes no sense. Example: FREQ=WEEKLY;BYDAY=SU,WE.",
    ),
    "campaign.rule_frequency": (
        "«{read}»: التكرار يكون FREQ=DAILY أو FREQ=WEEKLY أو FREQ=MONTHLY فقط.",
        "`{read}`: only FREQ=DAILY, FREQ=WEEKLY and FREQ=MONTHLY can be used.",
    ),
    "campaign.rule_part": (
        "«{read}» لا يُكتب داخل rrule. المسموح: {allowed}. الحقول at و count و until لما عداها.",
        "`{read}` does not stand inside rrule. Allowed: {allowed}. For the rest there are at, count and until.",
    ),
    "campaign.utm_key": (
        "لا يوجد وسم UTM باسم «{read}». الممكن: {allowed}.",
        "No UTM tag `{read}`. Possible: {allowed}.",
    ),
    "campaign.utm_word": (
        "لا توجد كلمة {{{read}}} لوسوم UTM. الممكن: {allowed}.",
        "UTM tags know no word {{{read}}}. Possible: {allowed}.",
    ),
    "campaign.link": (
        "«{read}» ليس رابطاً صالحاً. يُكتب كاملاً: https://…",
        "`{read}` is not a link. Write all of it: https://…",
    ),
    "campaign.ends_before_start": (
        "النهاية قبل البداية أو معها. يلزم تصحيح إحداهما.",
        "It ends before it starts. Correct one of them.",
    ),
    "campaign.window_long": (
        "الحملة أطول من {days} يوماً. يلزم تقسيمها إلى حملات.",
        "The window is longer than {days} days. Split the campaign.",
    ),
    "campaign.no_language": ("النص فارغ باللغتين. يُكتب ar أو en.", "The text has neither language. Write ar or en."),
    "campaign.no_time": (
        "المنشور {post} بلا موعد. المطلوب واحد من: at أو slots أو every.",
        "Post {post} has no time. Add one of: at, slots, every.",
    ),
    "campaign.two_times": (
        "للمنشور {post} أكثر من نوع من المواعيد ({given}). يبقى واحد منها.",
        "Post {post} has more than one kind of time ({given}). Keep one.",
    ),
    "campaign.override_at": (
        "المنشور {post} متكرر، فلا يمكن تغيير at لقناة واحدة. يلزم جعله منشوراً مستقلاً لتلك القناة.",
        "Post {post} recurs, so one channel cannot have its own `at`. Make it a post of its own for that channel.",
    ),
    "campaign.story_without_consent": (
        "القصة {post} بلا رقم موافقة. لا تُنشر قصة دون موافقة صاحبتها المسجّلة: المطلوب: consent: CR-014.",
        "Story {post} names no consent record. No story goes out without one: add consent: CR-014.",
    ),
    "campaign.unknown_channel": (
        "القناة «{channel}» ليست من قنوات هذا المنشور. تُضاف إلى channels أو يُصحَّح الاسم.",
        "Channel `{channel}` is not among those of this post. Add it to `channels` or correct the name.",
    ),
    "campaign.repeated_channel": (
        "القناة «{channel}» مكتوبة مرتين. يلزم حذف إحداهما.",
        "Channel `{channel}` stands twice. Delete one.",
    ),
    "campaign.repeated_id": (
        "الرقم التعريفي «{post}» مستعمل في منشور آخر. يلزم اسم آخر.",
        "The id `{post}` is taken by another post. Choose another.",
    ),
}

_MEDIA = {
    "media.outside": (
        "الصورة «{name}» خارج مجلد الحملة. تُنسخ إلى مجلد media ويُكتب: media/اسم-الملف.jpg",
        "Image `{name}` lies outside of the campaign's folder. Copy it into media/ and name it from there.",
    ),
    "media.missing": (
        "لا توجد صورة باسم «{name}». يلزم التأكّد من الاسم ومن مكان الملف.",
        "There is no image `{name}`. Check its name and place.",
    ),
    "media.size": (
        "الصورة «{name}» أكبر من {limit} ميغابايت. يلزم تصغيرها.",
        "Image `{name}` is larger than {limit} MB. Make it smaller.",
    ),
    "media.pixels": (
        "الصورة «{name}» أكبر من {limit} مليون بكسل. يلزم تصغيرها.",
        "Image `{name}` has more than {limit} million pixels. Make it smaller.",
    ),
    "media.unreadable": (
        "«{name}» ليس صورة نعرفها. يُحفظ من جديد بصيغة JPEG أو PNG أو WebP أو HEIC.",
        "`{name}` is no image of a kind that is known here. Save it again as JPEG, PNG, WebP or HEIC.",
    ),
    "media.truncated": (
        "الصورة «{name}» مبتورة أو تالفة: لم يصل الملف كاملاً. تُنسخ من جديد من مصدرها.",
        "Image `{name}` is cut off or damaged: part of the file is missing. Copy it again from where it came.",
    ),
    "media.type": (
        "اسم «{name}» لا يطابق محتواه: الملف في الحقيقة {format}. يُسمّى باسم ينتهي بـ {ending}، أو يُحفظ من جديد.",
        "The name `{name}` does not match what is inside: the file is {format}. Name it so that it ends in {ending}, or save it again.",
    ),
    "media.animated": (
        "«{name}» صورة متحركة أو متعددة الصفحات ({frames}). تُحفظ منها صورة واحدة ثابتة.",
        "`{name}` moves or has several pages ({frames}). Save one still image of it.",
    ),
    "media.colours": (
        "ألوان الصورة «{name}» محفوظة بطريقة لا تصلح للشاشات ({mode}). تُحفظ من جديد بألوان RGB.",
        "The colours of image `{name}` are of a kind that no screen shows ({mode}). Save it again as RGB.",
    ),
}

_PICTURES = {
    "picture.shape": (
        "أبعاد الصورة {name} ({width}×{height}) لا تناسب {channel}: يُقبل ما بين 4:5 (طولية) و1.91:1 (عرضية)، ويجب قص {percent}٪ منها. تُقصّ باليد، أو يُكتب crop: center (أو top أو bottom أو left أو right) بجانب file لنقصّها نحن، أو ضع لهذه القناة صورة أخرى تحت on.",
        "Image {name} ({width}×{height}) does not fit {channel}, which takes 4:5 to 1.91:1: {percent} % would have to go. Crop it yourself, or write crop: center (or top, bottom, left, right) beside `file` to have it cropped, or name another image for this channel under `on`.",
    ),
    "picture.narrow": (
        "عرض ما يبقى من الصورة {name} على {channel} {width} بكسل، وأقل ما يُقبل {limit}. تلزم صورة أكبر.",
        "What {channel} would get of image {name} is {width} pixels wide; at least {limit} are needed. Use a larger one.",
    ),
    "picture.bytes": (
        "لا يمكن تصغير الصورة {name} إلى {limit} ميغابايت وهي مقبولة الجودة. تلزم صورة أبسط أو أصغر.",
        "Image {name} cannot be brought below {limit} MB with a quality worth showing. Use a simpler or smaller one.",
    ),
    "lint.image_small": (
        "الصورة {name} صغيرة ({width}×{height}): يبدو أنها نسخة صغّرها واتساب أو غيره. يُستعمل الأصل إن وُجد ({limit} بكسل فأكثر).",
        "Image {name} is small ({width}×{height}): it looks like a copy that a messenger has shrunk. Take the original if there is one (more than {limit} pixels).",
    ),
    "lint.carousel_shape": (
        "شكل الصورة {name} غير شكل أول صورة في المنشور. إنستغرام يقص الكل على شكل الأولى: يلزم جعلها متساوية.",
        "Image {name} has another shape than the first of the post. Instagram crops all to the shape of the first: make them alike.",
    ),
}

_TIMES = {
    "slots.blackout": (
        "موعد {post} ({day}) يقع في فترة توقف عن النشر: {reason}. يلزم موعد آخر.",
        "{post} ({day}) falls into a blackout: {reason}. Choose another time.",
    ),
    "slots.blackout_skipped": (
        "تكرار {post} يوم {day} يُترك، لأنه في فترة توقف عن النشر: {reason}.",
        "{post} is left out on {day}, since it falls into a blackout: {reason}.",
    ),
    "slots.outside_window": (
        "موعد {post} ({day}) خارج مدة الحملة. يلزم تعديل الموعد أو window.",
        "{post} ({day}) lies outside of the campaign's window. Change its time or `window`.",
    ),
    "slots.gap": (
        "موعد {post} يوم {day} لا وجود له، لأن الساعة تُقدَّم في ذلك الوقت. يلزم وقت آخر.",
        "On {day} the time of {post} does not exist, as clocks go forward. Choose another time.",
    ),
    "slots.gap_moved": (
        "يوم {day} تُقدَّم الساعة، فيخرج {post} متأخراً بمقدار التقديم.",
        "On {day} clocks go forward: {post} goes out later by as much.",
    ),
    "slots.fold": (
        "يوم {day} تُؤخَّر الساعة ويتكرر وقت {post}؛ المقصود المرة الأولى.",
        "On {day} clocks go back and the time of {post} comes twice; the first is meant.",
    ),
    "slots.after_event": (
        "يخرج {post} يوم {day} بعد بداية الفعالية أو معها. قدّم الموعد.",
        "{post} goes out on {day}, when its event has started. Move it forward.",
    ),
    "slots.short": (
        "يتكرر {post} داخل مدة الحملة {found} مرة، والمطلوب {wanted}. يلزم النظر في المواعيد و window.",
        "{post} comes {found} times within the window where {wanted} is wanted. Check its times and `window`.",
    ),
    "slots.same_minute": (
        "المنشوران {post} و{other} في الدقيقة نفسها على {channel}. يلزم تغيير موعد أحدهما.",
        "{post} and {other} fall on the same minute on {channel}. Move one of them.",
    ),
    "slots.repeated": (
        "يقول {post} على {channel} ما قاله {other} نفسه قبل أقل من {days} يوماً. يلزم تغيير النص، أو repeat: true إن كان مقصوداً.",
        "On {channel}, {post} says the same as {other} within {days} days. Change the text, or add repeat: true if it is meant.",
    ),
}

_PLATFORM = {
    "lint.channel_not_added": (
        "القناة «{channel}» غير مضافة إلى النظام (المعروف: {known}). تُضاف بالأمر: outreach channels add",
        "Channel `{channel}` has not been added (known: {known}). Add it: outreach channels add",
    ),
    "lint.text_long": (
        "نص {post} على {channel}: {size} حرفاً والحد {limit}. يلزم اختصاره، أو نص أقصر لهذه القناة تحت on.",
        "{post} has {size} characters on {channel}, where {limit} fit. Shorten it, or write a shorter text for this channel under `on`.",
    ),
    "lint.hashtags": (
        "في {post} على {channel} {size} وسماً والحد {limit}. يلزم حذف الزائد.",
        "{post} has {size} hashtags on {channel}, where {limit} are allowed. Remove some.",
    ),
    "lint.mentions": (
        "في {post} على {channel} {size} إشارة @ والحد {limit}. يلزم حذف الزائد.",
        "{post} mentions {size} accounts on {channel}, where {limit} are allowed. Remove some.",
    ),
    "lint.alt_long": (
        "وصف الصورة {name}: {size} حرفاً والحد {limit}. يلزم اختصاره.",
        "The alt text of {name} has {size} characters, where {limit} fit. Shorten it.",
    ),
    "lint.instagram_no_image": (
        "إنستغرام لا يقبل منشوراً بلا صورة ({post} على {channel}). تلزم صورة، أو حصر المنشور في فيسبوك بالحقل channels.",
        "Instagram takes no post without an image ({post} on {channel}). Add one, or keep the post to Facebook with `channels`.",
    ),
    "lint.instagram_link": (
        "الرابط في {post} لن يظهر على {channel}: إنستغرام لا ينشر الروابط. يُذكر «الرابط في التعريف» أو يُحذف لهذه القناة.",
        "The link of {post} is not shown on {channel}: Instagram has no link posts. Say `link in bio`, or empty it there.",
    ),
    "lint.facebook_link_and_media": (
        "على {channel} لا يجتمع رابط وصور في {post}. يُكتب {{link}} داخل النص أو في first_comment ليوضع الرابط هناك.",
        "On {channel} a post has either a link preview or images ({post}). Write {{link}} in the text or first_comment to place the link there.",
    ),
}

_SAFETY = {
    "lint.number": (
        "في {post} رقم هاتف ليس ضمن الأرقام المتحقَّق منها. الرقم الخاطئ يعرّض طالبة المساعدة للخطر: يُضاف إلى دليل الإحالة بعد التحقق، أو يُحذف.",
        "{post} holds a phone number that is not among the verified ones. A wrong number endangers whoever calls it: verify and add it to the referral directory, or delete it.",
    ),
    "lint.placeholder_number": (
        "في {post} رقم تجريبي (0770 000 0000) لا يجيب عليه أحد. يوضع مكانه رقم البرنامج المتحقَّق منه قبل النشر.",
        "{post} holds the placeholder 0770 000 0000, which nobody answers. Put the programme's verified number in its place before it goes out.",
    ),
    "lint.image_gps": (
        "الصورة {name} تحمل مكان التقاطها (GPS). سنحذفه مما يُنشر، لكنه باقٍ في الملف: تُحفظ من جديد بلا بيانات الموقع قبل مشاركة المجلد مع أحد.",
        "Image {name} says where it was taken (GPS). What goes out will not, but your file still does: save it again without location data before you share the folder.",
    ),
    "lint.full_name": (
        "يبدو أن في {post} اسماً كاملاً قرب حديث عن عنف. يُحذف، أو يُذكر أنه «اسم مستعار».",
        "{post} seems to give a full name beside an account of violence. Remove it, or say that the name was changed.",
    ),
    "lint.before_after": (
        "في {post} «قبل وبعد» مع إصابة أو قصة. لا نعرض أجساد الناجيات: يلزم تغيير الصياغة.",
        "{post} shows `before and after` of an injury or a story. We never show survivors' bodies: rewrite it.",
    ),
    "lint.wounds": (
        "في {post} وصف لإصابات. قد يؤذي من عاشت ذلك: يلزم حذف التفاصيل.",
        "{post} describes injuries, which can hurt those who lived it: leave the details out.",
    ),
    "lint.no_content_note": (
        "القصة {post} تذكر عنفاً بلا تنبيه في أولها. المطلوب: content_note.",
        "Story {post} speaks of violence without a note above it. Add content_note.",
    ),
    "lint.no_way_to_help": (
        "{post} منشور دعم لا يقول كيف نصل إلى المساعدة. تُذكر الرسائل الخاصة أو رابط أو رقم متحقق منه.",
        "{post} is about support and does not say how to reach it. Name private messages, a link or a verified number.",
    ),
    "lint.police_only": (
        "{post} يذكر الشرطة دون أن يقول إن القرار لصاحبة الشأن. تُذكر الخيارات الأخرى وأن القرار لها.",
        "{post} names the police without saying that she chooses. Name other ways, and that the choice is hers.",
    ),
    "lint.secrecy": (
        "{post} يعد بسرية كاملة، ولا أحد يستطيع ضمانها. يُقال ما نفعله بالضبط لحماية المعلومات.",
        "{post} promises full secrecy, which nobody can keep. Say exactly how information is protected.",
    ),
    "lint.mediation": (
        "{post} يذكر الصلح أو الوساطة، وهي تعيد الناجية إلى الخطر. يلزم حذفها.",
        "{post} speaks of mediation or reconciliation, which sends survivors back into danger. Remove it.",
    ),
}

MESSAGES: dict[str, tuple[str, str]] = {
    **_FILES,
    **_FIELDS,
    **_MEDIA,
    **_PICTURES,
    **_TIMES,
    **_PLATFORM,
    **_SAFETY,
    **video_words.MESSAGES,
}


def word(problem: Problem, *, arabic: bool) -> str:
    """The problem in words, with its place: `file:line:column field: what is wrong, and what to do`."""
    message = MESSAGES[problem.code][0 if arabic else 1].format(**problem.params)
    where = f"{problem.file}:{problem.line}:{problem.column}"
    return f"{where} {problem.field}: {message}" if problem.field else f"{where}: {message}"
