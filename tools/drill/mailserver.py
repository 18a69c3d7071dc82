"""A mail server that writes down what it takes: `python -m tools.drill.mailserver PORT FILE`.

SIGUSR1 makes it refuse for the time being (451), SIGUSR2 makes it take mails again. To hang it is
frozen from outside, to be away it is killed.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from tools.programs import HOST


class Handler:
    """Takes every mail, or none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refuses = False

    async def handle_RCPT(  # noqa: N802 - the name and shape that aiosmtpd calls
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return "451 4.3.2 not now, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Written down before it is acknowledged, as a mail server does."""
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        with self.path.open("a") as file:
            for to in envelope.rcpt_tos:
                entry = [str(mail["References"] or ""), to, str(mail["Message-ID"])]
                file.write(json.dumps(entry) + "\n")
        return "250 2.0.0 ok"


async def serve(port: int, path: Path) -> None:
    """Until killed."""
    handler, loop = Handler(path), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: setattr(handler, "refuses", True))
    loop.add_signal_handler(signal.SIGUSR2, lambda: setattr(handler, "refuses", False))
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="drill", loop=loop), HOST, port, backlog=100
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
