"""Words of strangers, written so that nothing in them can be clicked."""

import re

#: What stands for a link, by language.
LINK_LEFT_OUT = {"ja": "(リンク省略)", "en": "(link left out)"}
#: Ten letters before :// bound how far a try looks; a subject has 998 characters at most.
_LINK = re.compile(r"(?:[a-z]{0,10}://|www\.|mailto:)[^\s\u3000<>「」『』()\uff08\uff09]+", re.IGNORECASE | re.ASCII)
#: evil.example/x without a scheme is made a link of by most readers of mail.
_DOT = re.compile(r"(?<=\w)[.\uff0e\uff61](?=[a-z]{2})", re.IGNORECASE)


def without_links(text: str, *, instead: str) -> str:
    """Put `instead` for each address of a page; what looks like a name of a server is torn apart at its dots."""
    return _DOT.sub(" .", _LINK.sub(instead, text))
