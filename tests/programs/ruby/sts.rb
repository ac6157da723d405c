require 'aws-sdk-core'

puts Aws::STS::Client.new(endpoint: 'http://127.0.0.1', region: 'us-east-1').get_caller_identity.arn
