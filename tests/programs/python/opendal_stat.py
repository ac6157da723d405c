import opendal

opendal.Operator("s3", bucket="bucket", endpoint="http://127.0.0.1", region="us-east-1").stat("key")
