"""Checks 2 and 3, and the tick-box screen: whom the letter goes to."""

from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.customers.masking import cut_whole
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, Place, Repair
from madoguchi.preflight.outgoing import Outgoing, Recipient
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

#: Where everybody can have an address: free mailboxes and phones,
_OPEN = frozenset({
    "gmail.com", "googlemail.com", "yahoo.co.jp", "yahoo.com", "ymail.ne.jp", "hotmail.com", "hotmail.co.jp",
    "outlook.com", "outlook.jp", "live.jp", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "aol.com",
    "excite.co.jp", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "ymobile.ne.jp",
    "vodafone.ne.jp", "disney.ne.jp", "pdx.ne.jp", "uqmobile.jp", "rakuten.jp", "rakumail.jp", "goo.jp",
    "mail.goo.ne.jp", "infoseek.jp", "livedoor.com", "proton.me", "protonmail.com", "gmx.com",
})  # fmt: skip
#: and the providers of Japan, at which people have their mailbox under the name of their region or plan too.
_PROVIDERS = frozenset({
    "nifty.com", "nifty.ne.jp", "biglobe.ne.jp", "so-net.ne.jp", "so-net.jp", "ocn.ne.jp", "plala.or.jp", "dion.ne.jp",
    "auone-net.jp", "au-hikari.ne.jp", "asahi-net.or.jp", "hi-ho.ne.jp", "dti.ne.jp", "dream.jp", "eonet.ne.jp",
    "zaq.ne.jp", "zaq.jp", "jcom.home.ne.jp", "home.ne.jp", "jcom.ne.jp", "ybb.ne.jp", "odn.ne.jp", "bbiq.jp",
    "commufa.jp", "wakwak.com", "sannet.ne.jp", "infoweb.ne.jp", "tiki.ne.jp", "mopera.net", "megaegg.ne.jp",
    "pikara.ne.jp", "tnc.ne.jp", "itscom.net", "cablenet.ne.jp", "catv.ne.jp", "kcn.jp", "ccnw.ne.jp", "thn.ne.jp",
    "emobile.ne.jp", "alpha-net.ne.jp", "interlink.or.jp", "iij4u.or.jp", "t-com.ne.jp", "interq.or.jp",
})  # fmt: skip
FREE_MAIL = _OPEN | _PROVIDERS
_COMMON = frozenset(each for each in FREE_MAIL if len(each) > 7)  #: too short to tell a slip from another name
_WHY = _(
    "A letter to the wrong address cannot be fetched back. The commonest causes are a slip and a completed address."
)


def look_at_recipients(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """An address nobody has used here yet: a slip, a private mailbox of a firm, another domain."""
    known = {address.rpartition("@")[2] for address in around.known_addresses}
    for each in letter.recipients:
        if each.domain in around.own_domains or each.email in around.known_addresses:
            continue
        if right := _meant(each.domain, known):
            yield _slip(each, right)
        elif known and not letter.is_forward:
            yield _unusual(each, known)


def is_private(domain: str) -> bool:
    """True for the domain of a free mailbox, a phone or a provider: whose mail it is says nothing of a firm."""
    return domain in FREE_MAIL or any(domain.endswith(f".{each}") for each in _PROVIDERS)


def _meant(domain: str, known: set[str]) -> str:
    """The domain that this one is a slip of, if any."""
    if domain in known or is_private(domain):
        return ""
    return next((each for each in sorted({*known, *_COMMON}) if len(each) > 5 and _is_slip(domain, each)), "")


def _is_slip(one: str, other: str) -> bool:
    """True for one letter more, less, other, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return len(one) != len(other)
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])


def _slip(each: Recipient, right: str) -> Finding:
    return Finding(
        _("%(address)s may be a slip. Did you mean %(domain)s?") % {"address": each.email, "domain": right},
        Place(each.part),
        each.email,
        why=_WHY,
        repair=Repair(_("Look at the recipients"), part=each.part),
    )


def _unusual(each: Recipient, known: set[str]) -> Finding:
    is_firm = not any(map(is_private, known))
    if is_private(each.domain) and is_firm:
        text = _("%(address)s is a private mailbox, but so far a firm has been written to here.")
    elif each.domain in known:
        text = _("%(address)s has not taken part in this conversation so far.")
    else:
        text = _("%(address)s belongs to a domain that has not taken part in this conversation so far.")
    return Finding(
        text % {"address": each.email},
        Place(each.part),
        each.email,
        why=_WHY,
        repair=Repair(_("Look at the recipients"), part=each.part),
    )


def look_at_many(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Several outsiders who would see each other's addresses for the first time."""
    seen = [each for each in letter.recipients if each.part != Part.BCC and each.domain not in around.own_domains]
    if len(seen) < 2 or all(each.email in around.known_addresses for each in seen):
        return
    text = _("%(count)d outside addresses stand in To and Cc. Each of them will see the others.")
    yield Finding(
        text % {"count": len(seen)},
        Place(Part.TO),
        cut_whole(", ".join(each.email for each in seen), 300),
        why=_("Addresses are personal data. Whoever need not know of the others belongs in Bcc."),
        repair=Repair(_("Look at the recipients"), part=Part.TO),
    )


def look_for_ticks(letter: Outgoing, _around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """What has not been ticked yet, address by address and file by file; asked of chosen roles only."""
    for each in letter.recipients:
        if each.email not in letter.ticked:
            text = _("%(address)s has not been ticked yet.")
            yield Finding(text % {"address": each.email}, Place(each.part), each.email, most=Level.BLOCK)
    for file in letter.files:
        if file.key not in letter.ticked:
            yield Finding(_("“%(name)s” has not been ticked yet.") % {"name": file.name}, Place(Part.FILES), file.key)
