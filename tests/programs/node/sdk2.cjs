const AWS = require('aws-sdk')

new AWS.STS({ endpoint: 'http://127.0.0.1', maxRetries: 0 })
  .getCallerIdentity()
  .promise()
  .then((who) => console.log(who.Arn))
