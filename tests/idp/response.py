"""SAML responses for AWS, as identity providers make them and as they never should. Pure.

Each field of `Wanted` is one thing that a test may want different.
"""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

from keys import Key, encrypted
from lxml import etree
from signxml import CanonicalizationMethod, XMLSigner

_ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
# Where the signature goes, which SAML wants right behind the issuer.
_PLACE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'

_RESPONSE = """\
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{id}" Version="2.0"
    IssueInstant="{issued}" Destination="{recipient}">
  <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer>{place}
  <samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>
  {assertion}
</samlp:Response>"""

_ASSERTION = """\
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0"
    IssueInstant="{issued}">
  <saml:Issuer>{issuer}</saml:Issuer>{place}
  <saml:Subject>
    <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{user}</saml:NameID>
    <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
      <saml:SubjectConfirmationData NotOnOrAfter="{expires}" Recipient="{recipient}"/>
    </saml:SubjectConfirmation>
  </saml:Subject>
  <saml:Conditions NotBefore="{issued}" NotOnOrAfter="{expires}">
    <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
  </saml:Conditions>
  <saml:AuthnStatement AuthnInstant="{issued}">
    <saml:AuthnContext><saml:AuthnContextClassRef
      >urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
  </saml:AuthnStatement>
  <saml:AttributeStatement>{attributes}</saml:AttributeStatement>
</saml:Assertion>"""

_ENCRYPTED = """\
<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
  >{data}</saml:EncryptedAssertion>"""


@dataclass
class Wanted:
    # As they stand in the attribute: "ROLE,PROVIDER" or "PROVIDER,ROLE".
    roles: list[str] = field(default_factory=list)
    session_name: str | None = "alice"
    session_duration: int | None = None
    lifetime: int = 300
    age: int = 0  # how long ago it was made; negative: the IdP's clock is ahead
    audience: str = "urn:amazon:webservices"
    recipient: str = "https://signin.aws.amazon.com/saml"
    signed: str = "assertion"  # or "response", "both", "nothing"
    tampered: bool = False  # changed after it was signed
    encrypted: bool = False
    status: str = "Success"  # anything else comes without an assertion


def make(wanted: Wanted, issuer: str, key: Key) -> str:
    """A `SAMLResponse` in base64."""
    issued = datetime.now(timezone.utc) - timedelta(seconds=wanted.age)
    common = {
        "issuer": escape(issuer),
        "issued": moment(issued),
        "recipient": escape(wanted.recipient),
    }
    assertion = ""
    if wanted.status == "Success":
        assertion = signed(
            _ASSERTION,
            key if wanted.signed in ("assertion", "both") else None,
            **common,
            user=escape(wanted.session_name or "nobody"),
            expires=moment(issued + timedelta(seconds=wanted.lifetime)),
            audience=escape(wanted.audience),
            attributes="".join(attributes(wanted)),
        )
    if wanted.encrypted:
        assertion = tampered(assertion) if wanted.tampered else assertion
        assertion = _ENCRYPTED.format(data=encrypted(assertion, key))
    response = signed(
        _RESPONSE,
        key if wanted.signed in ("response", "both") else None,
        **common,
        status=_STATUS + wanted.status,
        assertion=assertion,
    )
    response = tampered(response) if wanted.tampered else response
    return base64.b64encode(response.encode()).decode()


def tampered(text: str) -> str:
    """Grants more than was signed: each role becomes another one."""
    return text.replace(":role/", ":role/Tampered")


def attributes(wanted: Wanted):
    yield attribute("Role", wanted.roles)
    if wanted.session_name is not None:
        yield attribute("RoleSessionName", [wanted.session_name])
    if wanted.session_duration is not None:
        yield attribute("SessionDuration", [str(wanted.session_duration)])


def attribute(name: str, values: list[str]) -> str:
    inner = "".join(f"<saml:AttributeValue>{escape(v)}</saml:AttributeValue>" for v in values)
    return f'<saml:Attribute Name="{_ATTRIBUTE}{name}">{inner}</saml:Attribute>'


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def signed(template: str, key: Key | None, **values: str) -> str:
    name = "_" + secrets.token_hex(16)
    text = template.format(id=name, place=_PLACE if key else "", **values)
    if not key:
        return text
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    element = etree.fromstring(text)
    element = signer.sign(element, key=key.private, cert=key.certificate, reference_uri=name)
    return etree.tostring(element).decode()
