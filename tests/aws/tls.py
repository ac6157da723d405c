"""TLS before the local AWS, with a certificate authority of its own.

    python tests/aws/tls.py HOST:PORT FOLDER [CHAIN]

writes `FOLDER/ca.pem`, prints the port that it listens on, and passes every byte on to HOST:PORT.
It ends when its stdin closes. With CHAIN, a file with a key and its certificates, it uses those.
"""

import datetime
import ipaddress
import os
import pathlib
import socket
import ssl
import sys
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


# Where AWS signs people in, for tests whose proxy leads there.
_CONSOLES = ("signin.aws.amazon.com", "signin.amazonaws-us-gov.com", "signin.amazonaws.cn")


def main() -> None:
    host, port = sys.argv[1].split(":")
    if len(sys.argv) > 3:
        chain = pathlib.Path(sys.argv[3]).read_bytes()
    else:
        ca, chain = certificates()
        pathlib.Path(sys.argv[2], "ca.pem").write_bytes(ca)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(chain)
        file.flush()
        context.load_cert_chain(file.name)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=exit_with_stdin, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(context, client, (host, int(port))), daemon=True).start()


def certificates() -> tuple[bytes, bytes]:
    """The authority's certificate, and a key with the certificate that it vouches for."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leapp test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), *map(x509.DNSName, _CONSOLES)]
    )
    ca = certificate(ca_name, ca_key, ca_name, ca_key, x509.BasicConstraints(ca=True, path_length=0))
    leaf = certificate(name, key, ca_name, ca_key, x509.BasicConstraints(ca=False, path_length=None), address)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return ca.public_bytes(pem), private + leaf.public_bytes(pem)


def certificate(name, key, issuer, issuer_key, *extensions, since: int = -1, until: int = 1) -> x509.Certificate:
    """A certificate that is valid between two days, counted from today."""
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=since))
        .not_valid_after(now + datetime.timedelta(days=until))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def serve(context: ssl.SSLContext, client: socket.socket, upstream: tuple[str, int]) -> None:
    try:
        with context.wrap_socket(client, server_side=True) as inside, socket.create_connection(upstream) as outside:
            back = threading.Thread(target=copy, args=(outside, inside), daemon=True)
            back.start()
            copy(inside, outside)
            outside.shutdown(socket.SHUT_WR)
            back.join()
    except OSError:
        pass  # a client that does not believe us hangs up, which is what it is tested for


def copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass


def exit_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
