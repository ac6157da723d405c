import daft
from daft.io import IOConfig, S3Config

config = IOConfig(s3=S3Config(endpoint_url="http://127.0.0.1", region_name="us-east-1", num_tries=1))
daft.read_parquet("s3://bucket/key.parquet", io_config=config).collect()
