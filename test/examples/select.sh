#!/bin/sh
# SQL over an object: what docs/select.md shows. Endpoint and keys come from the environment:
#   AWS_ENDPOINT_URL=http://127.0.0.1:9000 AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… test/examples/select.sh
set -e
bucket=select-$$
out=$(mktemp)
trap 'rm -f "$out"' EXIT
aws s3 mb "s3://$bucket" >/dev/null
aws s3 cp - "s3://$bucket/cities.csv" <<END
name,country,population
Berlin,Germany,3677472
Rome,Italy,4342212
Munich,Germany,1487708
END

select() {
  aws s3api select-object-content --bucket "$bucket" --key cities.csv --expression-type SQL --expression "$1" \
    --input-serialization '{"CSV": {"FileHeaderInfo": "USE"}}' --output-serialization "$2" "$out"
  cat "$out"
}
select "SELECT s.name FROM S3Object s WHERE s.country = 'Germany'" '{"CSV": {}}'
select 'SELECT country, SUM(CAST(population AS INT)) AS people FROM S3Object GROUP BY country' '{"JSON": {}}'

aws s3 rb --force "s3://$bucket" >/dev/null
