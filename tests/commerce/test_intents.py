"""What customers want with an order, and what comes next."""

import pytest
from tests.factories.commerce import an_order, make_order, make_source, shipped

from madoguchi.commerce.advice import Step, next_step
from madoguchi.commerce.contract import FoundItem
from madoguchi.commerce.intents import Intent, intent_of


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("キャンセルをお願いできますでしょうか", Intent.CANCEL),
        ("ｷｬﾝｾﾙしたい", Intent.CANCEL),
        ("HK-100852のほうを取り消してください。", Intent.CANCEL),
        ("まだ届かないのでキャンセルします", Intent.CANCEL),
        ("I would like to cancel my order", Intent.CANCEL),
        ("別のサイズと交換していただけますか", Intent.EXCHANGE),
        ("割れていました", Intent.EXCHANGE),
        ("違う商品が届きました", Intent.EXCHANGE),
        ("未使用ですので返品させてください", Intent.RETURN),
        ("I want a refund", Intent.RETURN),
        ("まだ届いておりません", Intent.WHERE),
        ("いつ届きますか", Intent.WHERE),
        ("Where is my parcel?", Intent.WHERE),
        ("キャンセル料はかかりますか", Intent.NONE),
        ("noise-cancelling headphones", Intent.NONE),
        ("とても気に入りました", Intent.NONE),
        ("", Intent.NONE),
    ],
)
def test_wishes_are_read_from_the_words(text, intent):
    assert intent_of(text) == intent


OUT = an_order(state="shipped", items=(FoundItem("土鍋", 2, stock=1),))
UNTOLD = an_order(state="shipped", items=(FoundItem("土鍋"),))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("intent", "found", "step"),
    [
        (Intent.CANCEL, an_order(), Step.STOP),
        (Intent.CANCEL, shipped(), Step.TOO_LATE),
        (Intent.CANCEL, an_order(state="delivered"), Step.SEND_BACK),
        (Intent.CANCEL, an_order(state="cancelled"), Step.CANCELLED),
        (Intent.CANCEL, an_order(state="unknown"), Step.NONE),
        (Intent.EXCHANGE, an_order(), Step.SWAP_BEFORE),
        (Intent.EXCHANGE, shipped(), Step.SWAP),
        (Intent.EXCHANGE, OUT, Step.SWAP_NO_STOCK),
        (Intent.EXCHANGE, UNTOLD, Step.SWAP_ASK_STOCK),
        (Intent.RETURN, an_order(state="delivered"), Step.SEND_BACK),
        (Intent.WHERE, an_order(), Step.NOT_YET),
        (Intent.WHERE, shipped(), Step.TRACE),
        (Intent.WHERE, shipped(shipments=()), Step.TRACE_ASK),
        (Intent.WHERE, an_order(state="delivered"), Step.ARRIVED),
        (Intent.NONE, shipped(), Step.NONE),
    ],
)
def test_what_comes_next_depends_on_state_and_stock(intent, found, step):
    assert next_step(intent, make_order(make_source(), found)) == step
