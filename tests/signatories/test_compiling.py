"""What typst makes: once for the same content, few at once, and with few attempts whatever somebody typed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest
import typst

from localdigital import compiling
from localdigital.site.movement.picture import png
from signatories.certificate import typesetting

READERS = 8


@pytest.fixture
def compiles(monkeypatch):
    """What was compiled: the name of the template, or None."""
    made, compile_it = [], typst.compile

    def noted(source, **options):
        made.append(getattr(source, "stem", None))
        return compile_it(source, **options)

    monkeypatch.setattr(typst, "compile", noted)
    typesetting.HAS_GLYPH.clear()
    return made


def a_document(text):
    """A small document that shows that text."""
    return {"letters": [text]}


def all_at_once(ask):
    """What each of the READERS is given who ask at the same moment."""
    together = Barrier(READERS)

    def reader(_):
        together.wait(timeout=20)
        return ask()

    with ThreadPoolExecutor(READERS) as threads:
        return list(threads.map(reader, range(READERS)))


def test_many_who_ask_for_the_same_document_have_it_made_once(compiles):
    given = all_at_once(lambda: typesetting.pdf("letters", a_document("For eight readers")))
    assert compiles == ["letters"]
    assert len(set(given)) == 1


def test_many_who_ask_for_the_same_picture_have_it_made_once(compiles):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="5"></svg>'
    assert all_at_once(lambda: png(drawing))[0].startswith(b"\x89PNG")
    assert len(compiles) == 1


def test_only_a_few_are_made_at_once(monkeypatch):
    guard, now, most, enough = Lock(), [0], [0], Event()

    def slow(source, **options):
        with guard:
            now[0] += 1
            most[0] = max(most[0], now[0])
            if now[0] > compiling.MOST_AT_ONCE:
                enough.set()
        enough.wait(timeout=0.05)
        with guard:
            now[0] -= 1

    monkeypatch.setattr(typst, "compile", slow)
    all_at_once(lambda: compiling.compiled(b""))
    assert most[0] == compiling.MOST_AT_ONCE


def test_all_letters_that_no_font_has_are_found_in_one_go(compiles):
    text = "".join(map(chr, range(0x12000, 0x12400)))
    assert b"pdfuaid" in typesetting.pdf("letters", a_document(text))
    assert len(compiles) == 2  # the letters by themselves, and the document without them
    typesetting.pdf("letters", a_document(text[::-1]))
    assert len(compiles) == 3  # what no font has is known by now


def test_text_with_which_typst_fails_within_makes_an_accessible_file(monkeypatch, compiles):
    class PanicException(BaseException):
        """As typst raises it."""

    compile_noted = typst.compile

    def fails_within(source, **options):
        if source.stem == "letters" and "ب" in options["sys_inputs"]["data"]:
            compiles.append("failed")
            raise PanicException
        return compile_noted(source, **options)

    monkeypatch.setattr(typst, "compile", fails_within)
    assert b"pdfuaid" in typesetting.pdf("letters", a_document("one ب two"))
    assert compiles == ["failed", "failed", "letters"]  # the letters by themselves, all of it, and what is plain
