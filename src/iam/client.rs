//! IAM over the network, by the AWS SDK: whom every request goes to. What is asked stands beside it, a
//! file for each kind of thing.

use std::rc::Rc;

use aws_sdk_iam::Client;
use aws_sdk_iam::config::{Builder, Region as SdkRegion};

use super::{Iam, Key};
use crate::aws::{AwsError, Connection, Service, Signer};
use crate::model::{AccessKey, IamAddress};

/// The real IAM.
pub struct IamClient {
    pub(super) connection: Rc<Connection>,
}

impl IamClient {
    /// A client that has opened nothing yet.
    pub fn new(connection: Rc<Connection>) -> Self {
        Self { connection }
    }

    /// A client for one request.
    pub(super) fn client(&self, at: &IamAddress, signer: &Signer) -> Result<Client, AwsError> {
        let opened = self.connection.open(&service(at))?;
        let mut config = Builder::from(opened.sdk())
            .region(SdkRegion::new(at.region.to_string()))
            .credentials_provider(signer.for_sdk());
        // Set even where it is none: see the client of STS.
        config.set_endpoint_url(at.endpoint_url.as_ref().map(ToString::to_string));
        Ok(Client::from_conf(config.build()))
    }
}

pub(super) fn service(at: &IamAddress) -> Service<'_> {
    Service {
        name: "IAM",
        region: &at.region,
        endpoint_url: at.endpoint_url.as_ref(),
    }
}

impl Iam for IamClient {
    fn list_access_keys(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
    ) -> Result<Vec<Key>, AwsError> {
        self.list_keys(at, signer, user)
    }

    fn create_access_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
    ) -> Result<AccessKey, AwsError> {
        self.create_key(at, signer, user)
    }

    fn deactivate_access_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
        access_key_id: &str,
    ) -> Result<(), AwsError> {
        self.deactivate_key(at, signer, user, access_key_id)
    }

    fn delete_access_key(
        &self,
        at: &IamAddress,
        signer: &Signer,
        user: Option<&str>,
        access_key_id: &str,
    ) -> Result<(), AwsError> {
        self.delete_key(at, signer, user, access_key_id)
    }
}
