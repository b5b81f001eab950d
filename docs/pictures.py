"""Draws the docs' pictures, light and dark: from the tests' goldens the comment, with GitHub's own stylesheet, and the fleet's page;
and the first minute in a terminal, from what the commands print.

npm install --prefix /tmp/css github-markdown-css
python docs/pictures.py --css /tmp/css/node_modules/github-markdown-css [--browser chromium]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from pathlib import Path

import cmarkgfm
import terminal

HERE = Path(__file__).parent
GOLDENS = HERE.parent / "tests" / "report" / "goldens"
PICTURES = {
    "comment": "blocked.comment.md",
    "first-comment": "first-run.comment.md",
    "ready": "ready.comment.md",
    "undetermined": "undetermined.comment.md",
    "forecast": "forecast.markdown",
}
FLEET = HERE.parent / "tests" / "fleet" / "goldens" / "example.html"
WIDTH, WIDTH_OF_FLEET, WIDTH_OF_TERMINAL = 900, 1200, 830
PAPER = {"light": "#ffffff", "dark": "#0d1117"}
PAGE = """<!doctype html><meta charset="utf-8"><style>{css}
html, body {{ margin: 0; background: {paper}; }}
.markdown-body {{ box-sizing: border-box; padding: 24px 28px; font-size: 14px; }}
.task-list-item {{ list-style: none; }}
.task-list-item input {{ margin: 0 .35em .25em -1.6em; vertical-align: middle; }}
</style><article class="markdown-body">{body}</article>"""
MEASURE = "<script>document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)</script>"
POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')
SCHEMES = {"light": "1", "dark": "0"}  # Blink's own numbers of what the reader's system prefers


def page(markdown: str, css: str, theme: str) -> str:
    """The Markdown as GitHub shows it. Boxes are set here: cmark-gfm takes `[ ]` before a link for a ticked one."""
    html = cmarkgfm.markdown_to_html_with_extensions(
        markdown,
        options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE,
        extensions=["table", "autolink", "strikethrough"],
    )
    body = re.sub(r"<li>(<p>)?\[ \]", r'<li class="task-list-item">\1<input type="checkbox">', html)
    return PAGE.format(css=css, paper=PAPER[theme], body=body)


def draw(
    browser: str, html: str, target: Path, theme: str, width: int = WIDTH, scale: int = 1
) -> None:
    """One picture, as high as its content: the page is opened once to measure it, once to draw it.

    `scale`: pixels of the picture for each of the page.
    """
    scheme = f"--blink-settings=preferredColorScheme={SCHEMES[theme]}"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(POLICY.sub("", html) + MEASURE, encoding="utf-8")
        measured = _browse(browser, folder, source, "--dump-dom", f"--window-size={width},800")
        height = re.search(r'data-height="(\d+)"', measured)
        if height is None:
            raise SystemExit(f"{browser} did not say how high the page is")
        _browse(
            browser,
            folder,
            source,
            scheme,
            f"--screenshot={target}",
            f"--force-device-scale-factor={scale}",
            f"--window-size={width},{height[1]}",
        )


def _browse(browser: str, folder: str, source: Path, *wish: str) -> str:
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--hide-scrollbars",
        "--disable-sync",
    ]
    flags += [
        "--disable-background-networking",
        "--disable-component-update",
        f"--user-data-dir={folder}/profile",
    ]
    command = [browser, *flags, *wish, source.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603 - ours


def main() -> None:
    """Every picture in both themes."""
    given = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("--css", type=Path, required=True, help="the folder of github-markdown-css")
    given.add_argument("--browser", default="chromium")
    given.add_argument("--into", type=Path, default=HERE / "pictures")
    chosen = given.parse_args()
    for name, golden in PICTURES.items():
        markdown = (GOLDENS / golden).read_text(encoding="utf-8")
        for theme in PAPER:
            css = (chosen.css / f"github-markdown-{theme}.css").read_text(encoding="utf-8")
            target = chosen.into / f"{name}-{theme}.png"
            draw(chosen.browser, page(markdown, css, theme), target, theme)
    with tempfile.TemporaryDirectory() as folder:
        shown = terminal.first_minute(Path(folder))
    for theme in PAPER:
        html = FLEET.read_text(encoding="utf-8")
        draw(chosen.browser, html, chosen.into / f"fleet-{theme}.png", theme, WIDTH_OF_FLEET)
        target = chosen.into / f"first-minute-{theme}.png"
        draw(chosen.browser, terminal.page(shown, theme), target, theme, WIDTH_OF_TERMINAL, scale=2)


if __name__ == "__main__":
    main()
