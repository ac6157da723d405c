import rasterio

with rasterio.open("/vsis3/bucket/key.tif"):
    pass
