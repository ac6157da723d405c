//! The variables by which an AWS program may come to other credentials than those of the session.
//!
//! Every program has its own list, and some take an old name before `AWS_ACCESS_KEY_ID`. A name stands here once,
//! with the programs that read it.

/// What other tools and AWS itself may have set. A session removes all of it.
pub const RIVALS: [&str; 44] = [
    // A profile: every SDK and the AWS CLI; the second one is older.
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    // The session token before 2014: boto 2, botocore, Ruby, Ansible.
    "AWS_SECURITY_TOKEN",
    // The same in what is built on the Rust crate `object_store`, as polars and deltalake.
    "AWS_TOKEN",
    // Access keys under older names: Go SDK 1 and 2 (Terraform, rclone, sops), Java SDK 1, minio-go, s3cmd, Ruby,
    // Ansible. s3cmd takes these before AWS_ACCESS_KEY_ID.
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    // Ruby, and the command line of the AWS CDK, which takes them before AWS_PROFILE.
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
    // Ansible and the EC2 tools.
    "EC2_ACCESS_KEY",
    "EC2_SECRET_KEY",
    "EC2_SECURITY_TOKEN",
    // s3fs; old versions read no others.
    "AWSACCESSKEYID",
    "AWSSECRETACCESSKEY",
    "AWSSESSIONTOKEN",
    // minio-go (restic, mc, JuiceFS) and minio-py.
    "MINIO_ROOT_USER",
    "MINIO_ROOT_PASSWORD",
    "MINIO_ACCESS_KEY",
    "MINIO_SECRET_KEY",
    // Arguments of every S3 file system of fsspec (s3fs for Python, pandas, dask): they win over all others.
    "FSSPEC_S3_KEY",
    "FSSPEC_S3_SECRET",
    "FSSPEC_S3_TOKEN",
    // A file of credentials: boto 2, botocore and s3fs; Java SDK 1; GDAL; minio-go and minio-py.
    "AWS_CREDENTIAL_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "CPL_AWS_CREDENTIALS_FILE",
    "MINIO_SHARED_CREDENTIALS_FILE",
    // Signs for a narrower region than the session's: JavaScript SDK 3.
    "AWS_CREDENTIAL_SCOPE",
    // A role by the token of a web identity: every SDK.
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    // A role that deltalake assumes with whatever credentials it has.
    "AWS_IAM_ROLE_ARN",
    "AWS_IAM_ROLE_SESSION_NAME",
    "AWS_S3_ASSUME_ROLE_ARN",
    "AWS_S3_ROLE_SESSION_NAME",
    // The endpoint of a task or a pod: every SDK.
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    // A token instead of a signature: every SDK, for Amazon Bedrock.
    "AWS_BEARER_TOKEN_BEDROCK",
    // What other tools say of their own session: aws-vault, Granted, awsume, aws-sso-cli. Prompts show it.
    "AWS_SESSION_EXPIRATION",
    "AWS_VAULT",
    "AWSUME_PROFILE",
    "AWSUME_EXPIRATION",
    "AWS_SSO_PROFILE",
];
