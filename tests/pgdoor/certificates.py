"""A certificate of one's own, for TLS."""

import collections
import subprocess

Certificate = collections.namedtuple("Certificate", "cert key")


def make_certificate(folder, name="localhost", digest="sha256"):
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", f"-{digest}", "-days", "2", "-subj",
                    f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1", "-keyout", made.key, "-out",
                    made.cert], check=True, capture_output=True)
    return made


def endpoint_hash(certificate, digest="sha256"):
    """The tls-server-end-point channel binding (RFC 5929)."""
    der = subprocess.run(["openssl", "x509", "-in", certificate.cert, "-outform", "DER"], check=True,
                         capture_output=True).stdout
    import hashlib
    return hashlib.new(digest, der).digest()
