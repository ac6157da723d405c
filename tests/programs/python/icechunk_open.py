import icechunk

storage = icechunk.s3_storage(bucket="bucket", prefix="p", region="us-east-1", endpoint_url="http://127.0.0.1",
                              allow_http=True, force_path_style=True, from_env=True)
icechunk.Repository.open(storage)
