//! Which certificate authorities are believed: the system's, or those of `AWS_CA_BUNDLE` alone.

use std::io;
use std::path::{Path, PathBuf};

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::ways::BoxError;
use crate::disk;

/// `AWS_CA_BUNDLE` names a file that cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read.
    #[error("cannot read the CA bundle `{}`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no certificate in it that can be used.
    #[error("there is no usable certificate in the CA bundle `{}`", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
}

/// The certificates of a bundle that can be used, and how many in it cannot.
///
/// # Errors
/// Where the file cannot be read, or there is none in it.
pub fn usable_certificates(
    file: &Path,
) -> Result<(Vec<CertificateDer<'static>>, usize), TrustError> {
    let pem = disk::read_given(file).map_err(|source| TrustError::Unreadable {
        file: file.to_owned(),
        source,
    })?;
    // The HTTP client panics on a certificate that it cannot use, and corporate bundles do hold such
    // (version 1, odd extensions), so only those pass on that rustls accepts.
    let usable =
        |der: &CertificateDer<'_>| RootCertStore::empty().add(der.clone().into_owned()).is_ok();
    let all = CertificateDer::pem_slice_iter(&pem).map(|read| read.ok().filter(usable));
    let (usable, odd): (Vec<_>, Vec<_>) = all.partition(Option::is_some);
    let usable: Vec<_> = usable.into_iter().flatten().collect();
    if usable.is_empty() {
        return Err(TrustError::Empty {
            file: file.to_owned(),
        });
    }
    Ok((usable, odd.len()))
}

/// Whether this system has any authorities: small containers have none. macOS always has some, and takes
/// long to list them.
pub fn system_has_authorities() -> bool {
    cfg!(target_os = "macos") || !rustls_native_certs::load_native_certs().certs.is_empty()
}

/// The TLS settings of the SDK's own client. As in the AWS CLI, a bundle replaces the system's authorities.
///
/// # Errors
/// Where the bundle cannot serve. Falling back to the system's would believe more than was asked.
pub(super) fn tls_context(bundle: Option<&Path>) -> Result<TlsContext, BoxError> {
    let mut store = TrustStore::default();
    if let Some(file) = bundle {
        store = TrustStore::empty();
        let (certificates, _) = usable_certificates(file)?;
        for certificate in certificates {
            let body = BASE64_STANDARD.encode(&certificate);
            store.add_pem_certificate(format!(
                "-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
            ));
        }
    } else if cfg!(debug_assertions) && !system_has_authorities() {
        // As it is built for tests, the HTTP client panics where it looks for authorities and finds none.
        store = TrustStore::empty();
    }
    Ok(TlsContext::builder().with_trust_store(store).build()?)
}

/// The settings for requests without TLS: to look for certificates would cost milliseconds, and fail where
/// there are none.
pub(super) fn nobody() -> Result<TlsContext, BoxError> {
    let nobody = TlsContext::builder().with_trust_store(TrustStore::empty());
    Ok(nobody.build()?)
}
