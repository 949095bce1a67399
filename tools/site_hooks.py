"""What the documentation site has beyond docs/: tables of facts, the public header by chapters, the examples.

MkDocs calls the on_… functions. A line `<!-- table NAME -->` in a page becomes the table NAME (see TABLES); what stands
behind a fence's language is for the test that runs the blocks (tests/docs) and is taken away; links from docs/ to the
header and to examples lead to their pages, those to other files name them.
"""

import logging
import pathlib
import re
import sys

from mkdocs.structure.files import File

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import facts  # noqa: E402

log = logging.getLogger("mkdocs.hooks")
FENCE = re.compile(r"^(\s*```)(\w+)((?: +[\w=./-]+)+)$", re.MULTILINE)


def cell(value):
    return str("" if value is None else value).replace("|", r"\|")


def code(value):
    return f"`{value}`" if value else ""


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rows])


def settings():
    rows = []
    for row in facts.settings():
        sentence = row["sentence"][:1].upper() + row["sentence"][1:]
        choices = f" ({', '.join(map(code, row['choices']))})" if row["choices"] else ""
        twin = f"<br>{code(row['twin'])}" if row["twin"] else ""
        names = f"{code(row['flag'])}<br>{code(row['variable'])}{twin}<br>{code('SHOW ' + row['show'])}"
        rows.append([names, code(facts.default(row)), sentence + choices + (" **Reloads.**" if row["reloads"] else "")])
    return table(["Flag, variable, SHOW", "Default", "Meaning"], rows)


def sqlstates():
    return table(["SQLSTATE", "gRPC status", "Failure"],
                 [[code(row["sqlstate"]), row["grpc"], row["name"]] for row in facts.rows("errors.def", "ERROR_KIND")
                  if row["sqlstate"] != "00000"])


def engine_sqlstates():
    return table(["SQLSTATE", "DuckDB's error", "Kind of object", "Message holds"],
                 [[code(row["sqlstate"]), (row["subtype"] or row["kind"]).replace("_", " ").lower(), row["type"],
                   row["fragment"]] for row in facts.rows("engine_errors.def", "ENGINE_ERROR")])


def messages():
    words = {"TAKE": "taken", "DROP": "dropped", "FAIL": "violation"}
    return table(["Message", "Tag", "Awaiting a password", "Ready", "Failed, until Sync", "During COPY FROM"],
                 [[row["name"], code(row["tag"]), *(words[row[phase]] for phase in
                                                    ("authentication", "ready", "skip", "copy_in"))]
                  for row in facts.rows("pg_messages.def", "PG_FRONTEND")])


def types():
    return table(["Type", "OID", "Array's OID", "Bytes"],
                 [[code(row["name"]), row["oid"], "" if row["array"] == "0" else row["array"],
                   "any" if row["length"] == "-1" else row["length"]]
                  for row in facts.rows("pg_types.def", "PG_TYPE") if row["element"] == "0"])


def parameters():
    return table(["Parameter", "Default", "Values"],
                 [[code(row["name"]), code(row["initial"]), row["choices"].replace(",", ", ")]
                  for row in facts.rows("pg_parameters.def", "PG_PARAMETER")])


def actions():
    return table(["Action", "Answer", "What it does"],
                 [[code(row["name"]), row["answer"].lower(), row["description"]]
                  for row in facts.rows("airport_actions.def", "ACTION")])


def psql_differences():
    """From the list that the comparison with a real PostgreSQL goes by."""
    lines = (facts.ROOT / "tests/catalog/psql_differences.tsv").read_text().splitlines()[1:]
    commands = {}
    for command, reason in (line.split("\t") for line in lines):
        commands.setdefault(reason, []).append(f"`` {command} ``")
    return table(["Reason", "Commands"], [[reason, ", ".join(names)] for reason, names in commands.items()])


# The words of tests/pgsql/test_compare.py, and what they mean to a reader.
DIFFERENCES = {"accepted": "an error in PostgreSQL, but not here", "refused": "an error here, but not in PostgreSQL",
               "sqlstate": "another SQLSTATE", "tag": "another command tag", "names": "other column names",
               "types": "other column types", "rows": "other rows"}


def compared_statements():
    """[(part, statement, what differs or None)] of the statements that are run on a real PostgreSQL, too."""
    for path in sorted((facts.ROOT / "tests/pgsql/compare").glob("*.sql")):
        differs = None
        for line in path.read_text().splitlines():
            if line.startswith("-- differs: "):
                differs = line.removeprefix("-- differs: ")
            elif line and not line.startswith("--") and path.stem != "setup":
                yield path.stem, line, differs
                differs = None


def statement_differences():
    """Each part of the comparison, and its statements that differ by what differs."""
    parts = {}
    for part, statement, differs in compared_statements():
        parts.setdefault(part, {}).setdefault(differs, []).append(statement)
    text = []
    for part, statements in parts.items():
        alike = len(statements.pop(None, []))
        text.append(f"### {part.capitalize()}\n\n{alike} statements answer alike.")
        for differs, lines in sorted(statements.items()):
            what = " and ".join(DIFFERENCES[word] for word in differs.split(" and "))
            text.append(f"{what[0].upper()}{what[1:]} ({len(lines)}):")
            text.append("```sql\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(text)


TABLES = {"psql-differences": psql_differences, "statement-differences": statement_differences, "settings": settings,
          "sqlstates": sqlstates, "engine-sqlstates": engine_sqlstates, "messages": messages, "types": types,
          "parameters": parameters, "actions": actions}


def header_page():
    parts = ["# airport.h\n", facts.header_chapters()[0][1] + "\n"]
    for title, prose, source in facts.header_chapters()[1:]:
        parts += [f"## {title}\n", re.sub(r"^ {2}(?=- |  )", "", prose, flags=re.MULTILINE) + "\n",
                  f"```c\n{source}\n```\n"]
    return "\n".join(parts)


def without_links(text):
    """A README's links lead to files beside it, which the site does not have."""
    return re.sub(r"\[([^]]*)\]\((?!https?:)[^)]*\)", r"\1", text)


def examples():
    """[(name, its README, its source)]"""
    return [(folder.name, (folder / "README.md").read_text(), (folder / "main.c").read_text())
            for folder in sorted((facts.ROOT / "examples").iterdir()) if (folder / "README.md").exists()]


def example_page(readme, source):
    return f"{without_links(readme)}\n\n## Source\n\n```c\n{source}```\n"


def examples_page():
    rows = []
    for name, readme, _ in examples():
        first = without_links(re.split(r"\n\n+", readme.strip())[1])
        rows.append([f"[{name}](examples/{name}.md)", " ".join(first.split())])
    return "# Examples\n\nEach is one C file that links libairport and nothing else, with a client script and what it " \
           "prints.\n\n" + table(["Example", "What it shows"], rows) + "\n"


def on_files(files, config):
    pages = {"airport-h.md": header_page(), "examples.md": examples_page()}
    pages |= {f"examples/{name}.md": example_page(readme, source) for name, readme, source in examples()}
    for path, text in pages.items():
        file = File.generated(config, path, content=text)
        files.append(file)
    return files


def on_page_markdown(markdown, page, **_):
    depth = page.file.src_uri.count("/")
    up = "../" * depth
    markdown = re.sub(r"^<!-- table ([\w-]+) -->$", lambda mark: TABLES[mark[1]](), markdown, flags=re.MULTILINE)
    markdown = FENCE.sub(lambda fence: fence[1] + shown_as(fence[2], fence[3].split()), markdown)
    markdown = re.sub(r"\]\((?:\.\./)+include/airport\.h", f"]({up}airport-h.md", markdown)
    markdown = re.sub(r"\]\((?:\.\./)+examples/(\w+)(?:/[\w.]*)?\)", rf"]({up}examples/\1.md)", markdown)
    return re.sub(rf"\[([^]]*)\]\((?:\.\./){{{depth + 1}}}(\w[^)#]*)\)", name_file, markdown)


def name_file(link):
    """A link to a file of the repository that is no page: the site names it."""
    if not (facts.ROOT / link[2]).exists():
        log.warning("there is no %s", link[2])
    return f"{link[1]} (`{link[2]}`)"


def shown_as(language, words):
    """What stands behind a fence on the site: a file has its name above it, output looks like output."""
    file = next((word.removeprefix("file=") for word in words if word.startswith("file=")), None)
    if file:
        return f'{language} title="{file}"'
    return "{ .text .output .no-copy }" if "output" in words else language
