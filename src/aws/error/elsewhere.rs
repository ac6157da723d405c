//! How other services than AWS refuse: with codes of their own, and with the documents of S3. The texts are
//! those of `MinIO` and have tests.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use roxmltree::Document;

use super::AwsErrorKind;

/// What `MinIO` calls `AccessDenied` and AWS does not.
pub(super) fn denied(message: &str) -> Option<AwsErrorKind> {
    let begins = |start: &str| message.starts_with(start);
    if begins("The Access Key Id you provided does not exist")
        || begins("The security token included in the request is invalid")
        || begins("Your account is disabled")
    {
        Some(AwsErrorKind::UnknownKey)
    } else if begins("The request signature we calculated does not match") {
        Some(AwsErrorKind::WrongSecret)
    } else {
        None
    }
}

/// Whether a service says that it does not have an action, or not the API that the action belongs to.
pub(super) fn lacks_action(code: &str, message: &str) -> bool {
    match code {
        "InvalidAction"
        | "MethodNotAllowed"
        | "NotImplemented"
        | "UnknownOperationException"
        | "UnsupportedOperation" => true,
        "InvalidParameterValue" => message.starts_with("Unsupported action"),
        // IAM, asked of what has STS alone.
        "MissingParameter" => message.starts_with("Invalid STS API version"),
        _ => false,
    }
}

/// The code and the message of a refusal in the form of S3, whose root element is `Error`.
pub(super) fn refusal_of_s3(answer: &HttpResponse) -> Option<(String, String)> {
    let text = str::from_utf8(answer.body().bytes()?).ok()?;
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    let member = |name: &str| {
        let node = root.children().find(|node| node.has_tag_name(name))?;
        Some(node.text()?.to_owned())
    };
    let code = member("Code").filter(|_| root.has_tag_name("Error"))?;
    let message = member("Message").unwrap_or_else(|| code.clone());
    Some((code, message))
}
