"""The new words of replies: cut where it is sure, whole where it is not."""

from __future__ import annotations

import pytest

from mailboxes.quoting import bare_subject, is_forward, new_words

NEW = "38 штук вернём во вторник.\n\nС уважением, Ольга"

HISTORIES = {
    "gmail": (
        "On Wed, 25 Nov 2026 at 10:15, Claims <claims@tarvina.example> wrote:\n"
        "> Dear Olga,\n>\n> how many?"
    ),
    "gmail, broken line": (
        "On Wed, 25 Nov 2026 at 10:15, Claims\n<claims@tarvina.example> wrote:\n\n> how many?"
    ),
    "gmail in Russian": (
        "ср, 25 нояб. 2026 г. в 10:15, Claims <claims@tarvina.example>:\n\n> Сколько штук?"
    ),
    "mail.ru": (
        "Среда, 25 ноября 2026, 10:15 +03:00 от Claims <claims@tarvina.example>:\n>Сколько штук?"
    ),
    "yandex": ("25.11.2026, 10:15, «Claims» <claims@tarvina.example> написал(а):\n> Сколько штук?"),
    "thunderbird": "25.11.2026 10:15, Claims пишет:\n> Сколько штук?",
    "outlook": (
        "-----Original Message-----\nFrom: Claims\nSent: Wednesday\nTo: Olga\n"
        "Subject: Latches\n\nHow many?"
    ),
    "outlook in Russian": (
        "From: Claims <claims@tarvina.example> \n"
        "Sent: Wednesday, November 25, 2026\nTo: Olga\n\nHow many?"
    ),
    "outlook 2016 in Russian": (
        "________________________________\nОт: Claims\n"
        "Отправлено: 25 ноября 2026 г.\nКому: Ольга\nТема: Защёлки\n\n"
        "Сколько штук?"
    ),
    "bare quotation": "> Сколько штук?\n> Ждём ответа.",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_the_history_below_is_cut(history):
    assert new_words(f"{NEW}\n\n{history}\n") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "On 25 Nov 2026, Claims wrote:\n> How many?\n38.\n> When?\nOn Tuesday.",
        "> How many?\n38.",
        "> only quoted",
        "The line says:\nFrom: 3 to 5 mm\nand that is wrong.",
        "Our engineer wrote:\nthe latch is too thin.",
        "Он написал: не годится.",
        "Размер > 5 мм у 12 штук.",
        "",
    ],
)
def test_what_may_be_new_stays_whole(text):
    assert new_words(text) == text


def test_subjects():
    assert bare_subject("Re: RE[2]: Fwd: Отв: Трещины") == "Трещины"
    assert bare_subject("Re:") == "Re:"
    assert bare_subject("Return of goods: 12") == "Return of goods: 12"
    assert is_forward("FW: Cracked latches")
    assert is_forward("Пересл: Трещины")
    assert not is_forward("Re: Cracked latches")
