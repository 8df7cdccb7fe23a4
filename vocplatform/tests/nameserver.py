"""A name server of our own: real packets on a port of this machine, and records that a test writes down."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Records = Mapping[tuple[str, str], Sequence[str]]


@contextmanager
def name_server(records: Records, *, silent: bool = False) -> Iterator[str]:
    """Yields `address:port`. Names without a record do not exist; a silent one reads and never answers."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("127.0.0.1", 0))
    thread = Thread(target=_serve, args=(door, records, silent), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{door.getsockname()[1]}"
    finally:
        door.sendto(b"", door.getsockname())
        thread.join()
        door.close()


def _serve(door: socket.socket, records: Records, silent: bool) -> None:
    while True:
        packet, asker = door.recvfrom(4096)
        if not packet:
            return
        if not silent:
            door.sendto(_answer(dns.message.from_wire(packet), records).to_wire(), asker)


def _answer(question: dns.message.Message, records: Records) -> dns.message.Message:
    asked = question.question[0]
    name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    rows = records.get((name, kind), ())
    if rows:
        answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *rows))
    elif not any(known.endswith(name) for known, _kind in records):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
