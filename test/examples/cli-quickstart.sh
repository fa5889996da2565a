#!/bin/sh
# The AWS CLI against Edgeshard: what the README shows. Endpoint and keys come from the environment:
#   AWS_ENDPOINT_URL=http://127.0.0.1:9000 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… test/examples/cli-quickstart.sh
set -e
bucket=cli-quickstart-$$

aws s3 mb "s3://$bucket"
echo 'Hello, edge!' | aws s3 cp - "s3://$bucket/greetings/hello.txt"
aws s3 ls "s3://$bucket/greetings/"
aws s3 cp "s3://$bucket/greetings/hello.txt" -
aws s3api head-object --bucket "$bucket" --key greetings/hello.txt --query ContentLength --output text
aws s3 rb --force "s3://$bucket"
