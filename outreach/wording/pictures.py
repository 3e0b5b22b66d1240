"""Messages about pictures: what was made of an image, our copies of it, and whether Meta can fetch them."""

# ruff: noqa: E501  sentences stay whole

from __future__ import annotations

MESSAGES: dict[str, tuple[str, str]] = {
    # -- what was made of an image, joined by semicolons after its name
    "picture.as_it_is": ("كما هي", "as it is"),
    "picture.stripped": (
        "كما هي، بلا بيانات مخفية",
        "as it is, without hidden data",
    ),
    "picture.made": (
        "من {format} بقياس {was_width}×{was_height} إلى JPEG بقياس {width}×{height}، {kb} كيلوبايت",
        "{format} {was_width}×{was_height} → JPEG {width}×{height}, {kb} kB",
    ),
    "picture.cut_upright": (
        "تُقص {percent}٪ من الارتفاع",
        "{percent} % of its height is cut away",
    ),
    "picture.cut_across": (
        "تُقص {percent}٪ من العرض",
        "{percent} % of its width is cut away",
    ),
    "picture.turned": ("تُدار لتعتدل", "turned upright"),
    "picture.on_white": ("الشفاف يصير أبيض", "what was transparent becomes white"),
    "picture.colours": ("تُحوَّل ألوانها إلى sRGB", "colours brought to sRGB"),
    "picture.place_removed": ("يُحذف مكان التقاطها", "the place where it was taken is removed"),
    "list.separator": ("؛ ", "; "),
    "plan.picture": ("{file} على {channels}: {done}", "{file} on {channels}: {done}"),
    "plan.pictures_as_they_are": ("صور تُنشر كما هي: {count}", "Images that go out as they are: {count}"),
    # -- our copies
    "media.lost": (
        "نسختنا من {file} مفقودة، ولم يُنشر شيء. طبّقوا الحملة من جديد لتعود، ثم قرّروا: outreach posts decide",
        "Our copy of {file} is missing; nothing went out. Apply the campaign again to bring it back, then decide: outreach posts decide",
    ),
    "media.damaged": (
        "نسختنا من {file} تالفة ولم تعد كما وُوفق عليها، ولم يُنشر شيء. طبّقوا الحملة من جديد لتعود، ثم قرّروا: outreach posts decide",
        "Our copy of {file} is damaged and no longer what was approved; nothing went out. Apply the campaign again to bring it back, then decide: outreach posts decide",
    ),
    # -- can Meta fetch them?
    "fetch.proven": ("جلبت ميتا صورة تجريبية من {address}.", "Meta fetched a trial image from {address}."),
    "fetch.unreachable": (
        "لم تصل ميتا إلى صورة تجريبية على {address}، فلن يُنشر شيء على {channel}. ضعوا في media.public_base_url عنواناً عاماً بـ https يمرّر /m/ إلى هذا النظام (المثال في README)، ثم أعيدوا الفحص.",
        "Meta could not fetch a trial image from {address}, so nothing can go out on {channel}. Set media.public_base_url to a public https address that passes /m/ on to this service (example in the README), then check again.",
    ),
    "fetch.wrong_answer": (
        "جلبت ميتا من {address} شيئاً غير صورتنا. تأكّدوا أن الخادم الوسيط يمرّر /m/ كما هو، بلا صفحة دخول ولا تحويل.",
        "From {address} Meta got something else than our image. Make sure that the proxy passes /m/ on as it is, without a login page or a redirect.",
    ),
    "fetch.not_needed": (
        "{channel} صفحة على فيسبوك: نرسل إليها الصور بأنفسنا، فلا حاجة إلى هذا الفحص.",
        "{channel} is a Facebook Page: images are sent to it, so there is nothing to prove.",
    ),
    "fetch.no_answer": (
        "لم تقل ميتا بعد هل وصلت إلى الصورة التجريبية. أعيدوا الفحص بعد دقائق.",
        "Meta has not said yet whether it could fetch the trial image. Check again in a few minutes.",
    ),
    # -- refusals by Meta; those with a number are about one rule (graph-api.md §7.2, §7.3)
    "meta.media_refused": (
        "رفضت ميتا الملف {file} فلم يخرج شيء من المنشور. استبدلوه ثم طبّقوا الحملة من جديد.",
        "Meta refused the file {file}, so nothing of the post went out. Replace it and apply the campaign again.",
    ),
    "meta.media_refused.324": (
        "لم تستطع ميتا قراءة الصورة {file} فلم يخرج شيء من المنشور. احفظوها من جديد ثم طبّقوا الحملة.",
        "Meta could not read image {file}, so nothing of the post went out. Save it again, then apply the campaign.",
    ),
    "meta.media_refused.2207004": (
        "الصورة {file} أكبر مما تقبله ميتا (8 ميغابايت) فلم يخرج شيء من المنشور. صغّروها ثم طبّقوا الحملة من جديد.",
        "Image {file} has more bytes than Meta takes (8 MB), so nothing of the post went out. Make it smaller and apply the campaign again.",
    ),
    "meta.media_refused.2207005": (
        "صيغة الصورة {file} لا تقبلها ميتا (JPEG فقط) فلم يخرج شيء من المنشور. احفظوها بصيغة JPEG ثم طبّقوا الحملة من جديد.",
        "Image {file} is of a kind that Meta does not take (JPEG only), so nothing of the post went out. Save it as JPEG and apply the campaign again.",
    ),
    "meta.media_refused.2207009": (
        "أبعاد الصورة {file} لا تقبلها ميتا (بين 4:5 و1.91:1) فلم يخرج شيء من المنشور. قصّوها أو اكتبوا crop: center ثم طبّقوا الحملة من جديد.",
        "Image {file} has a shape that Meta does not take (4:5 to 1.91:1), so nothing of the post went out. Crop it or write crop: center, then apply the campaign again.",
    ),
    "meta.media_refused.2207010": (
        "النص أطول مما تقبله ميتا (2,200 حرف) فلم يخرج شيء من المنشور. اختصروه ثم طبّقوا الحملة من جديد.",
        "The caption is longer than Meta takes (2,200 characters), so nothing of the post went out. Shorten it and apply the campaign again.",
    ),
}
