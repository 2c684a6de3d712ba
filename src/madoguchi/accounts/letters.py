"""The mails that let people in: an invitation, a link to a new password or address. Written in the reader's language.

They are made when they leave (flows.letters), so that the event that asks for them carries no secret.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from madoguchi.accounts.addresses import address_token
from madoguchi.accounts.invitations import invitation_token
from madoguchi.accounts.models import User
from madoguchi.accounts.queries import workspace_name


def invitation_url(user: User) -> str:
    """The address at which an invited person comes in; whoever has it can."""
    return settings.BASE_URL + reverse("account_invitation", args=[invitation_token(user)])


def reset_url(user: User) -> str:
    """The address at which a person chooses a new password: for three days (Django's default), and once."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=parts)


def invitation_letter(user: User, *, inviter: str) -> EmailMessage:
    """The mail with the link by which an invited person comes in."""
    return _letter(user, "invitation", {"url": invitation_url(user), "inviter": inviter})


def reset_letter(user: User) -> EmailMessage:
    """The mail with the link to a new password."""
    return _letter(user, "reset", {"url": reset_url(user), "name": user.name})


def address_url(user: User) -> str:
    """The address at which a person confirms the mail address they asked for."""
    return settings.BASE_URL + reverse("account_address", args=[address_token(user)])


def address_letter(user: User) -> EmailMessage:
    """The mail to a new address with the link that confirms it."""
    return _letter(user, "address", {"url": address_url(user), "name": user.name}, to=user.new_email)


def address_changed_letter(user: User) -> EmailMessage:
    """The mail that tells the former address that it is no longer the one to log in with."""
    return _letter(user, "address_changed", {"email": user.email, "name": user.name}, to=user.former_email)


def _letter(user: User, template: str, words: dict[str, str], *, to: str = "") -> EmailMessage:
    with translation.override(user.language):
        words |= {"workspace": workspace_name()}
        subject = render_to_string(f"account/email/{template}_subject.txt", words)
        text = render_to_string(f"account/email/{template}_message.txt", words)
    return EmailMessage(subject=" ".join(subject.split()), body=text.strip() + "\n", to=[to or user.email])
