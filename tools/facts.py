"""Reads the facts that the program is compiled from, for what is generated beside it: manual pages, the sample
configuration, the documentation's tables.

A data file's head comment declares its macros, `SETTING(id, name, …)`; its rows are calls of them. airport.h is
chapters of comments and declarations.
"""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def _arguments(text, at):
    """The arguments of a call whose opening parenthesis stands before `at`, as source text, and where it ends."""
    arguments, start, depth = [], at, 0
    while True:
        character = text[at]
        if character in "\"'":
            at = re.compile(rf"{character}(?:\\.|[^\\{character}])*{character}").match(text, at).end()
            continue
        if character == "," and depth == 0 or character == ")" and depth == 0:
            arguments.append(text[start:at].strip())
            start = at + 1
            if character == ")":
                return arguments, at + 1
        depth += (character == "(") - (character == ")")
        at += 1


def _value(source):
    """A C literal as Python's: strings joined and unquoted, NULL as None; other words stay as they are."""
    if source == "NULL":
        return None
    strings = re.findall(r'"((?:\\.|[^"\\])*)"', source)
    if strings:
        return re.sub(r"\\(.)", r"\1", "".join(strings))
    return source.strip("'")


def rows(file, macro):
    """The rows of data/FILE made with MACRO, each a dict by the argument names that the head comment declares."""
    text = (ROOT / "data" / file).read_text()
    declared = re.search(rf"^\s*\*\s*{macro}\(([^)]*)\)", text, re.MULTILINE)
    names = [name.strip() for name in re.sub(r"\n\s*\*", " ", declared[1]).split(",")]
    code = "\n".join(line for line in COMMENT.sub("", text).splitlines() if not line.lstrip().startswith("#"))
    found = []
    for call in re.finditer(rf"\b{macro}\(", code):
        values, _ = _arguments(code, call.end())
        found.append(dict(zip(names, map(_value, values), strict=True)))
    return found


# What stands for a value, as --help has it (src/server/help.c), which spells choices out.
PLACEHOLDERS = {"TEXT": "TEXT", "SECRET": "TEXT", "FILE": "FILE", "DIRECTORY": "DIR", "CHOICE": "WORD", "SWITCH": "",
                "NUMBER": "NUMBER", "DURATION": "TIME", "BYTES": "SIZE"}


def settings():
    """The rows of data/settings.def with what follows from them."""
    found = rows("settings.def", "SETTING")
    for row in found:
        row["flag"] = "--" + row["name"].replace("_", "-")
        row["variable"] = "MALLARDB_" + row["name"].upper()
        row["placeholder"] = PLACEHOLDERS[row["type"]]
        row["reloads"] = row["reload"] == "1"
        row["choices"] = (row["choices"] or "").split()
    return found


def default(row):
    """A setting's default as --help prints it, with the unit of a bare number; None without one."""
    if row["initial"] is None:
        return None
    bare = row["unit"] and row["initial"][-1:].isdigit()
    return f"{row['initial']} {row['unit']}" if bare else row["initial"]


def _prose(comment):
    """A block comment's text, its indentation kept behind the margin of the asterisks."""
    body = comment[2:-2].rstrip()
    return "\n".join(re.sub(r"^ \* ?", "", line) if line.startswith(" *") else line
                     for line in body.splitlines()).strip("\n")


def header_chapters(path=ROOT / "include/airport.h"):
    """airport.h as [(title, prose, code)]: the head comment first, then the chapters, "1 Arrow structs" …. Code is source text."""
    text = path.read_text()
    head = COMMENT.match(text)
    chapters = [("", _prose(head[0]).strip(), "")]
    mark = re.compile(r"/\* -{16,} +(\d+  .*?)(?: \*/|\n \*\n(.*?) \*/)\n", re.DOTALL)
    marks = list(mark.finditer(text))
    end = text.rindex("#ifdef __cplusplus")
    for here, following in zip(marks, marks[1:] + [None]):
        code = text[here.end():following.start() if following else end]
        prose = _prose("/*" + here[2] + "*/") if here[2] else ""
        chapters.append((" ".join(here[1].split()), prose.strip("\n"), code.strip("\n")))
    return chapters
