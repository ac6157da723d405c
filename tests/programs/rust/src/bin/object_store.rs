//! Reads an object with `object_store` and what it finds in the environment.

use object_store::ObjectStoreExt;
use object_store::aws::AmazonS3Builder;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = AmazonS3Builder::from_env()
        .with_bucket_name("bucket")
        .with_allow_http(true)
        .with_virtual_hosted_style_request(false)
        .build()?;
    store.get(&"key".into()).await?;
    Ok(())
}
