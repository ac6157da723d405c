"""Errors in the shape that STS and IAM send them.

moto wraps the errors of its access control in `<Errors>`, which botocore forgives and the
other SDKs do not: they would see an unknown error where real AWS says `AccessDenied`.
"""

from xml.sax.saxutils import escape

from werkzeug.exceptions import HTTPException


class AwsError(HTTPException):
    """An answer of the query protocol. The front fills in the request id."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__()
        self.code = status
        self.description = (
            "<ErrorResponse><Error><Type>Sender</Type>"
            f"<Code>{code}</Code><Message>{escape(message)}</Message></Error>"
            "<RequestId></RequestId></ErrorResponse>"
        )

    def get_body(self, *_):
        return self.description

    def get_headers(self, *_):
        return [("Content-Type", "text/xml")]


def access_denied(message: str) -> AwsError:
    return AwsError(403, "AccessDenied", message)


def not_authorized(arn: str, action: str, resource: str) -> AwsError:
    return access_denied(
        f"User: {arn} is not authorized to perform: {action} on resource: {resource}"
    )


def validation(message: str) -> AwsError:
    return AwsError(400, "ValidationError", message)


def invalid_key() -> AwsError:
    return AwsError(
        403, "InvalidClientTokenId", "The security token included in the request is invalid."
    )


def expired() -> AwsError:
    return AwsError(403, "ExpiredToken", "The security token included in the request is expired")


def invalid_identity(message: str) -> AwsError:
    return AwsError(400, "InvalidIdentityToken", message)


def idp_rejected_claim() -> AwsError:
    return AwsError(403, "IDPRejectedClaim", "The identity provider rejected the authentication")


def expired_assertion() -> AwsError:
    return AwsError(
        400, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance"
    )


def bad_signature() -> AwsError:
    return AwsError(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details.",
    )


def untimely(signed: str, now: str, is_late: bool) -> AwsError:
    what = "Signature expired" if is_late else "Signature not yet current"
    then = "is now earlier than" if is_late else "is still later than"
    return AwsError(403, "SignatureDoesNotMatch", f"{what}: {signed} {then} {now} (5 min.)")


def unsigned() -> AwsError:
    return AwsError(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
