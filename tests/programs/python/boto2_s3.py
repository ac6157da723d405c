from boto.s3.connection import OrdinaryCallingFormat, S3Connection

S3Connection(host="127.0.0.1", is_secure=False, calling_format=OrdinaryCallingFormat()).get_all_buckets()
