from pathlib import Path

import duckdb
import duckdb_extension_aws
import duckdb_extension_httpfs

connection = duckdb.connect()
for package in (duckdb_extension_httpfs, duckdb_extension_aws):
    (extension,) = Path(package.__file__).parent.rglob("*.duckdb_extension")
    connection.execute(f"LOAD '{extension}'")
connection.execute("""
    CREATE SECRET (TYPE s3, PROVIDER credential_chain, REGION 'us-east-1',
                   ENDPOINT '127.0.0.1', URL_STYLE 'path', USE_SSL false)
""")
connection.execute("SELECT * FROM read_csv('s3://bucket/key.csv')")
