import s3fs

s3fs.S3FileSystem().ls("bucket")
