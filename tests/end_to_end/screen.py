"""What a person sees: the screen of a terminal, from the bytes sent to it. Like most terminals, it wraps lines when
it becomes narrower."""

import re
import unicodedata

CONTROL = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


def columns_of(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    def __init__(self, columns, rows):
        self.columns, self.height = columns, rows
        self._rows = [[]]  # of cells; a wide character takes its own and an empty one
        self._row = self._column = 0
        self.cursor, self.wraps, self.at_once, self.colour = True, True, False, ""
        self._rest = ""

    def feed(self, text):
        text = self._rest + text
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                control = CONTROL.match(text, at)
                if control is None:
                    break  # incomplete; the rest comes with the next bytes
                self._control(*control.groups())
                at = control.end()
            else:
                self._put(text[at])
                at += 1
        self._rest = text[at:]

    def rows(self):
        """The visible rows, without the empty ones at the end."""
        seen = ["".join(row).rstrip() for row in self._rows]
        while seen and not seen[-1]:
            seen.pop()
        return seen

    def column_of(self, wanted, row):
        """The column where `wanted` begins in that row."""
        cells = self._rows[row]
        return next(i for i in range(len(cells)) if "".join(cells[i:]).startswith(wanted) and cells[i])

    def resize(self, columns, rows):
        cells, at = [], 0
        for i, row in enumerate(self._rows):
            if i == self._row:
                at = len(cells)
            while len(row) > columns:
                cells.append(row[:columns])
                row = row[columns:]
            cells.append(row)
        self._rows, self._row = cells, at
        self.columns, self.height = columns, rows
        self._column = min(self._column, columns - 1)
        self._scroll()

    def _scroll(self):
        while len(self._rows) > self.height and self._row < len(self._rows) - 1:
            self._rows.pop()
        while len(self._rows) > self.height:
            self._rows.pop(0)
            self._row -= 1

    def _newline(self):
        self._row += 1
        if self._row == len(self._rows):
            self._rows.append([])
        self._scroll()

    def _put(self, character):
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._newline()
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character >= " ":
            width = columns_of(character)
            row = self._rows[self._row]
            if width == 0:
                if self._column and self._column <= len(row):
                    row[self._column - 1] += character
                return
            if self._column + width > self.columns:
                if self.wraps:
                    self._newline()
                    self._column = 0
                    row = self._rows[self._row]
                else:
                    self._column = self.columns - width
            while len(row) < self._column + width:
                row.append(" ")
            row[self._column] = character
            if width == 2:
                row[self._column + 1] = ""
            self._column += width

    def _control(self, parameter, command):
        if command == "A":
            self._row = max(0, self._row - int(parameter or 1))
        elif command == "K":
            del self._rows[self._row][self._column:]
        elif command == "J":
            del self._rows[self._row][self._column:]
            del self._rows[self._row + 1:]
        elif command == "m":
            self.colour = "" if parameter in ("", "0") else parameter
        elif parameter == "?25":
            self.cursor = command == "h"
        elif parameter == "?7":
            self.wraps = command == "h"
        elif parameter == "?2026":
            self.at_once = command == "h"
