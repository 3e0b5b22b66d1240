"""Shapes and sizes: what is kept, what is cut, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import InvalidError
from outreach.pictures import RULES, Crop, fit
from outreach.pictures.fitting import UNASKED
from outreach.states import ChannelKind

PAGE = RULES[ChannelKind.FACEBOOK_PAGE]
ACCOUNT = RULES[ChannelKind.INSTAGRAM_ACCOUNT]
LENGTHS = st.integers(1, 9000)


@given(LENGTHS, LENGTHS, st.sampled_from(Crop))
def test_a_crop_that_is_asked_for_makes_any_shape_legal_or_too_narrow(width, height, crop):
    try:
        found = fit(width, height, ACCOUNT, crop)
    except InvalidError as error:
        assert error.code == "picture.narrow"  # noqa: PT017
        assert min(width, height * 1.91) < 321
        return
    wide, high = found.size
    assert 320 <= wide <= 1440
    assert 4 / 5 <= wide / high <= 1.91
    left, top, right, bottom = found.box
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert wide <= right - left
    assert (right - left == width) or (bottom - top == height)


@given(LENGTHS, LENGTHS)
def test_nothing_much_is_cut_unasked(width, height):
    try:
        found = fit(width, height, ACCOUNT)
    except InvalidError as error:
        assert error.code in {"picture.shape", "picture.narrow"}  # noqa: PT017
    else:
        assert found.cut <= UNASKED


@given(LENGTHS, LENGTHS)
def test_facebook_gets_the_whole_image_and_never_a_larger_one(width, height):
    found = fit(width, height, PAGE)
    assert found.box == (0, 0, width, height)
    assert max(found.size) <= 2048
    assert found.size[0] <= width
    assert found.size[1] <= height
    if max(width, height) <= 2048:
        assert found.size == (width, height)


@pytest.mark.parametrize("size", [(1080, 1350), (1080, 566), (320, 320), (1440, 1440), (1440, 1800)])
def test_what_instagram_takes_is_left_as_it_is(size):
    assert fit(*size, ACCOUNT).size == size


@pytest.mark.parametrize(
    ("size", "made", "percent"),
    [((3024, 4032), (1440, 1800), 6), ((1080, 1351), (1080, 1350), 0), ((4000, 2000), (1440, 754), 4)],
)
def test_a_telephone_s_shape_loses_a_strip_on_instagram(size, made, percent):
    found = fit(*size, ACCOUNT)
    assert (found.size, int(found.cut * 100)) == (made, percent)
    assert found.upright is (size[1] > size[0])


@pytest.mark.parametrize("size", [(1080, 1920), (2480, 3508), (2000, 3000), (3000, 1000)])
def test_a_story_a_sheet_and_a_banner_are_refused_until_a_crop_is_asked_for(size):
    with pytest.raises(InvalidError, match=r"picture\.shape"):
        fit(*size, ACCOUNT)
    assert fit(*size, ACCOUNT, Crop.CENTER).cut > UNASKED


@pytest.mark.parametrize(
    ("crop", "box"),
    [
        (Crop.CENTER, (0, 375, 1000, 1625)),
        (Crop.TOP, (0, 0, 1000, 1250)),
        (Crop.BOTTOM, (0, 750, 1000, 2000)),
        (Crop.LEFT, (0, 375, 1000, 1625)),
    ],
)
def test_the_part_that_is_asked_for_is_kept(crop, box):
    assert fit(1000, 2000, ACCOUNT, crop).box == box


def test_a_crop_is_not_made_where_none_is_needed():
    assert fit(1080, 1080, ACCOUNT, Crop.TOP).cut == 0
