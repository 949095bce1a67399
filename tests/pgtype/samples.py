"""Values of every type: written in the SQL of PostgreSQL and of DuckDB, and as texts that clients send."""

import random
import struct

RANDOM = random.Random(15)
DAY = 86400 * 10**6


def integers(low, high, count=200):
    """The limits, what lies around powers of ten, and numbers of every length."""
    some = [low, high, 0, 1, 9, 10, 99, 100, 12345]
    some += [RANDOM.randint(-10 ** RANDOM.randint(0, 39), 10 ** RANDOM.randint(0, 39)) for _ in range(count)]
    return [value for value in some if low <= value <= high]


def decimals(width, scale, count=60):
    texts = []
    for _ in range(count):
        digits = str(RANDOM.randrange(10 ** RANDOM.randint(0, width))).rjust(scale + 1, "0")
        text = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
        texts.append(RANDOM.choice(["", "-"]) + text)
    return texts


def floats(code, bits, count=400):
    texts = ["NaN", "Infinity", "-Infinity", "0", "-0", "1e15", "1e14", "123456", "1234567", "1e-4", "1e-5", "0.1", "1e23"]
    for _ in range(count):
        text = repr(struct.unpack(code, RANDOM.randbytes(bits // 8))[0])
        texts.append({"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text))
    return texts


def microseconds(low, high, count=300):
    some = [low, high, 0, 1, -1, 999999, -999999]
    some += [RANDOM.randint(-10 ** RANDOM.randint(3, 18), 10 ** RANDOM.randint(3, 18)) for _ in range(count)]
    some += [RANDOM.randint(-(10**9), 10**10) * 10**6 for _ in range(count)]
    return [value for value in some if low <= value <= high]


def cast(values, postgres, duckdb=None):
    return [(f"'{value}'::{postgres}", f"'{value}'::{duckdb or postgres}") for value in values]


def clock(micros):
    return f"{micros // 3600000000:02d}:{micros // 60000000 % 60:02d}:{micros // 1000000 % 60:02d}.{micros % 1000000:06d}"


def postgres_timestamp(micros):
    days, rest = divmod(micros, DAY)
    return (f"(('1970-01-01'::date + ({days}))::timestamp + {rest // 10**6} * '1 second'::interval"
            f" + '{rest % 10**6} microseconds'::interval)")


LEAST, MOST = -210866803200000000, 9223371331199999999  # what both can hold
INSTANTS = microseconds(LEAST, MOST)
TIMESTAMPTZ = [(f"({postgres_timestamp(m)} AT TIME ZONE 'UTC')", f"make_timestamptz({m})") for m in INSTANTS]
INTERVALS = [(0, 0, 0), (1, 0, 0), (-1, 0, 0), (12, 1, 1), (13, -2, 3000000), (0, -1, 0), (0, 1, -1000000), (0, 0, 2**62),
             (-14, 3, -3661000001), (2**31 - 1, 2**31 - 1, 2**63 - 1), (0, 0, 1000000), (0, 0, 60000000)]
INTERVALS += [(RANDOM.randint(-30, 30) * RANDOM.randint(0, 1), RANDOM.randint(-30, 30) * RANDOM.randint(0, 1),
               RANDOM.randint(-(10**11), 10**11) * RANDOM.randint(0, 1)) for _ in range(200)]
INTERVAL = [(f"(make_interval(months => {m}, days => {d}) + '{u} microseconds'::interval)",
             f"(to_months({m}) + to_days({d}) + to_microseconds({u}))") for m, d, u in INTERVALS]
BYTES = [RANDOM.randbytes(RANDOM.randint(0, 40)).hex() for _ in range(60)]
BYTEA = [(f"decode('{value}', 'hex')", f"from_hex('{value}')") for value in BYTES]
FLOAT4 = [(f"'{v}'::float8::float4", f"'{v}'::double::float") for v in floats("f", 32)]
FLOAT8 = cast(floats("d", 64), "float8", "double")
DAYS = [0, -719162, -719163, 2932896, 2932897, -2440588, 2145031948] + integers(-2440588, 2145031948)
TIMES = [0, 1, 100, 999999, 86399999999, DAY] + [RANDOM.randint(0, DAY) for _ in range(100)]
OFFSETS = ["+00", "-08", "+05:30", "-03:30:15", "+15:59:59", "-15:59:59"]
TEXTS = ["", "a", "a b", "NULL", "null", "a,b", "a\"b", "a\\b", "{}", "(", "äöü€😀", "x" * 12, "x" * 13, "y" * 1000]

# type: pairs of expressions
ENCODED = {
    "boolean": cast(["true", "false"], "bool"),
    "smallint": cast(integers(-2**15, 2**15 - 1), "int2"),
    "integer": cast(integers(-2**31, 2**31 - 1), "int4"),
    "bigint": cast(integers(-2**63, 2**63 - 1), "int8"),
    "tinyint": cast(integers(-128, 127), "int2", "tinyint"),
    "utinyint": cast(integers(0, 255), "int2", "utinyint"),
    "usmallint": cast(integers(0, 65535), "int4", "usmallint"),
    "uinteger": cast(integers(0, 2**32 - 1), "int8", "uinteger"),
    "ubigint": cast(integers(0, 2**64 - 1), "numeric", "ubigint"),
    "hugeint": cast(integers(-2**127, 2**127 - 1), "numeric", "hugeint"),
    "uhugeint": cast(integers(0, 2**128 - 1), "numeric", "uhugeint"),
    "bignum": cast([0, 255, -256] + [RANDOM.randint(-10**n, 10**n) for n in range(1, 300, 5)], "numeric", "bignum"),
    "real": FLOAT4,
    "double": FLOAT8,
    "varchar": cast(TEXTS, "text", "varchar"),
    "blob": BYTEA,
    "date": [(f"('1970-01-01'::date + ({d}))", f"(DATE '1970-01-01' + ({d}))") for d in DAYS]
            + cast(["infinity", "-infinity"], "date"),
    "time": cast(map(clock, TIMES), "time"),
    "timetz": cast([clock(t) + z for t in TIMES for z in OFFSETS], "timetz"),
    "timestamp": [(postgres_timestamp(m), f"make_timestamp({m})") for m in INSTANTS]
                 + cast(["infinity", "-infinity"], "timestamp"),
    "timestamp_s": [(postgres_timestamp(m - m % 10**6), f"make_timestamp({m - m % 10**6})::timestamp_s") for m in INSTANTS],
    "timestamp_ns": [(postgres_timestamp(m), f"make_timestamp_ns({m}::bigint * 1000)")
                     for m in INSTANTS if abs(m) < 9 * 10**15],
    "timestamptz": TIMESTAMPTZ,
    "interval": INTERVAL,
    "uuid": cast(["%08x-%04x-%04x-%04x-%012x" % tuple(RANDOM.getrandbits(n) for n in (32, 16, 16, 16, 48))
                  for _ in range(50)], "uuid"),
    "bit": cast(["".join(RANDOM.choices("01", k=RANDOM.randint(1, 70))) for _ in range(80)], "varbit", "bit"),
    "json": cast(['{"a": [1, 2]}', "null"], "json"),
    "integer[]": [("ARRAY[1,2,NULL]", "[1,2,NULL]"), ("ARRAY[]::int[]", "[]::int[]"), ("NULL::int[]", "NULL::int[]")],
    "integer[2]": [("ARRAY[1,2]", "[1,2]::int[2]"), ("ARRAY[4,NULL]", "[4,NULL]::int[2]")],
    "integer[][]": [("ARRAY[[1,2],[3,4]]", "[[1,2],[3,4]]"), ("ARRAY[[1,NULL]]", "[[1,NULL]]"),
                    ("ARRAY[ARRAY[]::int[]]", "[[]]::int[][]")],
    "varchar[]": [(f"ARRAY[{','.join(f'{chr(39)}{t}{chr(39)}' for t in TEXTS)}]",
                   f"[{','.join(f'{chr(39)}{t}{chr(39)}' for t in TEXTS)}]")],
    "timestamp[]": [("ARRAY['2020-01-01 00:00:00'::timestamp]", "['2020-01-01 00:00:00'::timestamp]")],
    "blob[]": [("ARRAY['\\x00ff'::bytea]", "[from_hex('00ff')]")],
    "struct": [("row(1, 'b c'::text, NULL::int, ''::text, 'a\"b'::text, 'x\\y'::text, '(),'::text)",
                "row(1, 'b c', NULL::int, '', 'a\"b', 'x\\y', '(),')")],
    "struct of lists": [("row(ARRAY[1,2], ARRAY['a b'::text])", "struct_pack(a := [1,2], b := ['a b'])")],
    "list of structs": [("ARRAY[row(1,'b c'::text),row(2,'x'::text)]", "[row(1,'b c'),row(2,'x')]")],
} | {f"decimal({w},{s})": cast(decimals(w, s), f"numeric({w},{s})", f"decimal({w},{s})")
     for w, s in [(4, 0), (4, 2), (9, 3), (18, 6), (18, 18), (38, 0), (38, 1), (38, 9), (38, 19), (38, 38)]}

# Expressions of types that PostgreSQL has not, and their text, which is their binary form, too.
ENGINE_ONLY = [
    ("MAP{'a': 1, 'b': NULL}", '{"a":1,"b":null}'),
    ("MAP{1: ['x', 'a\"b'], 2: []}", '{"1":["x","a\\"b"],"2":[]}'),
    ("MAP{DATE '2020-01-01': {'x': 1.50, 'y': true, 'z': 'nan'::double}}", '{"2020-01-01":{"x":1.50,"y":true,"z":"NaN"}}'),
    ("union_value(number := 2)", "2"),
    ("union_value(text := 'a b')", "a b"),
    ("'b c'::ENUM('a', 'b c')", "b c"),
    ("42::VARIANT", "42"),
    ("{'a': 1, 'b': ['x', NULL], 'c': {'d': 1.5::DECIMAL(4,1)}, 'key of more than twelve': 'text of more than twelve'}::VARIANT",
     '{"a":1,"b":["x",null],"c":{"d":1.5},"key of more than twelve":"text of more than twelve"}'),
    ("[1::TINYINT::VARIANT, 'nan'::FLOAT::VARIANT, false::VARIANT, INTERVAL 1 DAY::VARIANT, '\\xff'::BLOB::VARIANT]::VARIANT",
     '[1,"NaN",false,"1 day","\\\\xff"]'),
]

COPIED = [
    ("MAP(VARCHAR, INTEGER[])", "MAP{'a': [1, NULL], 'b': []}"),
    ("MAP(INTEGER, VARCHAR)[]", "[MAP{1: 'x y'}]"),
    ("UNION(n INTEGER, s VARCHAR)", "union_value(s := 'a b')"),
    ("VARIANT", "{'a': [1, 2], 'b': NULL}"),
    ("ENUM('a', 'b c')", "'b c'"),
    ("STRUCT(a INTEGER, b VARCHAR, m MAP(VARCHAR, INTEGER))", "{'a': NULL, 'b': 'x \"y', 'm': MAP{'k': 1}}"),
    ("STRUCT(a INTEGER)[]", "[{'a': 1}, NULL]"),
    ("INTEGER[][]", "[[1, 2], [3, 4]]"),
    ("VARCHAR[2]", "['a', NULL]"),
    ("UHUGEINT", "340282366920938463463374607431768211455"),
]

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
         "America/St_Johns", "Antarctica/Troll", "Europe/Dublin", "EST5EDT", "<+03>-3", "America/Sao_Paulo"]

INTEGER_TEXTS = ["0", "1", "-1", " 12 ", "+5", "- 5", "", "1.0", "0x1f", "99999999999999999999", "32767", "32768", "-32769",
                 "2147483647", "2147483648", "-2147483649", "9223372036854775808", "00012", "1 2", "\t3\n", "1e5"]
FLOAT_TEXTS = ["1.5", "-0", "1e400", "1e-400", "nan", "NaN", "inf", "-Infinity", "1e15", "123456789.123", ".5", "5.", "", "x",
               "1e", "0x10", "1.7976931348623157e308", "4.9e-324", "2.2250738585072014e-308", "3.4028235e38", "1e39", " 1 "]
DATE_TEXTS = ["1999-01-08", "January 8, 1999", "1/8/1999", "1/18/1999", "01/02/03", "1999-Jan-08", "Jan-08-1999", "08-Jan-1999",
              "99-Jan-08", "08-Jan-99", "19990108", "990108", "1999.008", "J2451187", "January 8, 99 BC", "infinity", "epoch",
              "-infinity", "2000-02-30", "2001-02-29", "2000-13-01", "0000-01-01", "0001-01-01 BC", "5874897-12-31", "2000-1-1",
              "2000/1/1", "2003 Jan 5", "Mon Jan 5 2003", "2000-01-01 10:00:00", "", "x", "2000-01", "10000-01-01", "2020-06-31",
              "2020-01-01 foo", "12/31/1999 AD"]
TIME_TEXTS = ["04:05:06.789", "04:05", "040506", "04:05 AM", "04:05 PM", "12:05 AM", "12:00 PM", "13:05 PM", "24:00:00", "24:00:01",
              "25:00", "04:60", "04:05:60", "04:05:61", "04:05:06-08:00", "04:05:06 PST", "allballs", "T040506", "", "x", "4:5:6",
              "04:05:06.1234567", "04:05:06.9999995", "23:59:59.9999999", "04:05:06+15:59", "04:05:06+16", "04:05:06Z"]
TIMESTAMP_TEXTS = ["1999-01-08 04:05:06", "1999-01-08T04:05:06.123456", "1999-01-08 04:05:06 -8:00", "1999-01-08 04:05:06+02",
                   "January 8 04:05:06 1999 PST", "1999-01-08 04:05:06 BC", "infinity", "-infinity", "epoch", "1999-01-08",
                   "1999-01-08 24:00:00", "1999-01-08 23:59:60", "20000101T101010", "1999-01-08 04:05 PM", "2020-03-08 02:30:00",
                   "2020-11-01 01:30:00", "2020-07-01 00:00:00 Europe/Berlin", "2020-01-01 00:00:00 Foo/Bar", "", "x",
                   "Wed Dec 17 07:37:16 1997 PST", "12/17/1997 07:37:16.00 PST", "2020-01-01 10:00:00+25", "2020-1-2 3:4:5",
                   "2020-01-01 00:00:00 UTC", "2020-02-30 00:00:00", "294246-12-31 23:59:59", "2020-01-01 00:00:00 foo"]
INTERVAL_TEXTS = ["1 year 2 mons 3 days 04:05:06.789", "@ 1 year ago", "1-2", "-1-2", "1 12:59:10", "1-2 3 4:05:06", "PT0S",
                  "-1-2 +3 -4:05:06", "P1Y2M3DT4H5M6.5S", "P0001-02-03T04:05:06", "P-1Y", "P1W", "1.5 days", "1.5 months",
                  "1.5 years", "0.5 weeks", "1 week 2 days", "1 decade", "1 century", "100 us", "100 ms", "5", "5.5", "1 day ago",
                  "04:05", "04:05.5", "-04:05:06", "1 mon -1 day", "1d 2h", "1h30m", "", "x", "1 foo", "1 day 1 day", "@", "ago",
                  "99999999999 years", "1 microsecond", "1.1 sec", "25:00:00", "1:60", "P1.5D", "PT36H", "P", "2147483648 days",
                  "@ 1 year 2 mons -3 days 4 hours 5 mins 6.789 secs ago"]

# type's OID: texts
DECODED = {
    16: ["t", "TRUE", " tRuE ", "ye", "on", "of", "o", "0", "1", "n", "2", "", "tru"],
    21: INTEGER_TEXTS, 23: INTEGER_TEXTS, 20: INTEGER_TEXTS,
    700: FLOAT_TEXTS, 701: FLOAT_TEXTS,
    1700: ["1.50", "0.00", "-0.001", "1e5", "1.5e-3", "123456789012345678901234567890.12345678", ".5", "5.", "", "x", "1e", " 7 ",
           "1..2", "000.100", "99999999999999999999999999999999999999"],
    17: ["\\x", "\\x00ff", "\\x 0a 0b", "\\x1", "\\xgg", "abc", "a\\\\b", "a\\b", "\\001", "\\400", ""],
    2950: ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
           "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "", "x"],
    1562: ["0", "b10", "x1F", "Xg", "2", "1010101010101", "01" * 35],
    114: ['{"a": [1, 2, {"b": null}]}', "01", "[1,]", '{"a"}', '{"a":1,}', '"\\u12"', "truex", "", "1 2", '"a\nb"', "[[[[]]]]",
          "{a}", '"abc', "-", "1e5"],
    1082: DATE_TEXTS, 1083: TIME_TEXTS, 1266: TIME_TEXTS, 1114: TIMESTAMP_TEXTS, 1184: TIMESTAMP_TEXTS, 1186: INTERVAL_TEXTS,
    1007: ["{1,2,3}", "{}", "{NULL,1}", "{{1,2},{3,4}}", " { 1 , 2 } ", "{1,x}", "{1,2", "1", "", "{1,}", "{,1}", "{1}x"],
    1009: ["{a,b}", '{"a b",NULL,"null","","a\\"b\\\\c"}', "{a b , c}", '{a"b}', '{"a"b}', "{{a,b},{c,d}}", "{\\a\\,b}", "{ }"],
    1001: ['{"\\\\x00ff"}'], 1022: ["{1.5,NaN}"], 1115: ['{"2020-01-01 00:00:00"}'], 1187: ['{"1 day",1:00}'],
}
