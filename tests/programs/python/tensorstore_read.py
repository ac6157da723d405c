import tensorstore

spec = {"driver": "s3", "bucket": "bucket", "endpoint": "http://127.0.0.1", "aws_region": "us-east-1", "path": "key"}
store = tensorstore.KvStore.open(spec).result()
store.read("x").result()
