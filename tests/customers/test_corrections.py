"""What a mistyped address was meant to be."""

import pytest

from madoguchi.customers.corrections import likely_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmail.co", "a@gmail.com"),
        ("a@yahoo.co.jo", "a@yahoo.co.jp"),
        ("a@docomo.ne,jp", "a@docomo.ne.jp"),
        ("a@softbank.ne.j", "a@softbank.ne.jp"),
        ("a@gmail.com", ""),
        ("a@shop.example", ""),
        ("a@", ""),
        ("gmail.com", ""),
        ("", ""),
    ],
)
def test_a_domain_that_is_nearly_a_known_one_is_that_one(typed, meant):
    assert likely_address(typed) == meant
