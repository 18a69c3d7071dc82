"""Files of a claim: what is let in, how it is served, what happens to what is refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from claims.commands import attach_file
from claims.models import Attachment
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("above_met")

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def photo(name: str = "IMG_1.jpg", size: tuple[int, int] = (900, 600), colour: str = "red"):
    out = BytesIO()
    picture = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def table(name: str = "moisture.csv", content: bytes = b"hour;share\n1;0,3\n"):
    return SimpleUploadedFile(name, content, "text/csv")


def test_a_file_is_kept_as_it_came_and_history_knows_its_hash(cast: Cast):
    claim = cast.report()
    kept = attach_file(
        actor=cast.actor("handler"), claim=claim, upload=table(), description="Dryer"
    )
    assert kept.file.read() == b"hour;share\n1;0,3\n"
    assert (kept.name, kept.media_type, kept.is_image) == ("moisture.csv", "text/csv", False)
    assert "moisture" not in str(kept.file.name)
    event = Event.objects.filter(claim_id=claim.pk).latest("id")
    assert (event.kind, event.data["sha256"]) == ("claim.file_added", kept.sha256)


def test_the_same_content_is_kept_once(cast: Cast):
    claim = cast.report()
    first = attach_file(actor=cast.actor("handler"), claim=claim, upload=table())
    again = attach_file(actor=cast.actor("handler"), claim=claim, upload=table("copy.csv"))
    assert again.pk == first.pk
    assert Event.objects.filter(kind="claim.file_added").count() == 1


def test_what_is_dangerous_stays_outside(cast: Cast):
    claim = cast.report()
    for name, content in (("x.svg", SVG), ("x.html", b"<script>1</script>"), ("x.exe", b"MZ\x90")):
        with pytest.raises(InvalidInput) as refused:
            attach_file(
                actor=cast.actor("handler"),
                claim=claim,
                upload=SimpleUploadedFile(name, content, "image/png"),
            )
        assert list(refused.value.fields) == ["file"]
    assert not Attachment.objects.exists()


def test_who_may_not_add_files(cast: Cast):
    claim = cast.report()
    for person in ("auditor", "manager", "employee", "outsider"):
        with pytest.raises(NotPermitted):
            attach_file(actor=cast.actor(person), claim=claim, upload=table())


def test_downloads_are_saved_and_never_run(cast: Cast, browse):
    claim = cast.report()
    kept = attach_file(actor=cast.actor("handler"), claim=claim, upload=table("Отчёт.csv"))
    answer = browse(cast.handler).get(f"/claims/{claim.number}/files/{kept.pk}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"hour;share\n1;0,3\n"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")


def test_previews_are_drawn_anew(cast: Cast, browse):
    claim = cast.report()
    original = photo(size=(2400, 1200))
    content = original.read()
    original.seek(0)
    kept = attach_file(actor=cast.actor("handler"), claim=claim, upload=original)
    client = browse(cast.handler)
    for page, edge in (("thumbnail", 480), ("preview", 1600)):
        answer = client.get(f"/claims/{claim.number}/files/{kept.pk}/{page}/")
        drawn = Image.open(BytesIO(answer.content))
        assert max(drawn.size) == edge
        assert not drawn.getexif()
        assert b"Secret camera" in content
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_document_has_no_preview(cast: Cast, browse):
    claim = cast.report()
    kept = attach_file(actor=cast.actor("handler"), claim=claim, upload=table())
    for page in ("thumbnail", "preview", "view"):
        answer = browse(cast.handler).get(f"/claims/{claim.number}/files/{kept.pk}/{page}/")
        assert answer.status_code == 404


def test_files_of_a_claim_out_of_sight_do_not_exist(cast: Cast, browse):
    claim, own = cast.report(), cast.report(by=cast.outsider)
    kept = attach_file(actor=cast.actor("handler"), claim=claim, upload=photo())
    client = browse(cast.outsider)
    for page in ("", "thumbnail/", "preview/", "view/"):
        assert client.get(f"/claims/{claim.number}/files/{kept.pk}/{page}").status_code == 404
        # Nor under the number of a claim that is in sight.
        assert client.get(f"/claims/{own.number}/files/{kept.pk}/{page}").status_code == 404


def test_the_tab_lists_files_and_takes_several(cast: Cast, browse):
    claim = cast.report()
    client = browse(cast.handler)
    address = f"/claims/{claim.number}/files/"
    answer = client.post(
        address, {"uploads": [photo("a.jpg"), table()], "description": "From the box"}, follow=True
    )
    page = answer.content.decode()
    assert "2 files added" in page
    assert page.count("From the box") == 2
    assert "a.jpg" in page
    photos = client.get(address, {"kind": "photos"}).content.decode()
    assert "a.jpg" in photos
    assert "moisture.csv" not in photos
    documents = client.get(address, {"kind": "documents"}).content.decode()
    assert "moisture.csv" in documents
    assert "a.jpg" not in documents


def test_a_refused_file_is_named_and_the_others_are_kept(cast: Cast, browse):
    claim = cast.report()
    bad = SimpleUploadedFile("logo.svg", SVG, "image/svg+xml")
    answer = browse(cast.handler).post(
        f"/claims/{claim.number}/files/", {"uploads": [bad, table()]}, follow=True
    )
    page = answer.content.decode()
    assert "1 file added" in page
    assert "logo.svg was not kept." in page
    assert [each.name for each in claim.attachments.all()] == ["moisture.csv"]


def test_sending_nothing_says_so(cast: Cast, browse):
    claim = cast.report()
    answer = browse(cast.handler).post(f"/claims/{claim.number}/files/", {"description": "x"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_nothing_deletes_a_file(cast: Cast, browse):
    claim = cast.report()
    kept = attach_file(actor=cast.actor("handler"), claim=claim, upload=table())
    client = browse(cast.quality_manager)
    assert client.delete(f"/claims/{claim.number}/files/{kept.pk}/").status_code == 405
    assert client.post(f"/claims/{claim.number}/files/{kept.pk}/").status_code == 405
    assert Attachment.objects.count() == 1


def test_the_viewer_leads_to_the_neighbours(cast: Cast, browse):
    claim = cast.report()
    kept = [
        attach_file(actor=cast.actor("handler"), claim=claim, upload=photo(f"{c}.jpg", colour=c))
        for c in ("red", "green", "blue")
    ]
    page = browse(cast.handler).get(f"/claims/{claim.number}/files/{kept[1].pk}/view/")
    text = page.content.decode()
    assert "2 / 3" in text
    for neighbour in (kept[0], kept[2]):
        assert f"/claims/{claim.number}/files/{neighbour.pk}/view/" in text
