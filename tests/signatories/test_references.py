"""References: short, read aloud and typed by people, and a slip of the hand never leads to another document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatories.models.reference import ALPHABET, check_character, new_reference, read_reference

CHARACTERS = st.text(alphabet=ALPHABET, min_size=7, max_size=7)


def whole(characters):
    return characters + check_character(characters)


def written(eight):
    return f"{eight[:4]}-{eight[4:]}"


def test_a_new_reference_is_its_own_right_form():
    for _ in range(200):
        reference = new_reference()
        assert read_reference(reference) == reference
        assert len(reference) == 9


def test_no_character_is_easily_taken_for_another():
    assert len(set(ALPHABET)) == 23
    assert not set(ALPHABET) & set("01OILAEUSZNWY")


@given(CHARACTERS)
def test_any_way_of_writing_it_is_read(characters):
    reference = written(whole(characters))
    plain = reference.replace("-", "")
    for way in (
        reference.lower(),
        plain,
        f" {reference} ",
        plain.lower(),
        " ".join(plain),
        reference.replace("-", "–"),
    ):
        assert read_reference(way) == reference


@given(CHARACTERS, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(characters, place, wrong):
    right = whole(characters)
    typed = right[:place] + wrong + right[place + 1 :]
    assert read_reference(typed) == (written(right) if typed == right else None)


@given(CHARACTERS, st.integers(0, 7), st.integers(0, 7))
def test_every_two_swapped_characters_are_found(characters, one, other):
    right = whole(characters)
    swapped = list(right)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    typed = "".join(swapped)
    assert read_reference(typed) == (written(right) if typed == right else None)


@given(st.text(max_size=20))
def test_any_text_is_a_reference_or_none_and_never_an_error(text):
    read = read_reference(text)
    assert read is None or read_reference(read) == read


@pytest.mark.parametrize("text", ["", "-", "1111-1111", "OIL0-OIL0", "٢٣٤٥٦٧٨٩", "ﬀﬀﬀﬀ", "\x00", "2" * 9, "2" * 7])
def test_what_cannot_be_one_is_none(text):
    assert read_reference(text) is None


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["1111-1111", "%00", "..", "2222-222", "💥", "' OR 1=1 --", "x" * 500])
@pytest.mark.parametrize("path", ["/signatures/{}/", "/sign/{}/", "/account/sign/{}/"])
def test_an_address_with_no_reference_in_it_is_not_found(client, sign_in, path, reference):
    from tests.factories import make_person

    sign_in(make_person())
    assert client.get(path.format(reference)).status_code == 404
