"""What the compiler and the linker were told to make harder is in the program and in the library."""

import subprocess

import pytest

from process import PROGRAM

FILES = {"server": PROGRAM, "library": PROGRAM.parent / "libairport.so"}


def readelf(option, path):
    return subprocess.run(["readelf", "-W", option, path], check=True, text=True, capture_output=True).stdout


@pytest.mark.parametrize("name", FILES)
def test_programs_are_hardened(name):
    path = FILES[name]
    symbols, dynamic, segments = readelf("--dyn-syms", path), readelf("-d", path), readelf("-l", path)
    if "san_init" in symbols:
        pytest.skip("sanitizers are protection enough")
    assert "DYN" in readelf("-h", path)  # at any address
    assert "BIND_NOW" in dynamic and "GNU_RELRO" in segments
    stack = next(line for line in segments.splitlines() if "GNU_STACK" in line)
    assert "RWE" not in stack
    assert "__stack_chk_fail" in symbols
    assert "_chk@" in symbols.replace("__stack_chk_fail@", "")  # _FORTIFY_SOURCE
    assert "TEXTREL" not in dynamic and "RPATH" not in dynamic.replace("RUNPATH", "")
