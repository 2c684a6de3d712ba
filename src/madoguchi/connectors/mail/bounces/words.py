"""The words of mail servers, sorted by what they mean; data only.

Rules are tried in order, the precise ones before the vague ones. They are searched in text that is lower-case, on one
line, and freed of reply codes and addresses of web pages (`reasons.plain_words`). Reasons are our own words.
"""

import re
from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where in the SMTP dialogue the refusal came, as far as the report tells."""

    UNKNOWN = ""
    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"


def _rule[Meaning: str](meaning: Meaning, *alternatives: str) -> tuple[Meaning, re.Pattern[str]]:
    return meaning, re.compile("|".join(alternatives))


# fmt: off
#: "User unknown" and its kin. After DATA it often hides a filter: Japanese carriers answer so.
_USER_UNKNOWN: Final = (
    "user (?:is )?unknown", r"unknown (?:\w+ )?(?:user|recipient|mailbox|address)\b",
    r"no such (?:\w+ )?(?:user|recipient|mailbox|person|address)",
    r"(?:recipient|user|account|mailbox|address) (?:\w+ ){0,2}(?:not found|does ?n[o']t exist|was ?n[o']t found)",
    r"e-?mail account[^.]{0,40} (?:does ?n[o']t exist|not found)",
    "recipient ?not ?found", "recipnotfound", "mailbox (?:is )?(?:unavailable|not available)",
    "(?:invalid|bad|illegal) (?:recipient|mailbox|address|user)", "unknown or illegal", "address rejected",
    "rejected address", r"doesn't have an? \S+ account", "inactive e-?mail address", "bad destination mailbox",
    "no mailbox here", "not a valid (?:user|mailbox|recipient)",
    r"(?:user|address|アドレス|ユーザー?|あて先|宛先|送信先)\S{0,12}(?:見つかりません|存在しません)",
)
#: Words only used by a server that looked the person up in its own list.
_SURELY_UNKNOWN: Final = (
    "not listed in", "recipient name is not recognized", "no valid recipients", "local recipient table",
    "virtual (?:mailbox|alias) table", r"doesn't have an? \S+ account", "no mailbox here", "bad-mailbox",
    "unknown recipient or mailbox", "recipient address rejected: bad destination",
    "ディレクトリのリストにありません", "見つかりません", "存在しません",
)

SURELY_UNKNOWN: Final = re.compile("|".join(_SURELY_UNKNOWN))

RULES: Final = (
    _rule("badreputation",
          r"(?:poor|low|bad|ip|domain|due to)\b[^.]{0,20} reputation", "unexpected volume or user complaints",
          "user complaints",
    ),
    _rule("notcompliantrfc",
          r"not rfc ?\d+ compliant", r"rfc ?\d+ (?:non-?compliant|violation)",
          "multiple (?:addresses in )?(?:from|subject|date|sender|to):? ?(?:headers?|:)", "addresses in from: header",
          "duplicate header",
    ),
    _rule("authfailure",
          r"\bspf\b", r"\bdmarc\b", r"\bdkim\b", "unauthenticated e-?mail", "sender is unauthenticated",
          "authentication information or fails", "authentication checks? failed",
    ),
    _rule("requireptr",
          "reverse (?:dns|lookup|hostname)", r"\bptr\b", r"\brdns\b", "ip name lookup failed",
          r"unverif\w+ sending ip", "mismatches client ip", "cannot find your (?:reverse )?hostname",
    ),
    _rule("virusdetected",
          r"\bvirus\b", r"\bmalware\b", r"\btrojan\b", "ウイルス",
    ),
    _rule("speeding",
          "receiving mail at a rate",
          "too many (?:recipients|messages|mails) (?:this|per|in an?) (?:hour|day|minute)", "sending rate",
          "rate limit", "throttl",
    ),
    _rule("toomanyconn",
          r"too many (?:\w+ )?(?:recipients|connections|sessions|concurrent)",
          "connection (?:frequency|rate) limited", "connection limit",
    ),
    _rule("exceedlimit",
          "exceeds administrative limit",
    ),
    _rule("mailboxfull",
          r"(?:mailbox|mail ?folder|mail-?box|inbox|account)\b[^.;]{0,50}\b(?:full|over ?quota)",
          r"(?:mailbox|mail ?folder|inbox|account)\b[^.;]{0,50} exceed\w* (?:its |the )?(?:allowed|quota|storage|size)",
          "quota (?:is |has been )?(?:exceeded|full)", r"(?:over|exceed\w*|out of)\b[^.;]{0,20} (?:quota|storage)",
          "over ?quota", "not enough (?:disk )?(?:space|storage)(?: in)?",
          r"(?:メールボックス|受信箱|容量)\S{0,15}(?:いっぱい|一杯|満杯|超え|超過|オーバー)",
    ),
    _rule("systemfull",
          r"insufficient (?:\w+ )?(?:disk |system )?(?:space|storage)", "no space left", "disk (?:is )?full",
    ),
    _rule("mesgtoobig",
          r"(?:message|mail|size)\b[^.;]{0,30} too (?:big|large)", "(?:message|mail) size exceeds",
          "exceeds (?:the )?(?:maximum|fixed) (?:message )?size", "too large message",
    ),
    _rule("rejected",
          "sender (?:address )?(?:is |was )?rejected", "domain of sender", r"sender domain\b[^.]{0,30}not",
          "valid from:", "purported responsible address", "unknown sender", "not (?:a )?members? of this",
          "address that has been blacklisted", "permission to post", "not open to posting", r"\bgoogle groups\b",
          r"(?:is )?not a registered \w+ user", "受信(?:を)?拒否",
    ),
    _rule("blocked",
          "blocked (?:using|by|for|because of)", "(?<!may be )black ?list", "block ?list", r"\bdnsbl\b", r"\brbl\b",
          "banned", "client host rejected", r"\(bl\)", "smtp server of your isp", "my name was rejected",
          "refused to talk", "service refuse", "invalid (?:helo|ehlo)", "ofr_999",
    ),
    _rule("spamdetected",
          r"\bspam(?:my)?\b", r"\bube\b", "unsolicited", r"\bjunk ?mail\b", "bulk e-?mail", "mcspam", "ofr_506",
          "迷惑メール",
    ),
    _rule("suspend",
          r"(?:account|mailbox|user|recipient|address)\b[^.;]{0,40}\b(?:disabled|suspended|locked|frozen|deactivated)",
          r"(?:account|mailbox|user|recipient)\b[^.;]{0,40}\b(?:blocked|bloque|on hold)",
          "disabled (?:recipient|account|user|mailbox)",
          "(?:suspended|locked|frozen|inactive) (?:account|mailbox|user)", "利用停止",
    ),
    _rule("hasmoved",
          "has moved", "not our customer", "no longer at this", "moved to (?:a )?new address",
    ),
    _rule("notaccept",
          r"does not accept (?:\w+ )?(?:e-?)?mail", "not accepting (?:network )?messages", "null ?mx",
          "no mx (?:record )?(?:was )?found", "no mx record", "find a mail exchanger",
          "no mail (?:server|exchanger)s? (?:for|found)",
    ),
    _rule("networkerror",
          "too many hops", "hop count exceeded", "(?:mail|routing|forwarding) loop", "unexpected name server reply",
          "network error", "network is unreachable", "no route to host",
    ),
    _rule("hostunknown",
          "host unknown", "unknown (?:host|domain)", r"(?:host|domain)\b[^;]{0,60}not found", "host name lookup",
          r"(?:invalid|illegal|unknown)\b \S{0,10}domain", "name service error", "unrouteable", "unroutable",
          "domain may not exist", "no such (?:host|domain)",
          r"\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6} does not exist", "any host by that name",
          r"ドメイン\S{0,12}(?:見つかりません|存在しません)",
    ),
    _rule("norelaying",
          "rela(?:y|ying) (?:access )?(?:is )?(?:denied|not permitted|not allowed|prohibited)", "unable to relay",
          "insecure mail relay", "address is not verified",
    ),
    _rule("mailererror",
          "unknown mailer error", r"pipe to \|", "command (?:failed|died|output)", r"\|/", r"\|ifs=", "procmail",
          "x-unix", r"exit (?:code|status) \d",
    ),
    _rule("contenterror",
          "8-?bit data", "mime (?:error|structure)", "malformed (?:message|mime)",
          "unsupported (?:attachment|content)", "lone (?:cr|lf)",
    ),
    _rule("policyviolation",
          r"\bpolic(?:y|ies)\b", "protocol violation", "header error", "presents a potential",
          "security (?:issue|reasons)", "添付ファイルの制限",
    ),
    _rule("securityerror",
          "access denied", "authentication (?:is )?required", "authrequired", "unauthenticated senders?",
          "not authorized", "delivery (?:to this address )?(?:is )?restricted",
    ),
    _rule("syntaxerror",
          "parameter not implemented", "sequence of commands", "command (?:not recognized|unrecognized)",
          "syntax error",
    ),
    _rule("systemerror",
          "internal (?:system |server )?error", "service (?:is )?(?:currently )?(?:unavailable|not available)",
          "transaction failed", "write error", "operating system error", "local error",
    ),
    _rule("userunknown", *_USER_UNKNOWN, *_SURELY_UNKNOWN),
    _rule("filtered",
          "message filtered", "content (?:filter|rejected)", "message rejected",
    ),
    _rule("expired",
          "timed? ?out", "timeout", "expired", "too long",
          r"(?:could not|unable to|can't) (?:be )?deliver(?:ed)?\b[^.]{0,40}\b(?:for|after|within|until|minutes)",
          r"failed \d+ attempts", "undelivered after", "has been delayed", "not yet (?:been )?(?:delivered|received)",
          "still undelivered", "multiple retries", "requests to connect", "connection refused", "find a gateway",
          "not reachable", "temporarily (?:unavailable|deferred)", "try(?:ing)? again later", "could not connect",
          "unable to connect", "aborted after", "タイムアウト", "配送が遅れ",
    ),
    _rule("onhold",
          "temporary (?:failure|error)", "temporarily rejected", "greylist", "deferred", "してから再",
    ),
)

#: What a report says when it names the command that was refused.
STAGES: Final = (
    _rule(Stage.RECIPIENT,
          "reply to rcpt", "after rcpt", "rcpt command", "our rcpt", r"\[rcpt_to\]", "does not like recipient",
          ">>> ?rcpt", "rejected address", "in rcpt to", "bad-mailbox",
    ),
    _rule(Stage.DATA,
          "end of data", "final data", "after (?:end of )?data", "text command", "reply to data", r"\(data\)",
          "after i sent the message", r"command data\b", ">>> ?data", r"\[data\]",
    ),
    _rule(Stage.SENDER,
          "reply to mail", "after mail from", "our mail from", r"\[mail_from\]", ">>> ?mail",
    ),
    _rule(Stage.CONNECT,
          "initial connection", "after (?:ehlo|helo)", "reply to (?:ehlo|helo)", "my name was rejected",
          "refused to talk",
    ),
)

#: Enhanced codes (RFC 3463, without the class) that say something by themselves; used only when no words did.
BY_CODE: Final = {
    "1.0": "userunknown", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown", "1.6": "hasmoved",
    "1.7": "rejected", "1.8": "rejected", "1.10": "notaccept", "2.0": "filtered", "2.1": "suspend",
    "2.2": "mailboxfull", "2.3": "exceedlimit", "3.0": "systemerror", "3.1": "systemfull", "3.2": "notaccept",
    "3.4": "mesgtoobig", "3.5": "systemerror", "4.0": "networkerror", "4.1": "expired", "4.2": "expired",
    "4.3": "systemerror", "4.4": "hostunknown", "4.6": "networkerror", "4.7": "expired", "5.3": "toomanyconn",
    "7.1": "securityerror", "7.9": "securityerror", "7.20": "authfailure", "7.23": "authfailure",
    "7.25": "requireptr", "7.26": "authfailure", "7.27": "notaccept",
}
# fmt: on
