from awscrt import auth, io

provider = auth.AwsCredentialsProvider.new_default_chain(io.ClientBootstrap.get_or_create_static_default())
print("uses", provider.get_credentials().result(20).access_key_id)
