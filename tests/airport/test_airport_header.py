"""The public header compiles alone, as C and as C++; the library exports what the header declares and nothing else."""
import pathlib
import re
import shutil
import subprocess

import pytest
from test_airport_types import LIBRARY

ROOT = pathlib.Path(__file__).parent.parent.parent
HEADER = ROOT / "include" / "airport.h"
LAYOUT = pathlib.Path(__file__).parent / "abi_layout.txt"

# Handles, views and values: passed by value or in arrays that are stepped by their own size.
FIXED = {"airport_bytes", "airport_error", "airport_time_point", "airport_type", "airport_hugeint", "airport_interval",
         "airport_value", "airport_table", "airport_writer", "airport_field_path", "airport_arguments", "airport_processor",
         "airport_function", "airport_tag", "airport_schema", "airport_catalog", "airport_transactions", "airport_expression",
         "airport_filter", "airport_column_mapping", "airport_column_data", "airport_named_catalog"}

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


def declared_text():
    return re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)


def members_of(body):
    """The names that a struct's body declares at its own level."""
    while (flat := re.sub(r"\{[^{}]*\}", "", body)) != body:
        body = flat
    for declaration in body.split(";"):
        if function := re.search(r"\(\*(\w+)\)\(", declaration):
            yield function[1]
        else:
            yield from re.findall(r"(\w+)\s*(?:\[\w+\])?\s*(?:,|$)", declaration.strip())


def measure(folder):
    """Offset and size of every member, size of every struct, value of every enumerator, one line each."""
    lines = ["#include <stdio.h>", f'#include "{HEADER}"', "int main(void) {"]
    for name, body in re.findall(r"^struct (airport_\w+) \{\n(.*?)^\};", declared_text(), flags=re.S | re.M):
        lines.append(f'    printf("struct {name} %zu\\n", sizeof(struct {name}));')
        for member in members_of(body):
            lines.append(f'    printf("struct {name}.{member} %zu %zu\\n", offsetof(struct {name}, {member}), '
                         f"sizeof(((struct {name} *)0)->{member}));")
    for body in re.findall(r"^enum airport_\w+ \{(.*?)\}", declared_text(), flags=re.S | re.M):
        lines += [f'    printf("enum {name} %d\\n", (int){name});' for name in re.findall(r"\bAIRPORT_\w+", body)]
    (folder / "layout.c").write_text("\n".join([*lines, "}", ""]))
    subprocess.run(["cc", "-std=c11", folder / "layout.c", "-o", folder / "layout"], check=True)
    return subprocess.run([folder / "layout"], check=True, capture_output=True, text=True).stdout.splitlines()


def test_layouts_stay(tmp_path):
    """What programs were compiled with is where this library looks for it: members stay, structs with a size may grow."""
    recorded = [line for line in LAYOUT.read_text().splitlines() if not line.startswith("#")]
    assert len(recorded) > 400
    assert measure(tmp_path) == recorded


def test_what_may_grow_tells_its_size():
    """Structs without a size are those that can never grow; their list is closed."""
    for name, body in re.findall(r"^struct (airport_\w+) \{\n(.*?)^\};", declared_text(), flags=re.S | re.M):
        assert body.split(";")[0].split() == ["size_t", "size"] or name in FIXED, name


def test_the_page_for_go_programmers_names_what_there_is():
    """Each name of the page's C column: a function, a struct, an enumerator, or a member of the struct named before it."""
    layout = {line.split()[1] for line in LAYOUT.read_text().splitlines() if not line.startswith("#")}
    functions = set(re.findall(r"\b(airport_\w+)\(", declared_text()))
    page = (ROOT / "docs" / "libairport.md").read_text()
    rows = re.findall(r"^\| (.*?) \| (.*) \|$", page[page.index("| Go | C |"):], flags=re.M)[1:]
    assert len(rows) > 35
    for go, c in rows:
        struct = None
        for name in re.findall(r"`(?:struct )?([^`(]+)[^`]*`", c):
            if name.startswith("."):
                name = struct + name
            elif not name.lower().startswith("airport_"):
                name = f"{struct}.{name}"
            assert name in functions | layout, f"{go}: {name}"
            struct = name.partition(".")[0] if name not in functions else struct


def test_a_cpp_program(tmp_path):
    if not shutil.which("g++") or "san" in str(LIBRARY):
        pytest.skip("needs g++ and a library without sanitizers")
    (tmp_path / "main.cpp").write_text(PROGRAM)
    subprocess.run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", f"-I{HEADER.parent}", tmp_path / "main.cpp", "-o",
                    tmp_path / "program", f"-L{LIBRARY.parent}", "-lairport", f"-Wl,-rpath,{LIBRARY.parent}"], check=True)
    output = subprocess.run([tmp_path / "program"], check=True, capture_output=True, text=True).stdout
    assert re.match(r"\d+\.\d+\.\d+ [1-9]\d+", output)


if __name__ == "__main__":  # records the layouts as they are now
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        LAYOUT.write_text("# Where the members of airport.h's structs lie (offset, size) and what its enumerators are, on 64-bit "
                          "machines.\n# What has been released stays.\n" + "\n".join(measure(pathlib.Path(folder))) + "\n")
