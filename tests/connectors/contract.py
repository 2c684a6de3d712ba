"""The tests every channel must pass; a connector's test class inherits from `ChannelContract` and says what it has."""

from dataclasses import replace
from typing import ClassVar

import pytest

from madoguchi.channels.contract import (
    Address,
    Capabilities,
    Channel,
    OutboundAttachment,
    OutboundMessage,
    PermanentSendError,
    SendError,
    TransientSendError,
)
from madoguchi.channels.registry import channel_class


class ChannelContract:
    """What holds for every channel. Three ways to be reached are fixtures of the connector's own."""

    channel: ClassVar[type[Channel]]
    message: ClassVar[OutboundMessage] = OutboundMessage(
        external_id="c1.abc@desk.example",
        sender=Address("support@desk.example", "春風にちようひん"),
        to=(Address("yumiko@customer.example", "髙橋 由美子"),),
        subject="お問い合わせの件",
        text="ご連絡ありがとうございます。",
    )

    @pytest.fixture
    def working(self) -> Channel:
        """A channel whose provider takes everything."""
        raise NotImplementedError

    @pytest.fixture
    def unreachable(self) -> Channel:
        """A channel whose provider does not answer."""
        raise NotImplementedError

    @pytest.fixture
    def refusing(self) -> Channel:
        """A channel whose provider refuses `message` for good."""
        raise NotImplementedError

    def test_is_registered_under_its_kind(self) -> None:
        assert channel_class(self.channel.kind) is self.channel

    def test_says_what_it_is(self) -> None:
        assert str(self.channel.label)
        assert isinstance(self.channel.capabilities, Capabilities)

    def test_its_settings_form_can_be_shown(self) -> None:
        if self.channel.settings_form is not None:
            assert self.channel.settings_form().as_p()

    def test_send_returns_the_id(self, working: Channel) -> None:
        assert working.send(self.message)

    def test_send_carries_what_the_capabilities_promise(self, working: Channel) -> None:
        full = replace(self.message, external_id="c2.abc@desk.example")
        if self.channel.capabilities.html:
            full = replace(full, html="<p>ご連絡ありがとうございます。</p>")
        if self.channel.capabilities.attachments:
            full = replace(full, attachments=(OutboundAttachment("領収書.pdf", "application/pdf", b"%PDF-1.4"),))
        if self.channel.capabilities.cc:
            full = replace(full, cc=(Address("ken@customer.example"),), bcc=(Address("boss@desk.example"),))

        assert working.send(full)

    def test_an_unreachable_provider_is_tried_again(self, unreachable: Channel) -> None:
        with pytest.raises(TransientSendError) as trouble:
            unreachable.send(self.message)

        assert_is_for_people(trouble.value)

    def test_a_refusal_needs_a_person(self, refusing: Channel) -> None:
        with pytest.raises(PermanentSendError) as trouble:
            refusing.send(self.message)

        assert_is_for_people(trouble.value)


def assert_is_for_people(error: SendError) -> None:
    """What, why and what to do: more than a code, and no trace of the program."""
    reason = str(error.reason)
    assert len(reason) > 10
    assert reason[-1] in ".。"
    assert "Traceback" not in reason
    assert "Error" not in reason
