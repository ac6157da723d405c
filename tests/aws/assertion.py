"""What a SAML response says, after its proof was checked against a provider's metadata.

Only what a signature covers is read: the parser is given the signed bytes, never the rest.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timezone

import decryption
import errors
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import SignXMLException

NAMESPACES = {
    "p": "urn:oasis:names:tc:SAML:2.0:protocol",
    "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "m": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_DIRECTLY_BELOW = SignatureConfiguration(location="./")


@dataclass(frozen=True)
class Assertion:
    issuer: str
    subject: str
    audiences: list[str]
    recipients: list[str]
    issued: float
    not_before: float  # the latest of all that the assertion names
    not_on_or_after: float  # the earliest
    session_ends: float | None
    attributes: dict[str, list[str]]


def read(base64_response: str, provider) -> Assertion:
    """The assertion in a response, or the refusal of STS."""
    response = parse(base64_response)
    status = response.find("p:Status/p:StatusCode", NAMESPACES)
    if status is None or status.get("Value") != _SUCCESS:
        raise errors.idp_rejected_claim()
    metadata = etree.fromstring(provider.saml_metadata_document.encode(), parser())
    if text(response, "a:Issuer") not in (metadata.get("entityID"), None):
        raise errors.invalid_identity("Issuer not present in specified provider")
    certificates = signing_certificates(metadata)
    # Identity providers sign the response, the assertion or both.
    whole = signed(response, certificates)
    found = decryption.opened(whole if whole is not None else response, provider)
    if found is None:
        raise errors.invalid_identity("Invalid SAML response: it has no assertion")
    if whole is None:
        found = signed(found, certificates)
    if found is None:
        raise errors.invalid_identity("Response signature invalid")
    assertion = content(found)
    if assertion.issuer != metadata.get("entityID"):
        raise errors.invalid_identity("Issuer not present in specified provider")
    return assertion


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def parse(base64_response: str):
    try:
        response = etree.fromstring(base64.b64decode(base64_response, validate=True), parser())
    except (ValueError, etree.XMLSyntaxError):
        raise errors.invalid_identity("Invalid base64 SAMLResponse") from None
    if response.tag != f"{{{NAMESPACES['p']}}}Response":
        raise errors.invalid_identity("Invalid SAML response: it is no Response")
    return response


def signing_certificates(metadata) -> list[str]:
    path = "m:IDPSSODescriptor/m:KeyDescriptor[not(@use='encryption')]//ds:X509Certificate"
    return [
        "-----BEGIN CERTIFICATE-----\n" + item.text.strip() + "\n-----END CERTIFICATE-----\n"
        for item in metadata.xpath(path, namespaces=NAMESPACES)
    ]


def signed(element, certificates: list[str]):
    """What the element's own signature covers; None where it has no signature."""
    if element.find("ds:Signature", NAMESPACES) is None:
        return None
    # Alone in a document: whatever surrounds an element must not count.
    alone = etree.tostring(element, with_tail=False)
    for certificate in certificates:
        try:
            result = XMLVerifier().verify(
                alone,
                x509_cert=certificate,
                id_attribute="ID",
                expect_config=_DIRECTLY_BELOW,
                parser=parser(),
            )
        except (SignXMLException, ValueError, etree.LxmlError):
            continue
        if result.signed_xml is not None and result.signed_xml.tag == element.tag:
            return result.signed_xml
    raise errors.invalid_identity("Response signature invalid")


def content(assertion) -> Assertion:
    conditions = "a:Conditions"
    confirmation = "a:Subject/a:SubjectConfirmation/a:SubjectConfirmationData"
    limits = [*all_of(assertion, conditions), *all_of(assertion, confirmation)]
    sessions = times(all_of(assertion, "a:AuthnStatement"), "SessionNotOnOrAfter")
    return Assertion(
        issuer=text(assertion, "a:Issuer") or "",
        subject=text(assertion, "a:Subject/a:NameID") or "",
        audiences=texts(assertion, f"{conditions}/a:AudienceRestriction/a:Audience"),
        recipients=[data.get("Recipient", "") for data in all_of(assertion, confirmation)],
        issued=moment(assertion.get("IssueInstant")),
        not_before=max(times(limits, "NotBefore"), default=0),
        not_on_or_after=min(times(limits, "NotOnOrAfter"), default=0),
        session_ends=min(sessions, default=None),
        attributes={
            attribute.get("Name"): texts(attribute, "a:AttributeValue")
            for attribute in all_of(assertion, "a:AttributeStatement/a:Attribute")
        },
    )


def all_of(element, path: str) -> list:
    return element.findall(path, NAMESPACES)


def texts(element, path: str) -> list[str]:
    return ["".join(found.itertext()).strip() for found in all_of(element, path)]


def text(element, path: str) -> str | None:
    return next(iter(texts(element, path)), None)


def times(elements, name: str) -> list[float]:
    return [moment(element.get(name)) for element in elements if element.get(name)]


def moment(value: str) -> float:
    return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(timezone.utc).timestamp()
