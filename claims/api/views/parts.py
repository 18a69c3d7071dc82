"""What hangs on a claim: items, comments, files, samples."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from claims import commands
from claims.api.base import ClaimView
from claims.api.reporting import known_records
from claims.api.serializers import (
    AttachmentIn,
    AttachmentOut,
    CommentIn,
    CommentOut,
    ItemIn,
    SampleIn,
    SampleOut,
    SamplePatch,
    WholeItemOut,
)
from claims.models import Attachment, ClaimItem, Sample
from claims.policies import can_see_comments, require
from claims.selectors import list_comments, list_files, list_whole_items
from core.api.schema import operation
from core.files import download_headers

ITEM_NAMES = {"lot_code": "lot"}


class Items(ClaimView):
    """The products and lots that the claim is about."""

    body_names = ITEM_NAMES

    @operation("List items", answer=WholeItemOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(WholeItemOut, list_whole_items(self.claim))

    @operation("Add an item", body=ItemIn, answer=WholeItemOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(ItemIn, known=known_records([{"items": [request.data]}]))
        with self.lock(values) as claim:
            item = commands.save_item(actor=self.actor, claim=claim, values=values)
        place = reverse("claims-api:item", args=[number, item.pk])
        item = list_whole_items(self.claim).get(pk=item.pk)
        return self.answer(WholeItemOut, item, status=201, location=place)


class Item(ClaimView):
    """One item."""

    body_names = ITEM_NAMES

    def item(self) -> ClaimItem:
        """The item of the path; raises DoesNotExist."""
        return list_whole_items(self.claim).get(pk=self.kwargs["pk"])

    @operation("Read an item", answer=WholeItemOut)
    def get(self, request: Request, number: str, pk: int) -> Response:
        return self.answer(WholeItemOut, self.item())

    @operation("Change an item", body=ItemIn, answer=WholeItemOut)
    def patch(self, request: Request, number: str, pk: int) -> Response:
        values = self.values(ItemIn, known=known_records([{"items": [request.data]}]))
        with self.lock(values, of=self.item) as item:
            commands.save_item(actor=self.actor, claim=self.claim, values=values, item=item)
        return self.answer(WholeItemOut, self.item())

    @operation("Remove an item", status=204)
    def delete(self, request: Request, number: str, pk: int) -> Response:
        """History keeps what it was."""
        with self.lock(of=self.item) as item:
            commands.remove_item(actor=self.actor, claim=self.claim, item=item)
        return Response(status=204)


class Comments(ClaimView):
    """Internal remarks; the customer never sees them."""

    @operation("List comments", answer=CommentOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        require(can_see_comments(self.actor, self.claim))
        return self.rows(CommentOut, list_comments(self.claim))

    @operation("Comment", body=CommentIn, answer=CommentOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(CommentIn)
        with self.lock() as claim:
            comment = commands.add_comment(actor=self.actor, claim=claim, **values)
        return self.answer(CommentOut, comment, status=201)


class Attachments(ClaimView):
    """The files of the claim."""

    parser_classes = (MultiPartParser,)
    # The file is looked at, and perhaps shown to a virus scanner, before anything is locked. The
    # same content is kept once, so a repetition does no harm.
    one_transaction = False

    @operation("List files", answer=AttachmentOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(AttachmentOut, list_files(self.claim))

    @operation(
        "Attach a file",
        body={"multipart/form-data": AttachmentIn},
        answer=AttachmentOut,
        status=201,
    )
    def post(self, request: Request, number: str) -> Response:
        """The same content is kept once."""
        values = self.values(AttachmentIn)
        self.check_version(self.claim, self.version_wanted())
        attachment = commands.attach_file(
            actor=self.actor,
            claim=self.claim,
            upload=values["file"],
            description=values.get("description", ""),
        )
        place = reverse("claims-api:attachment", args=[number, attachment.pk])
        return self.answer(AttachmentOut, attachment, status=201, location=place)


class AttachmentDetail(ClaimView):
    """One file."""

    @cached_property
    def attachment(self) -> Attachment:
        """The file of the path; raises DoesNotExist."""
        return self.claim.attachments.get(pk=self.kwargs["pk"])

    @operation("Describe a file", answer=AttachmentOut)
    def get(self, request: Request, number: str, pk: int) -> Response:
        return self.answer(AttachmentOut, self.attachment)


class AttachmentContent(AttachmentDetail):
    """What stands in a file."""

    @operation("Download a file", answer={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str, pk: int) -> FileResponse:  # type: ignore[override]
        """As it was sent, under its detected type, always as a download."""
        attachment = self.attachment
        response = FileResponse(attachment.file.open("rb"))
        for name, value in download_headers(attachment.name, attachment.media_type).items():
            response[name] = value
        return response


class Samples(ClaimView):
    """Pieces that the customer is asked for or has sent."""

    @operation("List samples", answer=SampleOut(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.rows(SampleOut, self.claim.samples.all())

    @operation("Request a sample", body=SampleIn, answer=SampleOut, status=201)
    def post(self, request: Request, number: str) -> Response:
        values = self.values(SampleIn)
        with self.lock() as claim:
            sample = commands.request_sample(actor=self.actor, claim=claim, **values)
        place = reverse("claims-api:sample", args=[number, sample.pk])
        return self.answer(SampleOut, sample, status=201, location=place)


class SampleDetail(ClaimView):
    """One sample."""

    def sample(self) -> Sample:
        """The sample of the path; raises DoesNotExist."""
        return self.claim.samples.get(pk=self.kwargs["pk"])

    @operation("Read a sample", answer=SampleOut)
    def get(self, request: Request, number: str, pk: int) -> Response:
        return self.answer(SampleOut, self.sample())

    @operation("Say what became of a sample", body=SamplePatch, answer=SampleOut)
    def patch(self, request: Request, number: str, pk: int) -> Response:
        values: dict[str, Any] = self.values(SamplePatch)
        with self.lock(values, of=self.sample) as sample:
            changed = commands.update_sample(
                actor=self.actor, claim=self.claim, sample=sample, values=values
            )
        return self.answer(SampleOut, changed)
