#!/bin/sh
# Temporary credentials of a role, bounded to one folder: what docs/sts.md shows. Endpoint and keys come from the environment:
#   AWS_ENDPOINT_URL=http://127.0.0.1:9000 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… test/examples/assume-role.sh
set -e
bucket=assume-role-$$
role=reader-$$
account=$(aws sts get-caller-identity --query Account --output text)

aws s3 mb "s3://$bucket" >/dev/null
echo 'for everybody' | aws s3 cp - "s3://$bucket/2026/hello.txt"
echo 'for few' | aws s3 cp - "s3://$bucket/private/secret.txt"

# A role that users of the account may assume, and what it may do.
aws iam create-role --role-name "$role" --assume-role-policy-document '{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "'"$account"'" }, "Action": "sts:AssumeRole" }]
}' >/dev/null
aws iam put-role-policy --role-name "$role" --policy-name read --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*" }]
}'

# A session of it, for one folder.
credentials=$(aws sts assume-role --role-arn "arn:aws:iam::$account:role/$role" --role-session-name me \
  --policy '{ "Version": "2012-10-17", "Statement": [
    { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::'"$bucket"'/2026/*" } ] }' \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
(
  export AWS_ACCESS_KEY_ID=$(echo "$credentials" | cut -f1)
  export AWS_SECRET_ACCESS_KEY=$(echo "$credentials" | cut -f2)
  export AWS_SESSION_TOKEN=$(echo "$credentials" | cut -f3)
  aws sts get-caller-identity --query Arn --output text
  aws s3 cp "s3://$bucket/2026/hello.txt" -
  aws s3 cp "s3://$bucket/private/secret.txt" - 2>/dev/null || echo 'not allowed'
)

aws iam delete-role-policy --role-name "$role" --policy-name read
aws iam delete-role --role-name "$role"
aws s3 rb --force "s3://$bucket" >/dev/null
