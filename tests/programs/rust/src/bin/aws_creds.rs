//! Prints which access key `aws-creds` (of the crate `rust-s3`) finds.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = awscreds::Credentials::default()?;
    println!("uses {}", credentials.access_key.unwrap_or_default());
    Ok(())
}
