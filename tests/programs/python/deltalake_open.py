from deltalake import DeltaTable

DeltaTable("s3://bucket/table", storage_options={"AWS_ALLOW_HTTP": "true", "max_retries": "0"})
