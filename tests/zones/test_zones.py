"""Zones of messages: in many languages, of many programs, and what must hold for any text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.zones import KINDS, own_words, zones, zones_of
from honeycell.zones.features import features
from honeycell.zones.lines import read
from honeycell.zones.model import model

# Salutation, own words, closing, line above the quotation, who is quoted.
LETTERS = {
    "german": (
        "Sehr geehrte Frau Müller,", "anbei das Angebot für die Stühle.", "Mit freundlichen Grüßen\nHans Beispiel",
        "Am Mo., 3. Juni 2019 um 09:20 Uhr schrieb Erika Müller <erika@example.com>:", "erika@example.com",
    ),
    "french": (
        "Bonjour Claire,", "je te confirme le rendez-vous de jeudi.", "Bien cordialement,\nLuc",
        "Le 3 juin 2019 à 09:20, Claire Exemple <claire@example.com> a écrit :", "claire@example.com",
    ),
    "spanish": (
        "Hola Pablo:", "El pedido sale mañana por la tarde.", "Saludos cordiales,\nLucía",
        "El 3/6/2019 9:20, Pablo Ejemplo escribió:", "Pablo Ejemplo",
    ),
    "portuguese": (
        "Prezada Ana,", "segue em anexo o relatório de maio.", "Atenciosamente,\nJoão Exemplo",
        "Em seg., 3 de jun. de 2019 às 09:20, Ana <ana@example.com> escreveu:", "ana@example.com",
    ),
    "dutch": (
        "Beste Jan,", "de vergadering is verplaatst naar dinsdag.", "Met vriendelijke groet,\nPiet Voorbeeld",
        "Op ma 3 jun. 2019 om 09:20 schreef Jan <jan@example.com>:", "jan@example.com",
    ),
    "italian": (
        "Gentile Dottoressa Rossi,", "le invio il contratto firmato.", "Cordiali saluti,\nMario Esempio",
        "Il giorno lun 3 giu 2019 alle ore 09:20 Anna Rossi <anna@example.com> ha scritto:", "anna@example.com",
    ),
    "polish": (
        "Dzień dobry,", "proszę o przesłanie faktury do piątku.", "Pozdrawiam,\nJan Przykład",
        "W dniu 3 czerwca 2019 09:20 użytkownik Anna <anna@example.com>\nnapisał:", "anna@example.com",
    ),
    "russian": (
        "Здравствуйте, Анна!", "Счёт оплачен сегодня утром.", "С уважением,\nИван Примеров",
        "пн, 3 июн. 2019 г. в 09:20, Анна <anna@example.com>:", "anna@example.com",
    ),
    "turkish": (
        "Merhaba Ayşe,", "toplantı notlarını ekte bulabilirsin.", "İyi çalışmalar,\nMehmet",
        "3 Haz 2019 Pzt 09:20 tarihinde Ayşe <ayse@example.com> şunu yazdı:", "ayse@example.com",
    ),
    "chinese": (
        "张经理，您好！", "附件是五月份的报表，请查收。", "此致\n敬礼",
        "在 2019年6月3日，09:20，张伟 <zhang@example.com> 写道：", "zhang@example.com",
    ),
    "japanese": (
        "鈴木様", "資料をお送りしますので、ご確認ください。", "よろしくお願いいたします。\n佐藤",
        "2019年6月3日(月) 9:20 鈴木 <suzuki@example.com>:", "suzuki@example.com",
    ),
    "korean": (
        "김철수 님,", "요청하신 자료를 첨부합니다.", "감사합니다.\n홍길동 드림",
        "2019년 6월 3일 (월) 오전 9:20, 김철수 <kim@example.com>님이 작성:", "kim@example.com",
    ),
    "arabic": (
        "السيد أحمد المحترم،", "أرسل لكم العقد الموقع في المرفق.", "مع أطيب التحيات،\nخالد",
        "في الاثنين، 3 يونيو 2019 في 9:20 ص كتب أحمد <ahmed@example.com>:", "ahmed@example.com",
    ),
}  # fmt: skip


def told(text: str, **more: object) -> list[tuple[str, str]]:
    """Kind and words of each zone."""
    return [(zone.kind, text[zone.start : zone.end].strip()) for zone in zones(text, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LETTERS)
def test_a_letter_with_its_answer_below_in(language: str) -> None:
    hail, said, bye, wrote, whom = LETTERS[language]
    quoted = f"{wrote}\n\n> ... ?\n> ..."
    text = f"{hail}\n\n{said}\n\n{bye}\n\n{quoted}\n"
    assert told(text) == [("salutation", hail), ("own", said), ("closing", bye), ("quotation", quoted)]
    assert zones(text)[-1].of == whom
    assert own_words(text) == said


HEADS = {
    "english": "From: Ana <ana@example.com>\nSent: Monday, June 3, 2019 9:20 AM\nTo: Bo\nSubject: RE: x",
    "german": "Von: Ana <ana@example.com>\nGesendet: Montag, 3. Juni 2019 09:20\nAn: Bo\nBetreff: AW: x",
    "french": "De : Ana <ana@example.com>\nEnvoyé : lundi 3 juin 2019 09:20\nÀ : Bo\nObjet : RE: x",
    "spanish": "De: Ana <ana@example.com>\nEnviado el: lunes, 3 de junio de 2019 9:20\nPara: Bo\nAsunto: RE: x",
    "italian": "Da: Ana <ana@example.com>\nInviato: lunedì 3 giugno 2019 09:20\nA: Bo\nOggetto: R: x",
    "dutch": "Van: Ana <ana@example.com>\nVerzonden: maandag 3 juni 2019 09:20\nAan: Bo\nOnderwerp: RE: x",
    "polish": "Od: Ana <ana@example.com>\nWysłano: poniedziałek, 3 czerwca 2019 09:20\nDo: Bo\nTemat: Odp: x",
    "russian": "От: Ana <ana@example.com>\nОтправлено: 3 июня 2019 г. 9:20\nКому: Bo\nТема: RE: x",
    "turkish": "Kimden: Ana <ana@example.com>\nGönderilme Tarihi: 3 Haziran 2019 09:20\nKime: Bo\nKonu: YNT: x",
    "chinese": "发件人: Ana <ana@example.com>\n发送时间: 2019年6月3日 9:20\n收件人: Bo\n主题: 答复: x",
    "japanese": "差出人: Ana <ana@example.com>\n送信日時: 2019年6月3日 9:20\n宛先: Bo\n件名: Re: x",
    "korean": "보낸 사람: Ana <ana@example.com>\n보낸 날짜: 2019년 6월 3일 9:20\n받는 사람: Bo\n제목: RE: x",
    "arabic": "من: Ana <ana@example.com>\nتاريخ الإرسال: 3 يونيو 2019\nإلى: Bo\nالموضوع: x",
}  # fmt: skip


@pytest.mark.parametrize("language", HEADS)
def test_all_below_the_head_of_a_message_is_quoted_in(language: str) -> None:
    text = (
        f"Fine with me, let us do it.\n\n{HEADS[language]}\n\nHello Bo,\n\nshall we do it on Thursday?\n\nBest,\nAna\n"
    )
    assert own_words(text) == "Fine with me, let us do it."
    assert [(zone.kind, zone.of) for zone in zones(text)] == [("own", None), ("quotation", "ana@example.com")]


def test_answers_between_quoted_lines_are_own_words() -> None:
    text = "On 3 May 2019, Ana wrote:\n> One?\n\nYes, one.\n\n> Two?\n\nNo, three, as we said.\n"
    assert own_words(text) == "Yes, one.\n\nNo, three, as we said."
    assert [zone.of for zone in zones(text) if zone.kind == "quotation"] == ["Ana", None]


def test_a_signature_and_what_a_list_adds_are_no_words() -> None:
    text = (
        "The hall is booked for Friday.\n\n-- \nAna Silva\nExample Ltd\n+44 113 496 0000\n\n"
        "_______________________________________________\nexample-users mailing list\n"
        "https://lists.example.org/mailman/listinfo/example-users\n"
    )
    assert [kind for kind, _ in told(text)] == ["own", "signature", "disclaimer"]


def test_a_legal_notice_is_a_disclaimer_in_several_languages() -> None:
    for notice in (
        "This e-mail is confidential and intended solely for the addressee. If you have received it in error,\n"
        "please notify the sender and delete it.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie\n"
        "bitte den Absender und löschen Sie diese E-Mail.",
        "Ce message est confidentiel et destiné exclusivement à ses destinataires. Si vous l'avez reçu ce message par\n"
        "erreur, merci de le détruire.",
    ):
        text = f"Tuesday suits me.\n\nBest regards,\nAna\n\n{notice}\n"
        assert told(text)[-1] == ("disclaimer", notice)


def test_a_patch_is_code_and_the_words_around_it_are_own() -> None:
    patch = "@@ -1,3 +1,3 @@ int f(int x)\n {\n-\treturn x;\n+\treturn x + 1;\n }"
    text = f"This makes it count from one:\n\n{patch}\n\nPlease have a look at it when you have time.\n"
    assert told(text)[1] == ("code", patch)
    assert own_words(text).startswith("This makes")
    assert own_words(text).endswith("have time.")


def test_a_stack_trace_is_code() -> None:
    trace = "java.lang.IllegalStateException: closed\n\tat a.b.C.d(C.java:12)\n\tat a.b.Main.main(Main.java:3)"
    text = f"Since yesterday I get this:\n\n{trace}\n\nIs that known to you?\n"
    assert "IllegalState" not in own_words(text)
    assert "Is that known to you?" in own_words(text)


def test_what_a_conference_service_writes_is_an_invitation() -> None:
    service = "Join Zoom Meeting\nhttps://zoom.us/j/1\n\nMeeting ID: 1\nPasscode: 2"
    text = f"Hi all,\n\nlet us talk on Thursday about the fair.\n\n{service}\n"
    assert told(text)[-1] == ("invitation", service)


def test_a_telephone_signs_only_where_nothing_of_the_author_follows() -> None:
    assert own_words("Here is another one\n\nSent from my phone\n") == "Here is another one"
    assert "my desk" in own_words("Here is another one\n\nSent from my desk, which is easier.\n")


def test_the_name_of_the_sender_below_is_no_text() -> None:
    text = "I have put the file into the folder that you named.\n\nana s.\n"
    assert told(text, sender_names=["Ana S."])[-1] == ("closing", "ana s.")


def test_a_word_alone_is_the_message() -> None:
    assert [own_words(said) for said in ("ok", "lgtm", ":+1:")] == ["ok", "lgtm", ":+1:"]


def test_a_blank_text_has_no_zones() -> None:
    assert zones("") == zones(" \n\n\t\n") == ()
    assert own_words("\n") == ""


_LINES = st.sampled_from(
    ["> a", "", "Hi,", "text of the author, long enough to be some", "-- ", "Ana", "On 3 May 2019, Ana wrote:",
     "@@ -1 +1 @@", "-x", "+y", "From: a@example.com", "To: b", "Date: 3.5.2019", "---", "_____", "Thanks", "\x1c",
     "\u2028x", ">", "你好"]
)  # fmt: skip


@given(st.one_of(st.lists(_LINES, max_size=30).map("\n".join), st.text(max_size=200)))
@settings(max_examples=150, deadline=None)
def test_zones_cover_a_text_in_order(text: str) -> None:
    found = zones(text)
    assert bool(found) == bool(text.replace("\n", " ").strip())
    if found:
        assert [0, *(zone.end for zone in found)] == [*(zone.start for zone in found), len(text)]
    assert all(zone.kind in KINDS and zone.start < zone.end for zone in found)


@given(st.lists(st.lists(_LINES, min_size=1, max_size=6).map("\n".join), min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_what_is_known_of_a_line_does_not_depend_on_the_messages_beside_its_own(texts: list[str]) -> None:
    together = features(read(texts, None))
    assert together.tolist() == [row for text in texts for row in features(read([text], None)).tolist()]


def test_weights_add_up_without_rounding_in_whatever_order() -> None:
    weights = model().emission
    assert (weights * 1024 == (weights * 1024).round()).all()


def test_many_at_once_are_as_one_by_one() -> None:
    texts = [f"{hail}\n\n{said}\n\n{bye}\n" for hail, said, bye, _, _ in LETTERS.values()] + [
        "",
        "x" * 5000,
        "a\n" * 900,
    ]
    assert zones_of(texts) == [zones(text) for text in texts]


@pytest.mark.corpus
def test_every_case_of_others_is_met_or_listed_with_the_reason(corpus: Callable[[str], Path]) -> None:
    from validation import reply_cases

    assert reply_cases.main(corpus("zones"))["n_unexpected"] == 0


@pytest.mark.corpus
def test_the_shipped_model_fits_what_it_was_made_from(corpus: Callable[[str], Path]) -> None:
    from validation.zones import by_shipped, judged
    from validation.zones.annotations import annotated

    assert judged(annotated(corpus("zones/webis-gmane")), by_shipped)["line_accuracy"] >= 0.97
