"""A real Dovecot and a real Postfix on loopback, with configurations of their own, for tests marked `mailservers`.

Dovecot keeps customers' and desks' mailboxes (every user exists; the password is PASSWORD, or a token the fake
authorization server vouches for). Postfix takes mail for `customer.example` into them, brings mail for `desk.example`
to our own listener, and refuses the addresses in REFUSED.
"""

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.connectors.mail.certificates import Authority

PASSWORD = "geheim-2026"
START_SECONDS = 20.0
REFUSED = {
    "gone@customer.example": "550 5.1.1 User unknown",
    "full@customer.example": "552 5.2.2 Mailbox full",
    "grey@customer.example": "450 4.2.0 Greylisted, come back later",
    "policy@customer.example": "554 5.7.1 Refused by policy",
}


@dataclass(frozen=True)
class Dovecot:
    folder: Path
    imap_port: int
    imaps_port: int
    lmtp_port: int
    auth_port: int
    ca: str

    def deliver(self, user: str, mail: bytes) -> None:
        """Put a mail into a mailbox by LMTP, as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as lmtp:
            lmtp.sendmail("someone@elsewhere.example", [user], mail)

    @contextlib.contextmanager
    def mailbox(self, user: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as imap:
            imap.login(user, PASSWORD)
            yield imap

    def mails(self, user: str, folder: str = "INBOX", criterion: str = "ALL") -> list[bytes]:
        with self.mailbox(user) as imap:
            status, _said = imap.select(folder, readonly=True)
            if status != "OK":
                return []
            numbers = imap.search(None, criterion)[1][0].split()
            return [imap.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]

    def wait_for_mail(self, user: str, count: int = 1) -> list[bytes]:
        return until(lambda: len(found := self.mails(user)) >= count and found)

    def renumber(self, user: str) -> None:
        """Forget all numbers of a mailbox, so that UIDVALIDITY changes while the mails stay."""
        local = self.folder / "mail" / user
        for index in [*local.glob("dovecot*"), *local.glob("*/dovecot*")]:
            index.unlink(missing_ok=True)
        # Times in seconds make the value; a second later it is a new one.
        time.sleep(1.1)


@dataclass(frozen=True)
class Postfix:
    folder: Path
    smtp_port: int
    smtps_port: int
    desk_smtp_port: int
    desk_lmtp_port: int
    ca: str

    def send(self, mail: bytes, to: str, sender: str = "yumiko@customer.example") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as smtp:
            smtp.sendmail(sender, [to], mail)

    def queue(self) -> str:
        return subprocess.run(
            ["postqueue", "-c", self.folder / "etc", "-p"], capture_output=True, text=True, check=True
        ).stdout

    def flush(self) -> None:
        subprocess.run(["postqueue", "-c", self.folder / "etc", "-f"], check=True)


def until[Found](look: Callable[[], Found], seconds: float = START_SECONDS) -> Found:
    """Look again and again until something is found."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing within {seconds} s"
        time.sleep(0.05)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def public_folder(prefix: str) -> Path:
    """A folder that the servers' own users can enter."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    return folder


DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
mail_uid = nobody
mail_gid = {group}
recipient_delimiter =
mailbox_idle_check_interval = 1 s
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=nobody gid={group} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service auth {{
  inet_listener auth {{
    address = 127.0.0.1
    port = {auth_port}
  }}
}}
service stats {{
  process_min_avail = 0
}}
"""

OAUTH2 = """
introspection_mode = post
introspection_url = http://127.0.0.1:{oauth_port}/introspect
username_attribute = email
active_attribute = active
active_value = true
force_introspection = yes
tokeninfo_url =
"""


@contextlib.contextmanager
def dovecot(authority: Authority, oauth_port: int) -> Iterator[Dovecot]:
    folder = public_folder("madoguchi-dovecot-")
    nobody = pwd.getpwnam("nobody")
    (folder / "mail").mkdir()
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    certificate, key = authority.issue(folder, "127.0.0.1")
    ports = {f"{name}_port": free_port() for name in ("imap", "imaps", "lmtp", "auth")}
    group = subprocess.run(["id", "-gn", "nobody"], capture_output=True, text=True, check=True).stdout.strip()
    text = DOVECOT.format(folder=folder, certificate=certificate, key=key, password=PASSWORD, group=group, **ports)
    (folder / "dovecot.conf").write_text(text)
    (folder / "oauth2.conf").write_text(OAUTH2.format(oauth_port=oauth_port))
    process = subprocess.Popen(["dovecot", "-F", "-c", folder / "dovecot.conf"], stderr=subprocess.PIPE)
    try:
        until(lambda: answers(ports["imap_port"]) and answers(ports["lmtp_port"]))
        yield Dovecot(folder, **ports, ca=authority.pem)
    finally:
        process.terminate()
        process.communicate(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}/log
myhostname = mx.customer.example
mydestination =
local_recipient_maps =
alias_maps =
relay_domains = customer.example, desk.example, desk-smtp.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
transport_maps = inline:{{
  {{ customer.example = lmtp:inet:127.0.0.1:{customer_lmtp_port} }},
  {{ desk.example = lmtp:inet:127.0.0.1:{desk_lmtp_port} }},
  {{ desk-smtp.example = smtp:[127.0.0.1]:{desk_smtp_port} }} }}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{ {refused} }}, permit_mynetworks, reject
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth_port}
smtpd_sasl_security_options = noanonymous
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
message_size_limit = 3000000
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtp_connection_cache_on_demand = no
lmtp_connection_cache_on_demand = no
"""

MASTER_CF = """
{smtp_port} inet n - n - - smtpd
{smtps_port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextlib.contextmanager
def postfix(authority: Authority, boxes: Dovecot) -> Iterator[Postfix]:
    folder = public_folder("madoguchi-postfix-")
    for name in ("etc", "queue", "data", "log"):
        (folder / name).mkdir()
    user = pwd.getpwnam("postfix")
    os.chown(folder / "data", user.pw_uid, user.pw_gid)
    certificate, key = authority.issue(folder, "127.0.0.1")
    ports = {f"{name}_port": free_port() for name in ("smtp", "smtps", "desk_smtp", "desk_lmtp")}
    refused = ", ".join(f"{{ {address} = {answer} }}" for address, answer in REFUSED.items())
    (folder / "etc" / "main.cf").write_text(
        MAIN_CF.format(
            folder=folder,
            daemons="/usr/lib/postfix/sbin",
            certificate=certificate,
            key=key,
            refused=refused,
            customer_lmtp_port=boxes.lmtp_port,
            auth_port=boxes.auth_port,
            desk_smtp_port=ports["desk_smtp_port"],
            desk_lmtp_port=ports["desk_lmtp_port"],
        )
    )
    (folder / "etc" / "master.cf").write_text(MASTER_CF.format(**ports))
    config = ["postfix", "-c", folder / "etc"]
    started = subprocess.run([*config, "start"], capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stderr
    try:
        until(lambda: answers(ports["smtp_port"]))
        yield Postfix(folder, **ports, ca=authority.pem)
    finally:
        master = int((folder / "queue" / "pid" / "master.pid").read_text())
        subprocess.run([*config, "stop"], capture_output=True, check=False)
        with contextlib.suppress(ProcessLookupError):
            os.kill(master, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


def need_servers() -> None:
    missing = [name for name in ("dovecot", "postfix", "postqueue") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root and Debian's packages (missing: {', '.join(missing) or 'root'})")
