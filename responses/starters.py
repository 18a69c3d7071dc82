"""What a new installation starts with: letter templates in both languages, the legal limits.

Runs after migrate and creates only where there is nothing of the kind.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from responses.models import LegalLimit, LetterTemplate
from responses.states import LetterKind

LIMITS = {"RUB": 300_000, "EUR": 3_000, "USD": 3_000}

TEMPLATES: list[dict[str, Any]] = [
    {
        "kind": LetterKind.ACKNOWLEDGEMENT,
        "language": "en",
        "name": "Claim received",
        "subject": "We have received your claim {their_number}",
        "greeting": "{greeting}",
        "body": (
            "Thank you for telling us. We have received your claim {their_number} of "
            "{received}{goods} and registered it as {number}.\n\n"
            "We are looking into it and will answer {answer_by}. Quote the number {number} in "
            "your messages. Your tracking code is {tracking_code}."
        ),
    },
    {
        "kind": LetterKind.ACKNOWLEDGEMENT,
        "language": "ru",
        "name": "Претензия получена",
        "subject": "Ваша претензия {their_number} получена",
        "greeting": "Уважаемые коллеги,",
        "body": (
            "благодарим вас за обращение. Ваша претензия {their_number} от {received}{goods} "
            "получена и зарегистрирована под номером {number}.\n\n"
            "Мы разбираемся в причинах и дадим ответ {answer_by}. В переписке указывайте номер "
            "{number}. Код для отслеживания: {tracking_code}."
        ),
    },
    {
        "kind": LetterKind.INTERIM,
        "language": "en",
        "name": "Investigation goes on",
        "subject": "Your claim {their_number}: where we stand",
        "greeting": "{greeting}",
        "body": (
            "We are investigating your claim {their_number} of {received}{goods}.\n\n"
            "{done}\n\n"
            "The investigation is not finished. You will receive our final response {answer_by}."
        ),
    },
    {
        "kind": LetterKind.INTERIM,
        "language": "ru",
        "name": "Расследование продолжается",
        "subject": "Ваша претензия {their_number}: ход рассмотрения",
        "greeting": "Уважаемые коллеги,",
        "body": (
            "мы рассматриваем вашу претензию {their_number} от {received}{goods}.\n\n"
            "{done}\n\n"
            "Расследование ещё не завершено. Окончательный ответ вы получите {answer_by}."
        ),
    },
    {
        "kind": LetterKind.INTERIM,
        "language": "en",
        "name": "Data received",
        "subject": "Your claim {their_number}: thank you for the data",
        "greeting": "{greeting}",
        "body": (
            "Thank you for your message. We will use it in the investigation of your claim "
            "{their_number}{goods}. You will receive our final response {answer_by}."
        ),
    },
    {
        "kind": LetterKind.INTERIM,
        "language": "ru",
        "name": "Данные получены",
        "subject": "Ваша претензия {their_number}: данные получены",
        "greeting": "Уважаемые коллеги,",
        "body": (
            "благодарим вас за сообщение. Мы учтём его при рассмотрении претензии "
            "{their_number}{goods}. Окончательный ответ вы получите {answer_by}."
        ),
    },
    {
        "kind": LetterKind.FINAL,
        "language": "en",
        "name": "Final response",
        "subject": "Final response to your claim {their_number}{goods}",
        "greeting": "{greeting}",
        "body": (
            "Thank you for your claim {their_number} of {received}{goods}. We have finished our "
            "investigation."
        ),
        "findings": "{findings}",
        "done": "{done}",
        "planned": "{planned}",
        "settlement": "{settlement}",
        "closing": (
            "If you have questions about this response, write to us under the number {number}."
        ),
    },
    {
        "kind": LetterKind.FINAL,
        "language": "ru",
        "name": "Окончательный ответ",
        "subject": "Ответ на вашу претензию {their_number}{goods}",
        "greeting": "Уважаемые коллеги,",
        "body": (
            "благодарим вас за претензию {their_number} от {received}{goods}. Расследование "
            "завершено."
        ),
        "findings": "{findings}",
        "done": "{done}",
        "planned": "{planned}",
        "settlement": "{settlement}",
        "closing": "Если у вас есть вопросы по этому ответу, напишите нам, указав номер {number}.",
    },
]


def install_starters(**kwargs: Any) -> None:
    """Create templates and limits where there are none at all."""
    if not LetterTemplate.objects.exists():
        LetterTemplate.objects.bulk_create(LetterTemplate(**each) for each in TEMPLATES)
    if not LegalLimit.objects.exists():
        LegalLimit.objects.bulk_create(
            LegalLimit(currency=currency, amount=Decimal(amount))
            for currency, amount in LIMITS.items()
        )
