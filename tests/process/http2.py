"""HTTP/2 (RFC 9113) spoken byte by byte, for clients that misbehave: frames out, frames in, headers without a table (RFC 7541)."""

import socket
import ssl
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM = ACK = 1
END_HEADERS = 4
FLIGHT = "/arrow.flight.protocol.FlightService/"


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + struct.pack("!I", stream) + payload


def length_of(value):
    """An integer with a prefix of seven bits (RFC 7541, 5.1)."""
    if value < 127:
        return bytes([value])
    out, value = b"\x7f", value - 127
    while value >= 128:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def literal(name, value):
    name, value = name.encode(), value.encode()
    return b"\0" + length_of(len(name)) + name + length_of(len(value)) + value


def request(method="ListFlights", token=None, **more):
    """The headers of a call, as one block."""
    fields = {":method": "POST", ":scheme": "http", ":path": FLIGHT + method, ":authority": "localhost",
              "content-type": "application/grpc", "te": "trailers", **{k.replace("_", "-"): v for k, v in more.items()}}
    if token:
        fields["authorization"] = f"Bearer {token}"
    return b"".join(literal(name, value) for name, value in fields.items())


def message(body=b""):
    return b"\0" + struct.pack("!I", len(body)) + body


class Connection:
    def __init__(self, port, certificate=None, settings=b"", receive_bytes=None, patience=10):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(patience)
        self.socket.connect(("127.0.0.1", port))
        if certificate:
            context = ssl.create_default_context(cafile=str(certificate.cert))
            context.set_alpn_protocols(["h2"])
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.buffer, self.stream = b"", -1
        self.send(PREFACE, frame(SETTINGS, payload=settings))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *parts):
        self.socket.sendall(b"".join(parts))

    def call(self, headers, *messages, end=True):
        """Opens a stream with these messages; gives its number."""
        self.stream += 2
        self.send(frame(HEADERS, END_HEADERS, self.stream, headers), *(frame(DATA, 0, self.stream, m) for m in messages),
                  frame(DATA, END_STREAM, self.stream) if end else b"")
        return self.stream

    def read(self):
        """(kind, flags, stream, payload); None at the end of the connection."""
        while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
            try:
                got = self.socket.recv(1 << 16)
            except (ConnectionError, ssl.SSLError):
                got = b""
            if not got:
                return None
            self.buffer += got
        end = 9 + int.from_bytes(self.buffer[:3], "big")
        head, payload, self.buffer = self.buffer[:9], self.buffer[9:end], self.buffer[end:]
        return head[3], head[4], struct.unpack("!I", head[5:9])[0], payload

    def read_all(self):
        """Every frame to the end of the connection."""
        frames = []
        while one := self.read():
            frames.append(one)
        return frames

    def read_until(self, kind, stream=None):
        """The first frame of the kind, and stream."""
        while one := self.read():
            if one[0] == kind and stream in (None, one[2]):
                return one
        return None
