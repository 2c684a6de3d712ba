"""Phone numbers."""

import pytest

from madoguchi.customers.phones import is_odd, is_phone, phone_key, shown_phone


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("03-1234-5678", "+81312345678", "03-1234-5678"),
        ("0312345678", "+81312345678", "03-1234-5678"),
        ("０３ー１２３４－５６７８", "+81312345678", "03-1234-5678"),
        ("+81 3 1234 5678", "+81312345678", "03-1234-5678"),
        ("(03)1234-5678", "+81312345678", "03-1234-5678"),
        ("09000000134", "+819000000134", "090-0000-0134"),
        ("0120123456", "+81120123456", "0120-123-456"),
        ("060-1234-5678", "+816012345678", "060-1234-5678"),
        ("042-000-0132", "+81420000132", "042-000-0132"),
        ("03-1234-5678 内線12", "+81312345678;ext=12", "03-1234-5678 内線12"),
        ("+1 415 555 2671", "+14155552671", "+1 415-555-2671"),
        ("110", "110", "110"),
    ],
)
def test_a_number_is_compared_in_one_form_and_read_in_another(written, key, shown):
    assert (phone_key(written), shown_phone(written)) == (key, shown)
    assert is_phone(written)


@pytest.mark.parametrize("written", ["", "電話", "12", "1" * 16, "03-1234-abcd"])
def test_what_is_no_number_is_told(written):
    assert not is_phone(written)


def test_odd_numbers_are_told_but_kept():
    assert is_odd("090-0000-0103")
    assert not is_odd("03-1234-5678")
    assert shown_phone("090-0000-0103") == "090-0000-0103"
