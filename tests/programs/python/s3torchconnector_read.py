from s3torchconnectorclient._mountpoint_s3_client import MountpointS3Client

client = MountpointS3Client(region="us-east-1", endpoint="http://127.0.0.1", force_path_style=True)
client.head_object("bucket", "key")
