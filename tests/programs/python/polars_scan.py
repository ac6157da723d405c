"""With `--without-boto3`: as where boto3 is not installed, which polars would use."""

import sys

if "--without-boto3" in sys.argv:
    sys.modules["boto3"] = None

import polars

# Without options that would switch its own choice of credentials off.
polars.scan_parquet("s3://bucket/key.parquet").collect()
