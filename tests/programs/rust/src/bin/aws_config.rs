//! Asks AWS who it is, with the default credentials of AWS's SDK for Rust.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let who = aws_sdk_sts::Client::new(&config)
        .get_caller_identity()
        .send()
        .await?;
    println!("{}", who.arn().unwrap_or_default());
    Ok(())
}
