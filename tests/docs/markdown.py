"""The parts of a page that tests check: code blocks with the comment before them, links, headings."""

import pathlib
import re

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
USER_PAGES = sorted((REPOSITORY / "docs").glob("*.md"))
INNER_PAGES = sorted((REPOSITORY / "docs/how-it-works").glob("*.md"))
PAGES = [REPOSITORY / "README.md", *USER_PAGES, *INNER_PAGES]

# <!-- shown: SCENE -->                     each command after `$ ` prints the lines that follow it
# <!-- shown: SCENE: COMMAND -->            the lines before the first `$ ` are printed by COMMAND
# <!-- shown: SCENE on 80x24: COMMAND -->   the same, on a terminal of that size
# SCENE is in scenes.py, or is `then`: continue where the previous block ended.
SHOWN = re.compile(r"<!-- shown: (?P<scene>[\w-]+)(?: on (?P<columns>\d+)x(?P<rows>\d+))?(?:: (?P<command>.*))? -->")
FENCE = re.compile(r"( *)```(\w*)$")


class Block:
    def __init__(self, page, line, language, lines, comment):
        self.page, self.line, self.language, self.lines = page, line, language, lines
        self.shown = SHOWN.fullmatch(comment) if comment.startswith("<!-- shown") else None
        if comment.startswith("<!-- shown") and not self.shown:
            raise AssertionError(f"{self.place}: what is {comment!r}?")

    @property
    def place(self):
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


def blocks(page):
    """Fenced blocks, and indented ones after a blank line."""
    lines = page.read_text().splitlines()
    found, at, comment, blank = [], 0, "", True
    while at < len(lines):
        line = lines[at]
        fence = FENCE.match(line)
        if fence:
            begin, indent = at, len(fence[1])
            at += 1
            while lines[at].strip() != "```":
                at += 1
            found.append(Block(page, begin + 1, fence[2], [text[indent:] for text in lines[begin + 1:at]], comment))
            comment, blank = "", True
        elif blank and line.startswith("    "):
            begin = at
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                at += 1
            body = lines[begin:at]
            while not body[-1].strip():
                body.pop()
            indent = min(len(text) - len(text.lstrip()) for text in body if text.strip())
            found.append(Block(page, begin + 1, "", [text[indent:] for text in body], comment))
            comment, blank, at = "", True, at - 1
        elif line.startswith("<!--"):
            comment, blank = line, True
        else:
            blank = not line.strip()
            if not blank:
                comment = ""
        at += 1
    return found


def prose(page):
    lines = page.read_text().splitlines()
    for block in blocks(page):
        for at in range(block.line - 1, block.line - 1 + len(block.lines) + (2 if "```" in lines[block.line - 1] else 0)):
            lines[at] = ""
    return "\n".join(lines)


def anchors(page):
    """The anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\]\([^)]*\)", "", text)).strip().lower().replace(" ", "-") for text in headings}
