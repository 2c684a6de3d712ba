"""Mail: what arrives by IMAP, SMTP, LMTP or import, and what leaves by SMTP.

Decoding (`parse`), screening and composing are pure: bytes in, dataclasses out, no database and no settings.
Only the transports know sockets. Nothing here decides which conversation a mail belongs to.
"""
