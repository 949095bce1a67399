"""The public header compiles alone, as C and as C++; the library exports what the header declares and nothing else."""
import pathlib
import re
import shutil
import subprocess

import pytest
from test_airport_types import LIBRARY

ROOT = pathlib.Path(__file__).parent.parent.parent
HEADER = ROOT / "include" / "airport.h"

PROGRAM = r"""
#include <airport.h>
#include <cstdio>
#include <string>

static bool scan(void *, airport_call *, const airport_scan_options *, ArrowArrayStream *out, airport_error *err) {
    airport_field field{};
    field.size = sizeof field;
    field.name = "n";
    field.format = "l";
    ArrowSchema schema;
    return airport_schema_from_fields(&field, 1, &schema, err) && airport_stream_from_batches(&schema, nullptr, 0, out, err);
}

int main() {
    airport_error err{};
    airport_server_config config{};
    config.size = sizeof config;
    config.port = -1;
    airport_simple_table table{};
    airport_field field{};
    field.size = sizeof field;
    field.name = "n";
    field.format = "l";
    table.size = sizeof table;
    table.name = "t";
    table.fields = &field;
    table.field_count = 1;
    table.scan = scan;
    auto *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "s", nullptr);
    airport_builder_simple_table(builder, &table);
    if (!airport_catalog_builder_finish(builder, &config.catalog, &err))
        return 1;
    airport_server *server = airport_server_create(&config, &err);
    bool ok = server && airport_server_start(server, &err);
    std::printf("%s %d\n", std::string(airport_version()).c_str(), ok ? airport_server_port(server) : -1);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return ok ? 0 : 1;
}
"""


@pytest.mark.parametrize("compiler, flags", [
    ("gcc", ["-std=c11", "-xc"]), ("gcc", ["-std=c17", "-xc"]), ("g++", ["-std=c++17", "-xc++"]),
    ("clang", ["-std=c11", "-xc", "-Wcast-align", "-Wundef"]),
])
def test_header_compiles_alone(compiler, flags):
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")
    subprocess.run([compiler, *flags, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", HEADER], check=True)


def test_header_is_readable_in_an_hour():
    assert len(HEADER.read_text().splitlines()) < 2000


def test_exports_are_what_the_header_declares():
    declared = set(re.findall(r"\b(airport_[a-z0-9_]+)\(", re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)))
    symbols = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True, capture_output=True, text=True).stdout
    exported = {line.split()[-1].split("@")[0] for line in symbols.splitlines() if " T " in line or " D " in line}
    assert exported == declared


def test_no_symbol_is_lost():
    """Programs that were linked with an older library find what they need in this one."""
    symbols = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True, capture_output=True, text=True).stdout
    exported = {line.split()[-1] for line in symbols.splitlines() if " T " in line}
    recorded = [line for line in (pathlib.Path(__file__).parent / "abi.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"airport_\w+@@LIBAIRPORT_\d+", symbol) for symbol in recorded)
    assert sorted(exported) == recorded


def test_a_cpp_program(tmp_path):
    if not shutil.which("g++") or "san" in str(LIBRARY):
        pytest.skip("needs g++ and a library without sanitizers")
    (tmp_path / "main.cpp").write_text(PROGRAM)
    subprocess.run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", f"-I{HEADER.parent}", tmp_path / "main.cpp", "-o",
                    tmp_path / "program", f"-L{LIBRARY.parent}", "-lairport", f"-Wl,-rpath,{LIBRARY.parent}"], check=True)
    output = subprocess.run([tmp_path / "program"], check=True, capture_output=True, text=True).stdout
    assert re.match(r"\d+\.\d+\.\d+ [1-9]\d+", output)
