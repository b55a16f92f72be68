"""From a key to its results: how long the page takes to show what was typed, in Chromium.

::

    python -m bench.typing QUESTIONS INDEX [PAUSE]

QUESTIONS is a file of bench.peers, INDEX that of its corpus; playwright and Chromium have to be
installed (NUTGRAF_CHROMIUM says where). Words are typed letter by letter, one every PAUSE
milliseconds. What is counted is how long it takes from the key event of the last letter until
the results of the whole word are in the document. No word is typed twice.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.load import serving
from bench.queries import Question, read

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS = 40
PAUSE = 120  # milliseconds from one letter to the next, as of a quick typist
_LETTERS = range(4, 11)  # of a word that is typed

# When the last key was pressed, and when results were put in the page since.
_WATCH = """
() => {
  const box = document.getElementById("q");
  window.pressed = 0;
  window.told = 0;
  const now = () => performance.now();
  box.addEventListener("keydown", () => { window.pressed = now(); window.told = 0; }, true);
  new MutationObserver(() => {
    const asked = new URLSearchParams(location.search).get("q");
    if (asked === box.value) window.told ||= now();
  }).observe(document.getElementById("main"), { childList: true });
}
"""


def words_of(questions: list[Question]) -> list[str]:
    """Different words of the questions, of an ordinary length."""
    words = dict.fromkeys(word for each in questions for word in each.words)
    return [word for word in words if word.isalpha() and len(word) in _LETTERS]


def type_words(page: Page, words: list[str], pause: float) -> list[float]:
    """Type each word into the box, and wait for its results; milliseconds of each."""
    taken = []
    for word in words:
        page.fill("#q", "")
        page.wait_for_timeout(200)  # until nothing is under way any more
        page.type("#q", word, delay=pause)
        page.wait_for_function("window.told > 0")
        taken.append(float(page.evaluate("window.told - window.pressed")))
    return taken


def main() -> None:
    """Serve, type, and print how long it took."""
    from playwright.sync_api import sync_playwright

    if len(sys.argv) not in (3, 4):
        raise SystemExit("usage: python -m bench.typing QUESTIONS INDEX [PAUSE]")
    words = words_of(read(Path(sys.argv[1])))[: 2 * WORDS]
    pause = float(sys.argv[3]) if len(sys.argv) == 4 else PAUSE
    chromium = os.environ.get("NUTGRAF_CHROMIUM") or shutil.which("chromium")
    with serving(Path(sys.argv[2]).resolve()) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(bypass_csp=True)  # to look at it by scripts of ours
        page.goto(f"http://127.0.0.1:{port}/?q=a")
        page.evaluate(_WATCH)
        type_words(page, words[:5], pause)
        taken = sorted(type_words(page, words[5 : 5 + WORDS], pause))
        browser.close()
    p90 = taken[int(len(taken) * 0.9)]
    print(f"{len(taken)} words, a letter each {pause:g} ms; from the last key to its results:")
    print(f"p50 {statistics.median(taken):.0f} ms, p90 {p90:.0f} ms, most {taken[-1]:.0f} ms")


if __name__ == "__main__":
    main()
