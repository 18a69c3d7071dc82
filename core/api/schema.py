"""What the schema says of every endpoint without each having to say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from core.api import keys
from core.api.errors import CONTENT_TYPE

Handler = TypeVar("Handler", bound=Callable[..., Any])


class FieldProblem(serializers.Serializer[Any]):
    """One thing that is wrong with a request."""

    pointer = serializers.CharField(
        help_text="JSON pointer into the body, `?name` for a query parameter, empty for the whole."
    )
    code = serializers.CharField()
    detail = serializers.CharField()


class Missing(serializers.Serializer[Any]):
    """One thing that a transition needs and the claim lacks."""

    requirement = serializers.CharField()
    detail = serializers.CharField()
    link = serializers.CharField(help_text="The page where it is supplied.")


class ProblemDocument(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]
    missing = Missing(many=True, required=False)
    step = serializers.CharField(required=False, help_text="The step the claim is in.")
    version = serializers.IntegerField(
        required=False, allow_null=True, help_text="The version the object has now."
    )


REFUSALS = {
    400: "The request is not valid.",
    401: "No valid token or session.",
    403: "The scope or the role does not allow it.",
    404: "There is nothing here that the client may see.",
    405: "The method does not exist here.",
    406: "Only JSON is answered.",
    409: "Not possible now: changed meanwhile, requirements missing, or the key is still running.",
    412: "If-Match names another version, or If-None-Match: * meets a record.",
    413: "The body is too large.",
    415: "The body is not in a format understood here.",
    422: "The idempotency key was used for another request.",
    429: "Too many requests; see Retry-After.",
    503: "Not available now; see Retry-After.",
}
ALWAYS = (400, 401, 403, 404, 405, 406, 429, 503)
ON_WRITES = (409, 412, 413, 415)

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the version you have read."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="`*` creates, and changes nothing that is there already.",
)
KEY = OpenApiParameter(
    keys.HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="Names this request: sent again with the same body it returns the first answer.",
)


class ApiSchema(AutoSchema):
    """Adds the refusals, the headers and the tag that follow from the method and the path."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        wanted = ALWAYS + (ON_WRITES if self._writes() else ())
        wanted += (422,) if self.method == "POST" else ()
        for status in wanted:
            response = OpenApiResponse(ProblemDocument, REFUSALS[status])
            refusal = self._get_response_for_code(response, str(status), [CONTENT_TYPE])  # type: ignore[no-untyped-call]
            bodies.setdefault(str(status), refusal)
        return dict(sorted(bodies.items()))

    def get_override_parameters(self) -> list[Any]:
        headers = [KEY] if self.method == "POST" else []
        headers += [IF_MATCH] if self._writes() and "{" in self.path else []
        return [*super().get_override_parameters(), *headers]

    def get_tags(self) -> list[str]:
        """The kind of object: the first part of the path, or what it names below a claim."""
        parts = [each for each in self.path.removeprefix("/api/v1/").split("/") if each]
        return [parts[2] if parts[:2] == ["claims", "{number}"] and parts[2:] else parts[0]]

    def _writes(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH", "DELETE")


def operation(
    summary: str,
    *,
    body: Any = None,
    answer: Any = None,
    status: int = 200,
    example: Any = None,
    answer_example: Any = None,
    more: dict[Any, Any] | None = None,
    parameters: Sequence[OpenApiParameter] = (),
) -> Callable[[Handler], Handler]:
    """Describe a method of a view: what it does, takes and answers.

    `answer` is a serializer, or a mapping of statuses where it is no JSON; `more` adds answers of
    other statuses. `example` shows a body, `answer_example` an answer.
    """
    examples = []
    if example is not None:
        examples.append(OpenApiExample("Request", value=example, request_only=True))
    if answer_example is not None:
        examples.append(
            OpenApiExample(
                "Answer", value=answer_example, response_only=True, status_codes=[str(status)]
            )
        )
    return extend_schema(
        summary=summary,
        request=body,
        responses={**(answer if isinstance(answer, dict) else {status: answer}), **(more or {})},
        examples=examples,
        parameters=list(parameters),
    )


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session."""

    target_class = "core.api.auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
