from pyarrow import fs

s3 = fs.S3FileSystem(endpoint_override="127.0.0.1", scheme="http", retry_strategy=fs.AwsDefaultS3RetryStrategy(1))
s3.get_file_info("bucket/key")
