"""The program prints every output that README.md and docs/ show: each block marked `shown` is produced again, in a
scene of scenes.py, and compared. UPDATE_SHOWN=1 rewrites the blocks, except for terminals; then read the diff."""

import concurrent.futures
import difflib
import os
import re
import unittest

import scenes  # also adds the harness to the path
from compare import PROGRESS, difference, plain
from markdown import PAGES, blocks
import terminal as terminals
from terminal import Terminal

UPDATE = os.environ.get("UPDATE_SHOWN") == "1"
changed = []  # blocks and what was printed

terminals.HANG = 40  # the screen soon looks as shown, or never does


def parts(block):
    """The commands of a block, each with the shown part of its output."""
    command, lines, result = block.shown["command"], [], []
    for line in block.lines + ["$ "]:
        if line.startswith("$ "):
            if command:
                result.append((command, "\n".join(lines)))
            elif "".join(lines).strip():
                raise AssertionError(f"{block.place}: what prints {lines[0]!r}?")
            command, lines = line[2:], []
        else:
            lines.append(line)
    return result


def on_a_terminal(scene, block):
    """How the screen differed; empty: not at all. The scene must stand still once it looks as shown."""
    program, *arguments = block.shown["command"].split()
    assert program == "envlink", block.place
    terminal = Terminal(arguments, scene.folder, scene.environment, int(block.shown["columns"]), int(block.shown["rows"]))
    shown = plain(block.text).strip()
    try:
        terminal.wait_until(lambda rows: shown in plain("\n".join(rows)))
    except AssertionError as error:
        return str(error)
    finally:
        terminal.close()
    return None


def shortened(output):
    """For a long output: the first and the last lines of progress, without the plan before them."""
    lines = output.rstrip("\n").splitlines()
    progress = [at for at, line in enumerate(lines) if PROGRESS.match(line)]
    if len(lines) <= 24 or len(progress) < 6:
        return lines
    return ["…", *lines[progress[0]:progress[3]], "…", *lines[progress[-3]:]]


def excerpt(shown, output, exact):
    """The printed lines that are most similar to the shown ones, with the page's `…` between them; None: no match."""
    printed, result, at = output.splitlines(), [], 0
    for line in shown.rstrip("\n").splitlines():
        if line.strip() in ("", "…"):
            result.append(line)
            continue
        like = [difflib.SequenceMatcher(None, plain(line), plain(other)).ratio() for other in printed[at:]]
        if max(like, default=0) < 0.5:
            return None
        at += like.index(max(like)) + 1
        result.append(printed[at - 1])
    return None if difference("\n".join(result), output, exact) else result


def rewrite(page, new_lines):
    """`new_lines`: the new lines by block."""
    lines = page.read_text().splitlines()
    for block, shown in sorted(new_lines, key=lambda one: -one[0].line):
        fenced = "```" in lines[block.line - 1]
        begin = block.line if fenced else block.line - 1
        margin = re.match(" *", lines[block.line - 1])[0] if fenced else "    "
        lines[begin:begin + len(block.lines)] = [(margin + line).rstrip() for line in shown]
    page.write_text("\n".join(lines) + "\n")


def check(page_blocks):
    """Checks the blocks of one scene, in order. Returns the differences."""
    wrong = []
    scene = scenes.ALL[page_blocks[0].shown["scene"]]()
    try:
        for block in page_blocks:
            if block.shown["columns"]:
                told = on_a_terminal(scene, block)
                wrong += [f"{block.place}: {told}"] if told else []
                continue
            printed, differs = [], False
            for command, shown in parts(block):
                output = scene.run(command)
                told = difference(shown, output, scene.exact)
                wrong += [f"{block.place}: $ {command}\n{told}"] if told else []
                differs = differs or bool(told)
                printed += [] if command == block.shown["command"] and not printed else [f"$ {command}"]
                printed += excerpt(shown, output, scene.exact) or shortened(output) if told else shown.rstrip("\n").splitlines()
                printed += [""] if shown.endswith("\n") else []
            if UPDATE and differs:
                changed.append((block, printed))
    finally:
        scene.close()
    return wrong


def by_scene():
    result = []
    for page in PAGES:
        for block in blocks(page):
            if block.shown and block.shown["scene"] == "then":
                result[-1].append(block)
            elif block.shown:
                result.append([block])
    return result


class Shown(unittest.TestCase):
    def test_every_shown_output_is_what_the_program_prints(self):
        only = os.environ.get("ONLY", "")
        chosen = [blocks for blocks in by_scene() if only in blocks[0].place]
        self.assertTrue(chosen)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            wrong = [text for result in pool.map(check, chosen) for text in result]
        for page in PAGES:
            rewrite(page, [one for one in changed if one[0].page == page])
        self.assertFalse(wrong, "\n\n".join(["", *wrong]))


if __name__ == "__main__":
    unittest.main()
