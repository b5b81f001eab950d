"""The image is asked for as anybody would, at a registry of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from rehearsal.github_api import NotDone
from rehearsal.image import pull
from rehearsal.registry import registry


def test_a_public_image_is_pulled_without_credentials() -> None:
    with registry() as image:
        pull(image)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: registry(public=False), "is the package public"),
        (lambda: registry(sent=b"{}"), "something else than the digest says"),
    ],
)
def test_an_image_that_not_everybody_gets_is_told(
    made: Callable[[], AbstractContextManager[str]], says: str
) -> None:
    with made() as image, pytest.raises(NotDone, match=says):
        pull(image)


@pytest.mark.parametrize("image", ["python", "127.0.0.1:1/org/gate@sha256:00"])
def test_an_image_that_nobody_can_be_asked_for_is_told(image: str) -> None:
    with pytest.raises(NotDone, match=r"not of the form|could not be reached"):
        pull(image)
