"""What two DuckDB clients said to another server, said to ours: the same requests, byte for byte but for the descriptors
and tickets that each server makes itself, in the same order; the answers mean the same.

wire/duckdb-VERSION-NAME.jsonl hold the conversations: the SQL, then each call with its requests (base64), the order of its
messages (`>` from the client, `<` from the server, `|` the client's end) and the other server's answers in the form of
flight_wire.py. wire/differences.jsonl says where ours are others, and why. After a change that is meant,
`python test_airport_replay.py PROGRAM` writes what our server answers now; the reasons are written by hand.
"""
import base64
import json
import pathlib
import re
import subprocess
import sys
import time
import uuid

import grpc
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import flight_wire as wire  # noqa: E402
from airport_client import Client, unpack  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "wire"
CONVERSATIONS = sorted(p.stem for p in FOLDER.glob("duckdb-*.jsonl"))
DESCRIPTOR = re.compile(rb"\x08\x01\x1a(.)(([^/]+)/([^/]+)/(table|scalar_function|table_function)/([A-Za-z0-9_]+))", re.S)


class Conversation:
    """A client that says what another has said."""

    def __init__(self, port):
        self.location = f"grpc://127.0.0.1:{port}"
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", -1)])
        self.session, self.traces, self.tickets, self.descriptors, self.transaction = str(uuid.uuid4()), {}, {}, {}, ""

    def close(self):
        self.channel.close()

    def headers(self, call):
        said = dict(call.get("headers", {}))
        if "airport-transaction-id" in said:
            said["airport-transaction-id"] = self.transaction
        if "trace" in call:
            said["airport-trace-id"] = self.traces.setdefault(call["trace"], str(uuid.uuid4()))
        if "action" in call:
            said["airport-action-name"] = call["action"]
        said = {"airport-user-agent": "airport/20250723", "authority": self.location,
                "airport-client-session-id": self.session, **said}
        return [(k, v) for k, v in said.items() if v != ""]

    def our_descriptor(self, theirs):
        """Ours of the same object, as it is listed now, or was last."""
        catalog, schema, kind, name = (part.decode() for part in theirs[2:6])
        client = Client(self.location, catalog=catalog)
        try:
            listed = [o for o in client.infos(schema) if (m := unpack(o.app_metadata))["name"] == name and m["type"] == kind]
        except Exception:  # noqa: BLE001
            listed = []
        if listed:
            self.descriptors[theirs[1]] = listed[0].descriptor.serialize()
        return self.descriptors.get(theirs[1])

    def with_our_descriptor(self, message):
        """The request with our descriptor in the place of theirs, which stands alone, in a protobuf field or in a msgpack str."""
        found = DESCRIPTOR.search(message)
        if not found or found[1][0] != len(found[2]) or not (ours := self.our_descriptor((None, found[2], *map(found.group, (3, 4, 5, 6))))):
            return message
        theirs = found[0]
        if message == theirs:
            return ours
        fields = wire.read_fields(message)
        return wire.write_fields([(n, ours if v == theirs else self.splice(v, theirs, ours)) for n, v in fields])

    @staticmethod
    def splice(value, theirs, ours):
        if not isinstance(value, bytes) or theirs not in value:
            return value
        def text(data):
            size = len(data)
            head = bytes([0xA0 | size]) if size < 32 else bytes([0xD9, size]) if size < 256 else b"\xda" + size.to_bytes(2, "big")
            return head + data
        assert value.count(text(theirs)) == 1
        return value.replace(text(theirs), text(ours))

    # ---- each kind of call: (answers in the form of flight_wire.py, status)

    def unary(self, call):
        request = self.with_our_descriptor(base64.b64decode(call["send"][0]))
        stub = self.channel.unary_stream(wire.SERVICE + call["rpc"])
        got, answers = [], stub(request, metadata=self.headers(call), timeout=30)
        try:
            got = list(answers)
        except grpc.RpcError:
            pass
        return got, answers.code().name

    def do_action(self, call):
        got, status = self.unary(call)
        body = dict(wire.read_fields(got[0])).get(1, b"") if got else b""
        if call["action"] == "create_transaction" and got:
            self.transaction = unpack(body)["identifier"] or ""
        if call["action"] == "endpoints":
            self.tickets[call.get("trace")] = [dict(wire.read_fields(dict(wire.read_fields(wire.as_bytes(e)))[1])).get(1, b"")
                                               for e in unpack(body)] if got else []
        return [wire.plain_result(call["action"], m) for m in got], status

    def do_get(self, call):
        got, status = [], "NO TICKET"
        for ticket in self.tickets.get(call.get("trace"), []):
            message = wire.write_fields([(1, ticket)])
            answer, status = self.unary({**call, "send": [base64.b64encode(message)]})
            got += answer if not got else answer[1:]
        return wire.plain_scan(got, call["columns"]), status

    def do_exchange(self, call):
        exchange = wire.Call(self.channel, "DoExchange", self.headers(call))
        requests, got = iter(call["send"]), []
        for step in call["flow"]:
            if step == ">":
                exchange.send(self.with_our_descriptor(base64.b64decode(next(requests))))
            elif step == "|":
                exchange.half_close()
            elif (message := exchange.receive()) is None:
                break  # the status tells why
            else:
                got.append(message)
        if "|" not in call["flow"]:
            exchange.half_close()
        while (message := exchange.receive()) is not None:
            got.append(message)
        return wire.plain_exchange(got), exchange.status()

    def get_flight_info(self, call):
        request = self.with_our_descriptor(base64.b64decode(call["send"][0]))
        stub = self.channel.unary_unary(wire.SERVICE + "GetFlightInfo")
        try:
            return [wire.plain_info(stub(request, metadata=self.headers(call), timeout=30))], "OK"
        except grpc.RpcError as failure:
            return [], failure.code().name

    def list_flights(self, call):
        got, status = self.unary(call)
        return sorted((wire.plain_info(m) for m in got), key=lambda i: json.dumps(i, sort_keys=True)), status

    def repeat(self, call):
        method = {"DoAction": self.do_action, "DoGet": self.do_get, "DoExchange": self.do_exchange,
                  "GetFlightInfo": self.get_flight_info, "ListFlights": self.list_flights}[call["rpc"]]
        answers, status = method(call)
        return {"answers": json.loads(json.dumps(answers)), "status": status}


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def replay(name, port):
    """(place, sql, call, what ours answers), call by call."""
    conversation, sql, number = Conversation(port), "", 0
    for line in read_lines(FOLDER / f"{name}.jsonl"):
        sql = line.get("sql", sql)
        if "rpc" not in line:
            continue
        number += 1
        if "cut" in line:  # the capture did not keep all of a large message
            continue
        yield f"{name}#{number}", sql, line, conversation.repeat(line)
    conversation.close()


def read_differences():
    lines = read_lines(FOLDER / "differences.jsonl")
    reasons = {line["reason"]: line["text"] for line in lines if "reason" in line}
    return reasons, {line["at"]: line for line in lines if "at" in line}


class SuiteServer:
    def __init__(self, program, launcher=(), environment=None):
        sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "process"))
        import process
        self.port = process.free_port()
        self.process = subprocess.Popen([*launcher, program, "--port", str(self.port)], stderr=subprocess.PIPE, env=environment)

    def __enter__(self):
        deadline = time.monotonic() + 30
        while b"listening" not in self.process.stderr.readline():
            assert time.monotonic() < deadline and self.process.poll() is None
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        output = self.process.communicate(timeout=30)[1].decode()
        if not failure[0]:
            assert self.process.returncode == 0, (self.process.returncode, output)


@pytest.fixture(scope="module")
def suite_server():
    import process
    program = process.PROGRAM.parent / "tests" / "airport_suite_server"
    with SuiteServer(program, process.LAUNCHER, process.environment()) as running:
        yield running


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversation(suite_server, name):
    reasons, differences = read_differences()
    wrong, used = [], set()
    for place, sql, call, ours in replay(name, suite_server.port):
        expected = differences.get(place, call)
        if place in differences:
            used.add(place)
            assert expected["why"] in reasons
        if ours["answers"] != expected["answers"] or (call["status"] and ours["status"] != expected["status"]):
            wrong.append(f"{place} {call['rpc']} {call.get('action', '')}: {sql}\n  ours      {ours}\n"
                         f"  expected  {expected['answers']} {expected['status']}")
    assert not wrong, "\n".join(wrong)
    unused = {place for place in differences if place.startswith(name + "#")} - used
    assert not unused, f"no call has the number of these differences: {sorted(unused)}"


def record(program):
    """Writes the differences as they are now; keeps reasons, marks new ones with a question mark."""
    path = FOLDER / "differences.jsonl"
    reasons, known = read_differences() if path.exists() else ({}, {})
    lines = [{"reason": name, "text": text} for name, text in reasons.items()]
    with SuiteServer(program) as server:
        for name in CONVERSATIONS:
            for place, sql, call, ours in replay(name, server.port):
                if ours["answers"] != call["answers"] or (call["status"] and ours["status"] != call["status"]):
                    why = known.get(place, {}).get("why", "?")
                    lines.append({"at": place, "sql": sql, "call": call.get("action", call["rpc"]), "why": why, **ours})
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


if __name__ == "__main__":
    record(sys.argv[1])
