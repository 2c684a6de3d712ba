"""What the intake noted of a mail, in words for people."""

from django.utils.translation import gettext as _


def remark_word(key: str) -> str:
    """What was repaired or is suspicious; a note of a later release stays a key."""
    known = {
        "broken_tnef": _("The winmail.dat of Outlook is damaged; its files may be missing."),
        "charset_guessed": _("The character set was not declared, or wrongly; it was found by the text."),
        "encrypted": _("The mail or a file in it is encrypted and cannot be read here."),
        "new_participant": _("The sender had not been part of the conversation before."),
        "no_date": _("The mail carries no date."),
        "no_from": _("The mail has no From; another header names the sender."),
        "no_message_id": _("The mail has no Message-ID."),
        "no_sender": _("The mail names no sender."),
        "nul_bytes": _("Characters that cannot be stored were taken out."),
        "public_form": _("Written in a public form: nobody has checked who it is. Ask before you tell anything."),
        "reused_id": _("The Message-ID had been used by another mail before."),
        "text_cut": _("The text is very long; its end was cut off. The original has all of it."),
        "undecodable_characters": _("Some characters could not be read; they are shown as �."),
    }
    return known.get(key, key)
