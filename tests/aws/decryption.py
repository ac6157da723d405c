"""Encrypted assertions: XML Encryption, as far as identity providers use it for AWS.

The provider's private key comes with `/rig/world`, as an administrator would add it in IAM.
"""

import base64

import errors
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

_NAMESPACES = {
    "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "e": "http://www.w3.org/2001/04/xmlenc#",
}
# With SHA-1, and that inside MGF1: what "RSA-OAEP" means in XML unless it says otherwise.
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), label=None)


def opened(response, provider):
    """The assertion in a response, decrypted where it has to be; None where there is none."""
    plain = response.find("a:Assertion", _NAMESPACES)
    closed = response.find("a:EncryptedAssertion/e:EncryptedData", _NAMESPACES)
    if plain is not None or closed is None:
        return plain
    pem = getattr(provider, "private_key", None)
    if not pem:
        raise errors.invalid_identity("SAML assertion is encrypted but no private key is present")
    try:
        return etree.fromstring(decrypt(closed, closed.getparent(), pem))
    except (ValueError, InvalidTag, etree.XMLSyntaxError):
        raise errors.invalid_identity("SAML assertion could not be decrypted") from None


def decrypt(data, around, pem: str) -> bytes:
    private = serialization.load_pem_private_key(pem.encode(), None)
    # The wrapped key is inside the data's KeyInfo, or beside the data.
    wrapped = around.find(".//e:EncryptedKey", _NAMESPACES)
    key = private.decrypt(cipher_value(wrapped), _OAEP)
    algorithm = data.find("e:EncryptionMethod", _NAMESPACES).get("Algorithm")
    text = cipher_value(data)
    if algorithm.endswith("-gcm"):
        return AESGCM(key).decrypt(text[:12], text[12:], None)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(text[:16])).decryptor()
    padded = decryptor.update(text[16:]) + decryptor.finalize()
    return padded[: -padded[-1]]


def cipher_value(element) -> bytes:
    return base64.b64decode(element.find("e:CipherData/e:CipherValue", _NAMESPACES).text)
