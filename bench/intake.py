"""How many mails a second come in by LMTP until they are threaded, indexed and recorded."""

import argparse
import asyncio
import os
import time
from pathlib import Path

from bench.desk import ADDRESS, Desk
from bench.mails import mails

CONNECTIONS = 4


async def deliver(port: int, queue: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def expect(code: bytes) -> None:
        while True:
            line = await reader.readline()
            if not line.startswith(code):
                raise SystemExit(f"the desk answered {line!r}")
            if line[3:4] != b"-":
                return

    await expect(b"220")
    writer.write(b"LHLO bench\r\n")
    await expect(b"250")
    while queue:
        mail = queue.pop(0)
        for command, code in (
            (b"MAIL FROM:<c@mail.example>", b"250"),
            (f"RCPT TO:<{ADDRESS}>".encode(), b"250"),
            (b"DATA", b"354"),
        ):
            writer.write(command + b"\r\n")
            await expect(code)
        writer.write(mail.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        await expect(b"250")
    writer.write(b"QUIT\r\n")
    writer.close()


async def _deliver_all(port: int, queue: list[bytes]) -> None:
    await asyncio.gather(*(deliver(port, queue) for _connection in range(CONNECTIONS)))


def cpu_seconds(desk: Desk) -> dict[str, float]:
    """Processor time of the desk's Python and of its database until now, of the processes that are alive."""
    spent = dict.fromkeys(("Python", "PostgreSQL"), 0.0)
    for pid in desk.processes():
        folder = Path(f"/proc/{pid}")
        name, _, fields = folder.joinpath("stat").read_text().partition("(")[2].rpartition(")")
        user, system = fields.split()[11:13]
        spent["PostgreSQL" if name == "postgres" else "Python"] += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return spent


def run(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench intake", description=__doc__)
    options.add_argument("--mails", type=int, default=3000)
    options.add_argument("--seed", type=int, default=0, help="conversations that are there already")
    chosen = options.parse_args(arguments)
    from bench.seed import seed

    with Desk(prepare=(lambda: seed(chosen.seed)) if chosen.seed else None) as desk:
        from madoguchi.conversations.models import Conversation, Message
        from madoguchi.flows.status import machine_status

        before = Message.objects.count()
        queue = list(mails(chosen.mails, ADDRESS))
        spent = cpu_seconds(desk)
        began = time.monotonic()
        asyncio.run(_deliver_all(desk.lmtp, queue))
        accepted = time.monotonic() - began
        while (status := machine_status()).intake.waiting:
            time.sleep(0.1)
        read = time.monotonic() - began
        while status.events.waiting:
            time.sleep(0.1)
            status = machine_status()
        reacted = time.monotonic() - began
        cpu = {name: seconds - spent[name] for name, seconds in cpu_seconds(desk).items()}
        stored = Message.objects.count() - before
        print(
            f"{chosen.mails} mails by LMTP over {CONNECTIONS} connections: accepted {chosen.mails / accepted:.0f}/s, "
            f"threaded, indexed and recorded {chosen.mails / read:.0f}/s, "
            f"reactions run {chosen.mails / reacted:.0f}/s; "
            f"processor a mail: {', '.join(f'{name} {s / chosen.mails * 1000:.1f} ms' for name, s in cpu.items())}; "
            f"{stored} messages, {Conversation.objects.count()} conversations, {status.quarantined} in quarantine"
        )
