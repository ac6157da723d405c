from pyiceberg.io import load_file_io

load_file_io({"s3.endpoint": "http://127.0.0.1"}, "s3://bucket/key").new_input("s3://bucket/key").exists()
