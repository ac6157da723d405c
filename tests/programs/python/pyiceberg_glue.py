from pyiceberg.catalog import load_catalog

load_catalog("glue", type="glue").list_namespaces()
