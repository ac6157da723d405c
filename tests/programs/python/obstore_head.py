import obstore
from obstore.store import S3Store

store = S3Store(bucket="bucket", endpoint="http://127.0.0.1", client_options={"allow_http": True},
                retry_config={"max_retries": 0})
obstore.head(store, "key")
