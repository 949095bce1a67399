"""The documentation holds: every block of every page does what the page says, and the site builds with all its links."""

import os
import re
import subprocess

import pytest

import pages
import process

pytestmark = pytest.mark.skipif(process.IS_SANITIZED, reason="readers have no sanitized builds")

PAGES = sorted(path for path in [process.ROOT / "README.md", *pages.DOCS.rglob("*.md")]
               if any(block.runs for block in pages.blocks(path)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(process.ROOT)))
def test_blocks(page, tmp_path):
    absent = set()
    with pages.Reader(tmp_path) as reader:
        for block in pages.blocks(page):
            need = pages.missing(block) if block.runs else None
            if need:
                absent.add(str(need))
                reader.printed = None
            elif not (block.word("output") and reader.printed is None):
                try:
                    reader.follow(block)
                except (AssertionError, subprocess.TimeoutExpired) as why:
                    pytest.fail(f"{page}:{block.line}: {why}", pytrace=False)
    if absent:
        pytest.skip(f"not installed: {', '.join(sorted(absent))}; all other blocks are right")


def test_words_are_known():
    known = {"file", "server", "output", "fails", "needs", "shown"}
    for page in pages.DOCS.rglob("*.md"):
        for block in pages.blocks(page):
            words = {word.partition("=")[0] for word in block.words}
            assert words <= known, f"{page}:{block.line}"


def test_every_layer_is_described():
    layers = re.findall(r"^layer (\w+)", (process.ROOT / "tools/layers.txt").read_text(), re.MULTILINE)
    page = (pages.DOCS / "contributing/architecture.md").read_text()
    assert layers and [layer for layer in layers if f"`{layer}`" not in page] == []


def test_the_site_builds(tmp_path):
    """MkDocs warns of links and anchors that lead nowhere and of pages without a place; --strict makes that a failure."""
    mkdocs = process.ROOT / ".deps/venv-docs/bin/mkdocs"
    done = subprocess.run([mkdocs, "build", "--strict", "--site-dir", tmp_path / "site"], cwd=process.ROOT,
                          env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "mallardb_password" in (tmp_path / "site/server/settings.html").read_text().lower()
