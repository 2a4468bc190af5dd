"""A deterministic mbox of made-up mail, streamed, so that any size can be made.

The mix is that of a firm's mailboxes: 42 % plain text, 38 % plain and HTML, 12 % with a base64 attachment, 5 % HTML
only, 3 % invitations; quoted replies in three languages; seven charsets in 7bit, 8bit, quoted-printable and base64;
one to five Received fields, DKIM signatures, growing References. About 17 kB a mail.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from pathlib import Path

__all__ = ["mails", "write_mbox"]

N_PEOPLE, N_DOMAINS = 4_000, 120
START = datetime(2022, 1, 3, 7, 0, tzinfo=UTC)
KINDS = (("plain", 42), ("alternative", 38), ("attachment", 12), ("html", 5), ("calendar", 3))
MEDIAN_ATTACHMENT = 30_000

_SYLLABLES = re.findall(
    r"\w+",
    "ba be bi bo da de di do fa fe ga ge ha ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se "
    "si so ta te ti to va ve vo wa we za zo an en in on un ar er or ur al el il ol ast est ist",
)
_WORDS_OF = {
    "ascii": "the of and to a in that we for on it is with as you be this have from or by not are please thanks",
    "latin-1": "der die und für über können möchte grüße schöne natürlich wäre müssen zurück très déjà où été",
    "cp1252": "“quoted” don’t – the customer’s order … €500 für “neue” Geräte it’s fine",
    "koi8-r": "привет как дела проект договор встреча письмо клиент заказ вопрос ответ спасибо",
    "cp1251": "счёт оплата договор клиент поставка склад неделя отчёт хорошо завтра",
    "gb18030": "你好 项目 会议 客户 订单 发票 谢谢 请 确认 明天 下周",
    "utf-8": "café naïve Zürich 東京 Kraków Ελλάδα señor año mañana 客户 ✓ grüße",
}
_CHARSETS = ("ascii",) * 40 + ("utf-8",) * 38 + ("latin-1",) * 8 + ("cp1252",) * 6 + ("koi8-r", "cp1251", "gb18030")
_LABELS = {"ascii": "us-ascii", "latin-1": "iso-8859-1", "cp1252": "windows-1252", "cp1251": "windows-1251"}
_ATTRIBUTIONS = (
    "On {day}, {name} <{address}> wrote:",
    "Am {day} schrieb {name} <{address}>:",
    "Le {day}, {name} <{address}> a écrit :",
)
_GREETINGS = ("Hi {name},", "Hello {name},", "Dear {name},", "Hallo {name},", "Bonjour {name},", "{name},")
_CLOSINGS = ("Best regards,", "Thanks,", "Viele Grüße", "Cordialement,", "Kind regards,")


@dataclass(frozen=True)
class _Person:
    name: str
    address: str


def _people(rng: random.Random) -> list[_Person]:
    domains = [f"{rng.choice(_SYLLABLES)}{rng.choice(_SYLLABLES)}{n}.example" for n in range(N_DOMAINS)]
    people = []
    for n in range(N_PEOPLE):
        first = (rng.choice(_SYLLABLES) + rng.choice(_SYLLABLES)).title()
        last = "".join(rng.choice(_SYLLABLES) for _ in range(3)).title()
        if n % 12 == 0:
            last = last.replace("a", "ä").replace("o", "ö")
        domain = domains[int(N_DOMAINS * rng.random() ** 2)]
        people.append(_Person(f"{first} {last}", f"{first}.{n}@{domain}".lower()))
    return people


def _words(rng: random.Random, charset: str, n: int) -> list[str]:
    own = _WORDS_OF["ascii"].split() if charset == "ascii" else (_WORDS_OF[charset] + " ok and the").split()
    made = [rng.choice(_SYLLABLES) + rng.choice(_SYLLABLES) for _ in range(n // 4)]
    return [rng.choice(own) if n % 4 else made[n // 4 % len(made)] for n in range(n)] if made else own[:n]


def _paragraphs(rng: random.Random, charset: str, n_words: int) -> str:
    words = _words(rng, charset, n_words)
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 70:
            lines.append(line)
            line = ""
            if rng.random() < 0.15:
                lines.append("")
        line += (" " if line else "") + word
    return "\n".join([*lines, line])


def _body(rng: random.Random, charset: str, sender: _Person, to: _Person, answered: str, day: str) -> str:
    text = "\n\n".join(
        [
            rng.choice(_GREETINGS).format(name=to.name.split()[0]),
            _paragraphs(rng, charset, int(rng.lognormvariate(4.3, 0.8)) + 4),
            f"{rng.choice(_CLOSINGS)}\n{sender.name}",
        ]
    )
    if rng.random() < 0.5:
        text += f"\n\n-- \n{sender.name}\n{sender.address.partition('@')[2]}\nTel +41 44 {rng.randrange(10**6)}"
    if answered:
        quoted = "\n".join("> " + line for line in answered.splitlines()[:120])
        attribution = rng.choice(_ATTRIBUTIONS).format(day=day, name=to.name, address=to.address)
        text += f"\n\n{attribution}\n{quoted}"
    return text


def _html(text: str) -> str:
    """What office programs make of a text: a page of style, and a wrapper around every line."""
    paragraphs = "".join(
        '<p class="MsoNormal" style="margin:0cm;line-height:115%"><span lang="EN-GB" style="font-size:11.0pt;'
        'font-family:&quot;Calibri&quot;,sans-serif;mso-fareast-language:EN-US">'
        f"{line.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;') or '&nbsp;'}<o:p></o:p></span></p>\n"
        for line in text.split("\n")
    )
    return (
        f"{_HTML_HEAD}<body lang=EN link=blue vlink=purple>\n<div class=WordSection1>\n{paragraphs}</div></body></html>"
    )


_HTML_HEAD = (
    '<html xmlns:o="urn:made-up:office">\n<head><meta name=Generator content="made up"><style><!--\n'
    + "".join(
        f"p.Style{n}, li.Style{n}, div.Style{n}\n\t{{mso-style-priority:{n};\n\tmargin:0cm;\n\tmargin-bottom:.0001pt;\n"
        f'\tfont-size:{n}.0pt;\n\tfont-family:"Calibri",sans-serif;\n\tcolor:#1F497D;}}\n'
        for n in range(16)
    )
    + "--></style></head>\n"
)


def _encoded(rng: random.Random, text: str, charset: str, subtype: str) -> tuple[str, str, bytes]:
    """Label, transfer encoding and bytes of a text; mail programs send HTML as good as never unencoded."""
    data = text.encode(charset, "replace")
    label = _LABELS.get(charset, charset)
    if subtype == "html":
        kind = rng.choices(("quoted-printable", "base64", "8bit"), (70, 20, 10))[0]
    elif data.isascii():
        kind = rng.choices(("7bit", "quoted-printable"), (80, 20))[0]
    else:
        kind = rng.choice(("8bit", "quoted-printable", "quoted-printable", "base64"))
    if kind == "quoted-printable":
        lines = [binascii.b2a_qp(line, istext=True) for line in data.split(b"\n")]
        return label, kind, b"\n".join(lines)
    if kind == "base64":
        return label, kind, base64.encodebytes(data).rstrip(b"\n")
    return label, "7bit" if data.isascii() else kind, data


def _part(rng: random.Random, text: str, charset: str, subtype: str) -> bytes:
    label, encoding, data = _encoded(rng, text, charset, subtype)
    head = f'Content-Type: text/{subtype}; charset="{label}"\nContent-Transfer-Encoding: {encoding}\n\n'
    return head.encode() + data + b"\n"


def _joined(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{subtype};\n boundary="{boundary}"\n\n'.encode()
    return head + b"".join(b"--" + boundary.encode() + b"\n" + part for part in parts) + f"--{boundary}--\n".encode()


def _calendar(number: int, at: datetime, sender: _Person, to: list[_Person], subject: str) -> str:
    attendees = "".join(f"ATTENDEE;CN={p.name};PARTSTAT=NEEDS-ACTION:mailto:{p.address}\n" for p in to)
    return (
        "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nPRODID:-//made up//EN\nBEGIN:VEVENT\n"
        f"UID:{number}@made.example\nDTSTAMP:{at:%Y%m%dT%H%M%SZ}\nDTSTART:{at:%Y%m%dT%H%M%SZ}\n"
        f"DTEND:{at + timedelta(minutes=30):%Y%m%dT%H%M%SZ}\nSUMMARY:{subject}\n"
        f"ORGANIZER;CN={sender.name}:mailto:{sender.address}\n{attendees}END:VEVENT\nEND:VCALENDAR\n"
    )


def _hex(rng: random.Random, n: int) -> str:
    return f"{rng.getrandbits(4 * n):0{n}x}"


def _signature(rng: random.Random, domain: str) -> str:
    lines = "\n ".join(base64.b64encode(rng.randbytes(54)).decode() for _ in range(5))
    return (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\n s=s{rng.randrange(9)};"
        f" h=from:to:cc:subject:date:message-id:in-reply-to:references;\n bh={_hex(rng, 40)};\n b={lines}\n"
    )


def _header(rng: random.Random, at: datetime, sender: _Person, to: list[_Person], cc: list[_Person]) -> str:
    here = to[0].address.partition("@")[2]
    there = sender.address.partition("@")[2]
    lines = [f"Return-Path: <{sender.address}>", f"Delivered-To: {to[0].address}"]
    lines += [
        f"Received: from mx{hop}.{there} (mx{hop}.{there} [192.0.2.{rng.randrange(256)}])\n\tby mail{hop}.{here}"
        f" (Postfix) with ESMTPS id {_hex(rng, 11)}\n\tfor <{to[0].address}>; {at:%a, %d %b %Y %H:%M:%S} +0000"
        for hop in range(rng.randint(1, 5))
    ]
    lines.append(_signature(rng, there).rstrip())
    if rng.random() < 0.4:
        lines.append(
            f"Authentication-Results: {here};\n spf=pass smtp.mailfrom={sender.address};\n dkim=pass header.d={there};"
            f" dmarc=pass\nX-Spam-Status: No, score=-{rng.random() * 4:.1f} required=5.0\n\ttests=BAYES_00,DKIM_VALID"
        )
    lines += [f"From: {_mailbox(sender)}", "To: " + ",\n ".join(map(_mailbox, to))]
    if cc:
        lines.append("Cc: " + ", ".join(map(_mailbox, cc)))
    return "\n".join(lines) + "\n"


def _mailbox(person: _Person) -> str:
    if person.name.isascii():
        return f"{person.name} <{person.address}>"
    return f"{Header(person.name, 'utf-8').encode()} <{person.address}>"


def mails(n_mails: int, seed: int = 1) -> Iterator[tuple[str, datetime, bytes]]:
    """Address of the sender, date and bytes of each mail; equal for equal arguments."""
    rng = random.Random(seed)
    people = _people(rng)
    kinds, weights = zip(*KINDS, strict=True)
    noise = base64.encodebytes(rng.randbytes(2**21))
    threads: list[tuple[list[str], str, str, str, list[_Person]]] = []
    at = START
    for number in range(n_mails):
        at += timedelta(seconds=rng.expovariate(1 / 240))
        zone = rng.choice((0, 60, 120, -300, -480, 330, 480))
        message_id = f"{number}.{_hex(rng, 16)}@{rng.choice(people).address.partition('@')[2]}"
        charset = rng.choice(_CHARSETS)
        answers = bool(threads) and rng.random() < 0.6
        if answers:
            references, subject, answered, charset, group = threads[int(len(threads) * rng.random() ** 0.3) - 1]
            sender, to, cc = group[1], [group[0]], group[2:6]
            if not subject.startswith("Re:"):
                subject = "Re: " + subject
        else:
            references, answered = [], ""
            group = [people[int(N_PEOPLE * rng.random() ** 1.7)] for _ in range(2 + int(rng.expovariate(0.6)))]
            sender, to, cc = group[0], group[1:3], group[3:8]
            subject = " ".join(_words(rng, charset, rng.randint(3, 9)))
        written = at + timedelta(minutes=zone)
        sign = "-" if zone < 0 else "+"
        day = f"{written:%a, %d %b %Y %H:%M:%S} {sign}{abs(zone) // 60:02}{abs(zone) % 60:02}"
        text = _body(rng, charset, sender, to[0], answered, day)
        head = _header(rng, at, sender, to, cc)
        label = _LABELS.get(charset, charset)
        encoded = subject if subject.isascii() else Header(subject, "utf-8" if charset == "ascii" else label).encode()
        head += f"Subject: {encoded}\nDate: {day}\nMessage-ID: <{message_id}>\n"
        if references:
            head += f"In-Reply-To: <{references[-1]}>\nReferences: " + "\n ".join(f"<{r}>" for r in references) + "\n"
        if rng.random() < 0.2:
            head += "List-Unsubscribe: <https://lists.made.example/leave/1>\nPrecedence: bulk\n"
        head += "MIME-Version: 1.0\nX-Mailer: made up 1.0\n"
        kind = rng.choices(kinds, weights)[0]
        boundary = "=_" + _hex(rng, 24)
        if kind == "plain":
            content = _part(rng, text, charset, "plain")
        elif kind == "html":
            content = _part(rng, _html(text), charset, "html")
        else:
            plain, html = _part(rng, text, charset, "plain"), _part(rng, _html(text), charset, "html")
            if kind == "calendar":
                calendar = _calendar(number, at, sender, to + cc, "Meeting").encode()
                parts = [plain, b'Content-Type: text/calendar; method=REQUEST; charset="utf-8"\n\n' + calendar]
                content = _joined("alternative", boundary, parts)
            else:
                content = _joined("alternative", boundary, [plain, html])
            if kind == "attachment":
                size = min(len(noise), int(MEDIAN_ATTACHMENT * rng.lognormvariate(0, 0.9)))
                file = (
                    b'Content-Type: application/pdf; name="offer.pdf"\nContent-Transfer-Encoding: base64\n'
                    b'Content-Disposition: attachment; filename="offer.pdf"\n\n' + noise[: size // 77 * 77]
                )
                content = _joined("mixed", boundary + "m", [content, file])
        yield sender.address, at, head.encode() + content
        entry = ([*references, message_id][-20:], subject, text[:6000], charset, [sender, to[0], *to[1:], *cc])
        if len(threads) < 500:
            threads.append(entry)
        else:
            threads[rng.randrange(500)] = entry


def write_mbox(path: Path, n_mails: int, seed: int = 1) -> int:
    """Write an mbox (mboxrd) of made-up mails; its size in bytes. The same arguments give the same bytes."""
    n_bytes = 0
    with path.open("wb") as file:
        for sender, at, mail in mails(n_mails, seed):
            separator = f"From {sender} {at:%a %b %d %H:%M:%S %Y}\n".encode()
            n_bytes += file.write(separator + re.sub(rb"(?m)^(>*From )", rb">\1", mail) + b"\n")
    return n_bytes


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("path", type=Path, help="the mbox to write")
    arguments.add_argument("--mails", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    print(write_mbox(chosen.path, chosen.mails, chosen.seed), "bytes")
