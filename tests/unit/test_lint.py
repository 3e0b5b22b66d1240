"""Platform limits and survivor safety of posts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import lint, slots
from outreach.campaigns import Campaign, Image, ImageFacts, Source
from outreach.states import ChannelKind

GOOD = ImageFacts("JPEG", 1080, 1350, 120_000, "RGB")


def found(
    *, channel: str = "basra-page", facts: ImageFacts = GOOD, numbers: tuple[str, ...] = (), **post: Any
) -> set[str]:
    made = campaign(channel=channel, facts=facts, **post)
    problems = lint.lint(made, slots.plan(made), allowed_numbers=numbers)
    return {f"{problem.code.removeprefix('lint.')}:{problem.severity}" for problem in problems}


def campaign(*, channel: str = "basra-page", facts: ImageFacts = GOOD, **post: Any) -> Campaign:
    fields = {"id": "p", "kind": "awareness", "at": "2026-11-26 18:30", "text": {"ar": "نص"}, **post}
    value = {
        "campaign": "c",
        "title": {"ar": "حملة"},
        "channels": [channel],
        "window": {"from": "2026-11-25", "to": "2026-12-10"},
        "posts": [fields],
    }
    image = Image(Path("a.jpg"), "0" * 64, facts)
    return Campaign.model_validate(value, context=Source(images={"a.jpg": image}))


def pictures(count: int = 1, alt: str = "صورة") -> list[dict[str, Any]]:
    return [{"file": "a.jpg", "alt": {"ar": alt}}] * count


def on_instagram(**post: Any) -> set[str]:
    return found(channel="basra-instagram", **{"media": pictures(), **post})


def said(text: str, **post: Any) -> set[str]:
    return found(text={"ar": text}, **post)


@pytest.mark.parametrize(
    ("text", "length"),
    [("نص", 2), ("🧡", 2), ("👩🏽‍⚕️", 7), ("بِسم", 4), ("a\n", 2)],
)
def test_lengths_are_utf16_code_units(text, length):
    assert lint.length(text) == length


@given(st.text())
def test_a_length_is_never_below_the_number_of_code_points(text):
    clean = text.encode("utf-8", "ignore").decode()
    assert len(clean) <= lint.length(clean) <= 2 * len(clean)


@given(st.integers(1, 5000))
def test_an_instagram_caption_may_have_2200_and_not_one_more(size):
    assert ("text_long:error" in on_instagram(text={"ar": "ن" * size})) is (size > 2200)


def test_a_facebook_text_may_be_long():
    assert said("ن" * 5000) == set()
    assert found(first_comment={"ar": "ن" * 8001}) == {"text_long:error"}


def test_hashtags_and_mentions_are_counted_as_meta_does():
    assert on_instagram(text={"ar": " ".join(f"#وسم{n}" for n in range(30))}) == set()
    assert on_instagram(text={"ar": " ".join(f"#وسم{n}" for n in range(31))}) == {"hashtags:error"}
    assert on_instagram(text={"ar": " ".join(f"@user{n}" for n in range(21))}) == {"mentions:error"}
    assert on_instagram(text={"ar": " ".join(f"team{n}@example.org" for n in range(30))}) == set()


def test_instagram_needs_an_image_and_facebook_does_not():
    assert found(channel="basra-instagram") == {"instagram_no_image:error"}
    assert found() == set()


@pytest.mark.parametrize("count", [2, 10])
def test_a_carousel_holds_two_to_ten(count):
    assert on_instagram(media=pictures(count)) == set()


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (ImageFacts("JPEG", 1080, 1500, 1, "RGB"), "picture.shape:error"),  # taller than 4:5
        (ImageFacts("JPEG", 1080, 500, 1, "RGB"), "picture.shape:error"),  # wider than 1.91:1
        (ImageFacts("JPEG", 319, 319, 1, "RGB"), "picture.narrow:error"),
        (ImageFacts("JPEG", 1080, 1080, 1, "RGB", has_gps=True), "image_gps:warning"),
    ],
)
def test_what_instagram_cannot_show_is_told(facts, problem):
    assert on_instagram(facts=facts) - {"image_small:warning"} == {problem}


def test_an_image_of_the_wrong_shape_is_taken_where_a_crop_is_asked_for_and_on_facebook():
    facts = ImageFacts("JPEG", 1080, 2000, 1, "RGB")
    assert on_instagram(facts=facts, media=[{**pictures()[0], "crop": "top"}]) == set()
    assert found(facts=facts, media=pictures()) == set()


@pytest.mark.parametrize(
    "facts",
    [
        ImageFacts("JPEG", 1080, 1350, 8_000_000, "RGB"),
        ImageFacts("JPEG", 1080, 566, 1, "RGB"),
        ImageFacts("PNG", 4000, 3000, 30_000_000, "RGBA"),
        ImageFacts("JPEG", 1440, 1440, 1, "CMYK"),
        ImageFacts("HEIF", 3024, 4032, 1, "RGB", orientation=6),  # a telephone's 3:4: little is cut unasked
    ],
)
def test_whatever_can_be_made_legal_is_no_problem(facts):
    assert on_instagram(facts=facts) == set()
    assert found(media=pictures(), facts=facts) == set()


@pytest.mark.parametrize(("size", "small"), [((900, 720), True), ((720, 900), True), ((901, 720), False)])
def test_a_copy_that_a_messenger_has_shrunk_is_pointed_out(size, small):
    facts = ImageFacts("JPEG", *size, 1, "RGB")
    assert found(media=pictures(), facts=facts) == ({"image_small:warning"} if small else set())


def test_a_carousel_of_many_shapes_is_pointed_out_on_instagram_alone():
    facts = {"a.jpg": GOOD, "b.jpg": ImageFacts("JPEG", 1080, 1080, 1, "RGB")}
    media = [{"file": name, "alt": {"ar": "صورة"}} for name in facts]
    for channel, expected in (("basra-instagram", ["lint.carousel_shape"]), ("basra-page", [])):
        made = campaign(channel=channel, media=media)
        images = {name: Image(Path(name), "0" * 64, each) for name, each in facts.items()}
        made = Campaign.model_validate(made.model_dump(by_alias=True), context=Source(images=images))
        assert [each.code for each in lint.lint(made, slots.plan(made))] == expected


def test_an_alt_text_may_have_a_thousand_characters():
    assert on_instagram(media=pictures(alt="ن" * 1000)) == set()
    assert on_instagram(media=pictures(alt="ن" * 1001)) == {"alt_long:error"}


def test_a_link_goes_with_no_image_on_facebook_and_is_not_shown_on_instagram():
    link = "https://example.org/"
    assert found(link=link, media=pictures()) == {"facebook_link_and_media:error"}
    assert found(link=link, media=pictures(), first_comment={"ar": "{link}"}) == set()
    assert on_instagram(link=link) == {"instagram_link:warning"}


@pytest.mark.parametrize(
    "text",
    [
        "خابرونا 07801234567",
        "رقمي ٠٧٨٠١٢٣٤٥٦٧",
        "+964 780 123 4567",
        "00964-780-123-4567",
        "(0780) 123 4567",
        "اتصلوا على 911",
        "الخط الساخن: ١٣٩",
        "call our hotline 1234",
    ],
)
def test_a_number_that_nobody_verified_is_an_error(text):
    assert "number:error" in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "٢٥ تشرين الثاني – ١٠ كانون الأول ٢٠٢٦",
        "2026-11-25 18:30",
        "حملة الـ16 يوم، 2026",
        "المادة 409 من القانون 111 لسنة 1969",
        "جمعنا 1,000,000 دينار",
        "رقم القاعة 204",
        "Call for volunteers 2026",
        "الرد من ٩ الصبح لـ٩ المسا",
    ],
)
def test_dates_and_amounts_are_no_phone_numbers(text):
    assert not {problem for problem in said(text) if problem.startswith("number")}


def test_a_verified_number_may_be_written_in_any_way():
    for written in ("0780 123 4567", "+9647801234567", "٠٧٨٠-١٢٣-٤٥٦٧"):
        assert said(written, numbers=("07801234567",)) == set()
    assert said("اتصلوا على 139", numbers=("139",)) == set()


def test_the_made_up_number_of_the_examples_is_pointed_out():
    assert said("خط البرنامج: 0770 000 0000") == {"placeholder_number:warning"}


def test_the_made_up_number_never_goes_live():
    made = campaign(text={"ar": "خط البرنامج: 0770 000 0000"})
    (problem,) = lint.lint(made, slots.plan(made), live=True)
    assert (problem.code, problem.severity) == ("lint.placeholder_number", "error")


@pytest.mark.parametrize(
    ("post", "problem"),
    [
        ({"text": {"ar": "الناجية زينب الموسوي تعرضت للضرب"}}, "full_name:warning"),
        ({"text": {"en": "a survivor called Zainab Al-Mousawi was beaten"}}, "full_name:warning"),
        ({"text": {"ar": "صور قبل وبعد الإصابة"}}, "before_after:error"),
        ({"text": {"ar": "وجهها مليان كدمات"}}, "wounds:warning"),
        ({"kind": "story", "consent": "CR-1", "text": {"ar": "چان يضربني كل يوم"}}, "no_content_note:warning"),
        ({"kind": "support", "text": {"ar": "إحنا وياج"}}, "no_way_to_help:error"),
        ({"kind": "support", "text": {"ar": "راسلينا أو روحي للشرطة"}}, "police_only:warning"),
        ({"text": {"ar": "نوعدكم بسرية تامة"}}, "secrecy:warning"),
        ({"text": {"en": "We are 100% confidential"}}, "secrecy:warning"),
        ({"text": {"ar": "نتوسط بينها وبين أهلها"}}, "mediation:warning"),
    ],
)
def test_what_can_hurt_a_survivor_is_found(post, problem):
    assert problem in found(**post)


@pytest.mark.parametrize(
    "post",
    [
        {"text": {"ar": "قصة زينب، وهذا اسم مستعار: چانت تنضرب"}},
        {"text": {"ar": "ما نگدر نوعد بسرية تامة، ونگول هذا بصراحة"}},
        {"text": {"ar": "إحنا لا نتوسط ولا نصالح"}},
        {"text": {"ar": "الطقس قبل وبعد الظهر"}},
        {"text": {"ar": "الناجية هي صاحبة القرار، والعنف مو ذنبها"}},
        {"kind": "support", "text": {"ar": "راسلينا عالخاص. الشرطة خيار، والقرار قرارج"}},
        {"kind": "story", "consent": "CR-1", "content_note": {"ar": "تنبيه"}, "text": {"ar": "چان يضربني"}},
    ],
)
def test_careful_words_are_left_alone(post):
    assert found(**post) == set()


def test_a_rule_speaks_once_however_often_a_post_recurs():
    made = campaign(slots=["sun 10:00", "mon 10:00"], at=None, text={"ar": "اتصلوا على 911"})
    assert len(lint.lint(made, slots.plan(made))) == 1


def test_a_cancelled_post_is_not_linted():
    assert found(status="cancelled", text={"ar": "اتصلوا على 911"}) == set()


def test_the_installation_knows_better_than_a_name_what_a_channel_is():
    made = campaign(channel="zubair")
    kinds = {"zubair": ChannelKind.INSTAGRAM_ACCOUNT}
    assert [each.code for each in lint.lint(made, slots.plan(made), kinds=kinds)] == ["lint.instagram_no_image"]
    assert [each.code for each in lint.lint(made, slots.plan(made), kinds={})] == ["lint.channel_not_added"]


def test_a_problem_stands_at_the_override_that_caused_it():
    made = campaign(on={"basra-page": {"text": {"ar": "اتصلوا على 911"}}})
    assert [each.field for each in lint.lint(made, slots.plan(made))] == ["posts[0].on.basra-page.text"]
