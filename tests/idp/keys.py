"""An identity provider's key pair, its metadata, and the encryption of assertions.

One key does all: signs, and is the private key that an administrator gives to IAM for encrypted
assertions.

    python tests/idp/keys.py FOLDER

writes such a pair as `idp.key` and `idp.crt`, for an identity provider in another language.
"""

import base64
import datetime
import os
import pathlib
import sys
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

_METADATA = """\
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{issuer}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
    </ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Location="{issuer}"
      Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"""

_ENCRYPTED = """\
<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"
    Type="http://www.w3.org/2001/04/xmlenc#Element">
  <xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>
  <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>
    <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/>
    <xenc:CipherData><xenc:CipherValue>{key}</xenc:CipherValue></xenc:CipherData>
  </xenc:EncryptedKey></ds:KeyInfo>
  <xenc:CipherData><xenc:CipherValue>{text}</xenc:CipherValue></xenc:CipherData>
</xenc:EncryptedData>"""


@dataclass(frozen=True)
class Key:
    private: bytes  # PEM
    certificate: str  # PEM


def make() -> Key:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "leapp test identity provider")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return Key(
        private.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate.public_bytes(pem).decode(),
    )


def metadata(issuer: str, key: Key) -> str:
    """What an administrator uploads to IAM."""
    body = "".join(key.certificate.strip().splitlines()[1:-1])
    return _METADATA.format(issuer=issuer, certificate=body)


def encrypted(text: str, key: Key) -> str:
    """An `EncryptedData` element."""
    once, nonce = AESGCM.generate_key(256), os.urandom(12)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), label=None)
    public = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
    return _ENCRYPTED.format(
        key=base64.b64encode(public.encrypt(once, oaep)).decode(),
        text=base64.b64encode(nonce + AESGCM(once).encrypt(nonce, text.encode(), None)).decode(),
    )


if __name__ == "__main__":
    key, folder = make(), pathlib.Path(sys.argv[1])
    (folder / "idp.key").write_bytes(key.private)
    (folder / "idp.crt").write_text(key.certificate)
