"""Every text is translated, none by guess, and the catalogue is the one the sources make."""

from tools import messages


def test_the_russian_catalogue_is_complete_and_fresh():
    found = messages.problems()
    assert not found, f"./run messages collects, a translator fills: {len(found)}\n" + "\n".join(
        found[:40]
    )
