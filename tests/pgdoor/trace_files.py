"""Golden conversations: files of what a client says (>) and what the server answers (<).

    # free text
    > query("SELECT 1")
    < RowDescription ?column?:23
    us< …, pg< …      lines of which our server and a real PostgreSQL each answer their own

A client's line is a call of wire.py. Consecutive ones leave in one packet. … in an answer stands for anything.
"""

import ast
import difflib
import pathlib
import re
import socket

import wire

FOLDER = pathlib.Path(__file__).parent / "traces"
QUIET = 0.4
PREFIXES = {"us< ": "us", "pg< ": "pg", "< ": None}


def turns(path):
    """The conversation as [(what the client says), (who, line)…]."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("> "):
            if not found or found[-1][1]:
                found.append(([], []))
            found[-1][0].append(line[2:])
        for prefix, who in PREFIXES.items():
            if line.startswith(prefix):
                found[-1][1].append((who, line[len(prefix):]))
    return found


def packet(call):
    tree = ast.parse(call, mode="eval").body
    return getattr(wire, tree.func.id)(*map(ast.literal_eval, tree.args))


def answer(connection, said):
    """What the server says to these calls: to the last ReadyForQuery, the end, or silence."""
    ends = said[-1].startswith(("query(", "sync(", "copy_done(", "copy_fail("))
    came = []
    connection.socket.settimeout(wire.PATIENCE if ends else QUIET)
    try:
        while True:
            came.append(connection.read())
            if ends and came[-1].tag == b"Z":
                break
            if came[-1].tag == b"G":
                connection.socket.settimeout(QUIET)
    except socket.timeout:
        pass
    except (wire.Closed, ConnectionResetError):
        return [*map(str, came), "closed"]
    return [str(each) for each in came]


def matches(expected, came):
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return re.fullmatch(pattern, came, re.DOTALL) is not None


def play(path, server, who):
    """Plays it; gives the first turn that goes otherwise as (said, expected, came), or None."""
    with wire.Connection(server) as connection:
        for said, lines in turns(path):
            expected = [line for owner, line in lines if owner in (None, who)]
            connection.send(*map(packet, said))
            came = answer(connection, said)
            same = len(came) == len(expected) and all(map(matches, expected, came))
            if not same:
                return said, expected, came
    return None


def ends_turn(said, following):
    """Whether an answer is due after these calls."""
    name = said[-1].split("(")[0]
    if name.startswith("copy_") and following.startswith("> sync("):
        return False
    return name in ("sync", "flush", "copy_done", "copy_fail", "terminate") or (name == "query" and len(said) == 1)


def without_words(ours, theirs):
    """One line for two error reports that differ in their words only, which are each engine's own."""
    us, them = ours.split(" | "), theirs.split(" | ")
    same = len(us) > 2 and us[:2] == them[:2] and us[3:] == them[3:]
    return " | ".join([*us[:2], "…", *us[3:]]) if same else None


def common(ours, theirs):
    """The lines of two answers, as a file has them."""
    merged, matcher = [], difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        words = [without_words(*pair) for pair in zip(ours[a:b], theirs[c:d])]
        if kind == "equal":
            merged += ["< " + line for line in ours[a:b]]
        elif b - a == d - c and all(words):
            merged += ["< " + line for line in words]
        else:
            merged += ["us< " + line for line in ours[a:b]] + ["pg< " + line for line in theirs[c:d]]
    return merged


def record(path, ours, theirs):
    """Writes the file anew with what our server and a PostgreSQL answer, for somebody to judge."""
    written, said = [], []
    with wire.Connection(ours) as us, wire.Connection(theirs) as them:
        lines = [line for line in path.read_text().splitlines() if not line.startswith(tuple(PREFIXES))]
        for line, following in zip(lines, [*lines[1:], ""]):
            written.append(line)
            if line.startswith("> "):
                said.append(line[2:])
            if said and ends_turn(said, following):
                for connection in (us, them):
                    connection.send(*map(packet, said))
                written += common(answer(us, said), answer(them, said))
                said = []
    path.write_text("\n".join(written) + "\n")
