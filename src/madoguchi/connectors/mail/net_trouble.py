"""What the network and other servers say when something fails, as a piece of a sentence for people."""

import errno
import socket
import ssl

from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _

_MOST_CHARS = 300


def why(error: OSError) -> Told | str:
    """Why a server cannot be reached, or not safely; in the reader's words where the case is a known one."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("its certificate is not trusted: %(reason)s") % {"reason": error.verify_message}
    if isinstance(error, ssl.SSLError):
        if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}:
            return _("this port does not begin with TLS; choose STARTTLS or another port")
        return (error.reason or str(error)).replace("_", " ").lower()
    if isinstance(error, socket.gaierror):
        return _("there is no server of this name")
    known = {
        errno.ECONNREFUSED: _("nothing answers at this port"),
        errno.EHOSTUNREACH: _("there is no way to it in the network"),
        errno.ENETUNREACH: _("there is no way to it in the network"),
        errno.ECONNRESET: _("it ended the connection"),
    }
    return known.get(error.errno or 0) or error.strerror or str(error)


def server_words(error: Exception) -> str:
    """What a server said, as one sentence; libraries hand on bytes, or text that shows bytes as Python writes them."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if len(text) > 2 and text[0] == "b" and text[1] in "'\"" and text[-1] == text[1]:
        text = text[2:-1]
    return text.strip()[:_MOST_CHARS].rstrip(".") + "."
