"""What a mistyped mail address was meant to be: the likeliest well-known domain. Pure; a person decides."""

from difflib import get_close_matches

#: Where most private customers in Japan have their mail.
_KNOWN = (
    "gmail.com", "yahoo.co.jp", "ymail.ne.jp", "icloud.com", "me.com", "outlook.jp", "outlook.com", "hotmail.co.jp",
    "hotmail.com", "live.jp", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp",
    "ymobile.ne.jp", "nifty.com", "biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp",
)  # fmt: skip
#: As alike as gmail.com and gmial.com; less is somebody's own domain.
_ALIKE = 0.8


def likely_address(address: str) -> str:
    """The address with its domain corrected, or nothing when the domain is known or like none that is."""
    local, at, domain = address.strip().rpartition("@")
    wanted = domain.lower().rstrip(".").replace(",", ".")
    if not at or not local or wanted in _KNOWN or len(wanted) > 100:
        return f"{local}@{wanted}" if at and local and wanted != domain.lower() else ""
    found = get_close_matches(wanted, _KNOWN, n=1, cutoff=_ALIKE)
    return f"{local}@{found[0]}" if found else ""
