//! Credentials in, a URL that signs a browser in out: AWS's federation endpoint.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>

use std::rc::Rc;

use form_urlencoded::Serializer;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{ConsoleError, Place, Service};
use crate::aws::{AwsError, Connection, Service as AwsService};
use crate::model::{Credentials, Span, Url, ascii_text};

/// A console that somebody is to be signed in to.
#[derive(Clone, Debug)]
pub struct SignIn<'a> {
    /// Where.
    pub place: Place<'a>,
    /// Which part of it.
    pub service: Option<&'a Service>,
    /// How long the console is to stay open. `None` for credentials for which AWS forbids to say so,
    /// those of a role that was not assumed by a long-lived key, and those of `GetFederationToken`:
    /// it stays open as long as they live.
    pub duration: Option<Span>,
}

/// The way to the sign-in endpoint.
pub struct Front {
    connection: Rc<Connection>,
    instead: Option<Url>,
}

/// Browsers take a URL of this length, in characters.
const LONGEST_TOKEN: usize = 32 * 1024;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(rename = "SigninToken")]
    token: &'a str,
}

impl Front {
    /// AWS's own endpoints, or one `instead` of them.
    pub fn new(connection: Rc<Connection>, instead: Option<Url>) -> Self {
        Self {
            connection,
            instead,
        }
    }

    /// The URL that signs a browser in.
    ///
    /// # Errors
    /// Where the endpoint cannot be asked, or does not take the credentials.
    pub fn url(
        &self,
        sign_in: &SignIn<'_>,
        credentials: &Credentials,
    ) -> Result<SecretString, ConsoleError> {
        let place = &sign_in.place;
        let url = match &self.instead {
            Some(url) => url.to_string(),
            None => place.federation(),
        };
        let at: Url = url
            .parse()
            .map_err(|_| ConsoleError::UnknownPartition(url.clone()))?;
        let service = AwsService {
            name: "AWS sign-in",
            region: place.region(),
            endpoint_url: Some(&at),
        };
        let token = self.token(&service, &at, sign_in, credentials)?;
        let mut query = Serializer::new(String::new());
        query
            .append_pair("Action", "login")
            .append_pair("Issuer", "leapp")
            .append_pair("Destination", &place.destination(sign_in.service))
            .append_pair("SigninToken", token.expose_secret());
        let query = Zeroizing::new(query.finish());
        Ok(SecretString::from(format!("{url}?{}", query.as_str())))
    }

    /// The token that stands for the credentials from here on.
    fn token(
        &self,
        service: &AwsService<'_>,
        url: &Url,
        sign_in: &SignIn<'_>,
        credentials: &Credentials,
    ) -> Result<SecretString, ConsoleError> {
        let session = Zeroizing::new(
            serde_json::json!({
                "sessionId": credentials.access_key_id,
                "sessionKey": credentials.secret_access_key.expose_secret(),
                "sessionToken": credentials.session_token.expose_secret(),
            })
            .to_string(),
        );
        // In the body: a URL would be written down on the way, by proxies and by the endpoint itself.
        let mut form = Serializer::new(String::new());
        form.append_pair("Action", "getSigninToken");
        if let Some(duration) = sign_in.duration {
            form.append_pair("SessionDuration", &duration.0.to_string());
        }
        form.append_pair("Session", &session);
        let answer = self.connection.post(service, url, form.finish())?;
        match answer.status {
            200 => {}
            status @ 400..500 => {
                return Err(ConsoleError::Refused {
                    place: service.to_string(),
                    status,
                });
            }
            status => {
                let what = format!("status {status}, and no token");
                return Err(AwsError::garbled(service, &what).into());
            }
        }
        let answer: Answer<'_> =
            serde_json::from_str(answer.body.expose_secret()).map_err(|_| {
                AwsError::garbled(service, "the answer is not JSON with a `SigninToken`")
            })?;
        let token = ascii_text("SigninToken", answer.token, LONGEST_TOKEN)
            .map_err(|wrong| AwsError::invalid(service, &wrong))?;
        tracing::info!(%service, "got a sign-in token");
        Ok(SecretString::from(token))
    }
}
