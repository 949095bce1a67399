"""Golden conversations, played with our server and with a real PostgreSQL."""

import pytest

import trace_files as trace

TRACES = sorted(trace.FOLDER.glob("*.txt"))


def check(path, server, who):
    difference = trace.play(path, server, who)
    if difference:
        said, expected, came = difference
        pytest.fail("\n".join([f"{path.name}, {who}, after:", *("> " + each for each in said),
                               "expected:", *("< " + each for each in expected),
                               "came:", *("< " + each for each in came)]), pytrace=False)


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_trace(path, server):
    check(path, server, "us")


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_trace_with_postgresql(path, postgres):
    check(path, postgres, "pg")
