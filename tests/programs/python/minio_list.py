from minio import Minio, credentials

chain = credentials.ChainedProvider([
    credentials.EnvAWSProvider(),
    credentials.EnvMinioProvider(),
    credentials.AWSConfigProvider(),
    credentials.IamAwsProvider(),
])
Minio(endpoint="127.0.0.1", secure=False, region="us-east-1", credentials=chain).list_buckets()
