"""Certificates of servers that are their own authority, as people make them with `openssl req -x509`.

    python tests/aws/own_certificates.py FOLDER

writes for each NAME `FOLDER/NAME.key`, `FOLDER/NAME.pem`, the certificate, and `FOLDER/NAME.chain`, both.
"""

import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tls import certificate

PEM = serialization.Encoding.PEM


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    # Two with the same name and different keys.
    write(folder, "own")
    write(folder, "twin")
    write(folder, "plain", is_authority=False)
    write(folder, "other-address", address="127.0.0.2")
    write(folder, "expired", since=-3, until=-2)
    # One that an authority vouches for which nobody has.
    write(folder, "vouched-for", is_authority=False, is_self_signed=False)


def write(
    folder: pathlib.Path,
    name: str,
    *,
    address: str = "127.0.0.1",
    is_authority: bool = True,
    is_self_signed: bool = True,
    **days: int,
) -> None:
    key, authority_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "storage")])
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody has it")])
    issuer = (own, key) if is_self_signed else (authority, authority_key)
    made = certificate(
        own,
        key,
        *issuer,
        x509.BasicConstraints(ca=is_authority, path_length=None),
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
        **days,
    )
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    (folder / f"{name}.pem").write_bytes(made.public_bytes(PEM))
    (folder / f"{name}.chain").write_bytes(private + made.public_bytes(PEM))


if __name__ == "__main__":
    main()
