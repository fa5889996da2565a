"""What boto3 does in its default configuration. Run by boto3.test.ts, which makes one test of each check_* function.

Usage: boto3_checks.py <endpoint> <bucket>. Prints one line of JSON: {"check name": null or why it failed}.
"""

import io
import json
import sys
import traceback
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1024 * 1024
SIZES = [0, 1, 5 * MIB + 1, 17 * MIB + 3]
KEYS = [
    "plain", "with space", "plus+sign", "percent%20literal", "ünïcode/日本語", "emoji-😀", "/leading", "double//slash",
    "trailing/", "dot/./and/../dots", "punctuation-!'()*,;:@=$&", "?#[]{}|\\^`\"<>~", "tab\tand\x01control",
]

endpoint, bucket = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint)


def sample(size):
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def body_of(key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return f"{error.response['ResponseMetadata']['HTTPStatusCode']} {error.response['Error']['Code']}"
    return "no error"


def knows(operation, member):
    """Older versions know fewer parameters."""
    return member in s3.meta.service_model.operation_model(operation).input_shape.members


def equal(found, expected):
    assert found == expected, f"{found!r:.500} is not {expected!r:.500}"


def check_round_trips_of_put_object():
    for size in SIZES:
        s3.put_object(Bucket=bucket, Key=f"put/{size}", Body=sample(size))
        assert body_of(f"put/{size}") == sample(size), size


def check_round_trips_of_upload_fileobj():
    for size in SIZES:
        s3.upload_fileobj(io.BytesIO(sample(size)), bucket, f"upload/{size}", ExtraArgs={"Metadata": {"size": str(size)}})
        target = io.BytesIO()
        s3.download_fileobj(bucket, f"upload/{size}", target)
        assert target.getvalue() == sample(size), size
        head = s3.head_object(Bucket=bucket, Key=f"upload/{size}")
        equal((head["ContentLength"], head["Metadata"]), (size, {"size": str(size)}))


def check_keys():
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=f"keys/{key}", Body=key.encode())
        equal(body_of(f"keys/{key}"), key.encode())
        s3.copy_object(Bucket=bucket, Key=f"copies/{key}", CopySource={"Bucket": bucket, "Key": f"keys/{key}"})
        equal(body_of(f"copies/{key}"), key.encode())
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="keys/", PaginationConfig={"PageSize": 3})
    listed = [item["Key"] for page in pages for item in page["Contents"]]
    equal(listed, sorted((f"keys/{key}" for key in KEYS), key=lambda key: key.encode()))


def check_deletes_of_many():
    keys = [f"many/{number} ü+" for number in range(100)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    equal(sorted(item["Key"] for item in answer["Deleted"]), sorted(keys))
    equal(s3.list_objects_v2(Bucket=bucket, Prefix="many/")["KeyCount"], 0)


def check_listing_with_delimiter():
    for key in ["list/a", "list/b/1", "list/b/2", "list/c/3", "list/d"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    for name in ["list_objects", "list_objects_v2"]:
        pages = s3.get_paginator(name).paginate(
            Bucket=bucket, Prefix="list/", Delimiter="/", PaginationConfig={"PageSize": 1})
        found = [(item.get("Key") or item["Prefix"]) for page in pages
                 for item in page.get("Contents", []) + page.get("CommonPrefixes", [])]
        equal(found, ["list/a", "list/b/", "list/c/", "list/d"])


def check_versions():
    versioned = f"{bucket}-versions"
    s3.create_bucket(Bucket=versioned)
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Enabled"})
    ids = [s3.put_object(Bucket=versioned, Key="k", Body=body)["VersionId"] for body in (b"1", b"2")]
    marker = s3.delete_object(Bucket=versioned, Key="k")
    equal(marker["DeleteMarker"], True)
    equal(s3.get_object(Bucket=versioned, Key="k", VersionId=ids[0])["Body"].read(), b"1")
    listed = s3.list_object_versions(Bucket=versioned)
    equal([item["VersionId"] for item in listed["Versions"]], ids[::-1])
    boto3.resource("s3", endpoint_url=endpoint).Bucket(versioned).object_versions.delete()
    s3.delete_bucket(Bucket=versioned)
    equal(code_of(s3.head_bucket, Bucket=versioned), "404 404")


def check_tagging():
    s3.put_object(Bucket=bucket, Key="tags", Body=b"x", Tagging="a=1&b=%C3%BC")
    equal(s3.get_object_tagging(Bucket=bucket, Key="tags")["TagSet"],
          [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "ü"}])
    s3.delete_object_tagging(Bucket=bucket, Key="tags")
    equal(s3.get_object_tagging(Bucket=bucket, Key="tags")["TagSet"], [])
    equal(code_of(s3.get_bucket_tagging, Bucket=bucket), "404 NoSuchTagSet")
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "team", "Value": "x"}]})
    equal(s3.get_bucket_tagging(Bucket=bucket)["TagSet"], [{"Key": "team", "Value": "x"}])


def check_conditions():
    etag = s3.put_object(Bucket=bucket, Key="condition", Body=b"1")["ETag"]
    equal(code_of(s3.get_object, Bucket=bucket, Key="condition", IfNoneMatch=etag), "304 304")
    equal(code_of(s3.get_object, Bucket=bucket, Key="condition", IfMatch='"0"'), "412 PreconditionFailed")
    if knows("PutObject", "IfNoneMatch"):
        equal(code_of(s3.put_object, Bucket=bucket, Key="condition", Body=b"2", IfNoneMatch="*"),
              "412 PreconditionFailed")
    if knows("PutObject", "IfMatch"):
        s3.put_object(Bucket=bucket, Key="condition", Body=b"3", IfMatch=etag)
        equal(code_of(s3.put_object, Bucket=bucket, Key="condition", Body=b"4", IfMatch=etag),
              "412 PreconditionFailed")


def check_ranges():
    s3.put_object(Bucket=bucket, Key="range", Body=b"0123456789")
    equal(body_of("range", Range="bytes=2-4"), b"234")
    equal(body_of("range", Range="bytes=-3"), b"789")
    equal(code_of(s3.get_object, Bucket=bucket, Key="range", Range="bytes=10-"), "416 InvalidRange")


def check_presigned_urls():
    """In the default configuration, which in us-east-1 is signature version 2, and by both versions by name."""
    versions = [None, "s3", "s3v4"] + (["s3v4a"] if has_crt() else [])
    for version in versions:
        client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version=version))
        arguments = {"Bucket": bucket, "Key": "presigned + é"}
        put = urllib.request.Request(client.generate_presigned_url("put_object", arguments), data=b"by url", method="PUT")
        put.add_header("Content-Type", "")
        equal(urllib.request.urlopen(put).status, 200)
        got = {**arguments, "ResponseContentType": "text/x-test", "ResponseContentDisposition": "inline; filename=\"a b\""}
        answer = urllib.request.urlopen(client.generate_presigned_url("get_object", got))
        equal((answer.read(), answer.headers["content-type"]), (b"by url", "text/x-test"))
        url = client.generate_presigned_url("get_object", arguments)
        equal(status_of(url.replace("presigned", "another")), 403)
        if not has_crt():  # which signs no URL that has ended
            equal(status_of(client.generate_presigned_url("get_object", arguments, ExpiresIn=-1)), 403)


def check_presigned_urls_carry_headers():
    """botocore moves what it signs into the URL of signature version 2: class and metadata are stored."""
    client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3"))
    arguments = {"Bucket": bucket, "Key": "hoisted", "StorageClass": "STANDARD_IA", "Metadata": {"a": "b"}}
    put = urllib.request.Request(client.generate_presigned_url("put_object", arguments), data=b"x", method="PUT")
    put.add_header("Content-Type", "")
    equal(urllib.request.urlopen(put).status, 200)
    head = s3.head_object(Bucket=bucket, Key="hoisted")
    equal((head["StorageClass"], head["Metadata"]), ("STANDARD_IA", {"a": "b"}))


def check_signature_version_2():
    client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3"))
    for key in KEYS:
        if "/../" in key or "/./" in key:
            continue
        client.put_object(Bucket=bucket, Key=f"v2/{key}", Body=key.encode(), Metadata={"a": "b, c"}, ContentType="text/plain")
        equal(client.get_object(Bucket=bucket, Key=f"v2/{key}")["Body"].read(), key.encode())
    tags = {"TagSet": [{"Key": "a", "Value": "1"}]}
    client.put_object_tagging(Bucket=bucket, Key="v2/plain", Tagging=tags)
    equal(client.get_object_tagging(Bucket=bucket, Key="v2/plain")["TagSet"], tags["TagSet"])
    client.upload_fileobj(io.BytesIO(sample(9 * MIB)), bucket, "v2/parts")
    equal(body_of("v2/parts"), sample(9 * MIB))
    listed = client.list_objects_v2(Bucket=bucket, Prefix="v2/", MaxKeys=3)
    equal(len(listed["Contents"]), 3)
    wrong = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3"), aws_secret_access_key="x" * 20,
                         aws_access_key_id=s3._request_signer._credentials.access_key)
    equal(code_of(wrong.list_buckets), "403 SignatureDoesNotMatch")


def check_signature_version_4a():
    if not has_crt():
        return
    client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3v4a"))
    client.put_object(Bucket=bucket, Key="v4a + é", Body=b"asymmetric")
    equal(client.get_object(Bucket=bucket, Key="v4a + é")["Body"].read(), b"asymmetric")
    client.upload_fileobj(io.BytesIO(sample(9 * MIB)), bucket, "v4a/parts")
    equal(body_of("v4a/parts"), sample(9 * MIB))


def check_presigned_posts():
    for version in [None, "s3", "s3v4"]:
        client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version=version))
        fields = {"acl": "private", "Content-Type": "text/x-test", "success_action_status": "201"}
        conditions = [{name: value} for name, value in fields.items()] + [["content-length-range", 0, 1000]]
        made = client.generate_presigned_post(bucket, f"posted/{version}/${{filename}}", fields, conditions)
        status, answer = post_form(made["url"], made["fields"], b"by form")
        equal(status, 201)
        assert b"<Key>posted/%s/a.txt</Key>" % str(version).encode() in answer, answer
        got = s3.get_object(Bucket=bucket, Key=f"posted/{version}/a.txt")
        equal((got["Body"].read(), got["ContentType"]), (b"by form", "text/x-test"))
        equal(post_form(made["url"], made["fields"], b"x" * 1001)[0], 400)
        equal(post_form(made["url"], {**made["fields"], "acl": "public-read"}, b"x")[0], 403)


def has_crt():
    try:
        from botocore.crt.auth import CrtS3SigV4AsymAuth  # noqa: F401
    except Exception:
        return False
    return True


def status_of(url):
    try:
        return urllib.request.urlopen(url).status
    except urllib.error.HTTPError as error:
        return error.code


def post_form(url, fields, content):
    """A form as a browser sends it."""
    boundary = "boundary-of-boto3-checks"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'.encode()
    body = b"".join(parts) + file + content + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(url, data=body, method="POST")
    request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def check_checksums():
    if not knows("PutObject", "ChecksumAlgorithm"):
        return
    for name in ["CRC32", "SHA1", "SHA256"]:
        put = s3.put_object(Bucket=bucket, Key=f"sum/{name}", Body=b"abc", ChecksumAlgorithm=name)
        got = s3.get_object(Bucket=bucket, Key=f"sum/{name}", ChecksumMode="ENABLED")
        equal(got[f"Checksum{name}"], put[f"Checksum{name}"])
        equal(got["Body"].read(), b"abc")


def check_streams_without_a_length():
    class Unseekable(io.RawIOBase):
        def __init__(self, data):
            self.data = io.BytesIO(data)

        def readable(self):
            return True

        def read(self, size=-1):
            return self.data.read(size)

    s3.upload_fileobj(Unseekable(sample(9 * MIB)), bucket, "unseekable")
    assert body_of("unseekable") == sample(9 * MIB)


def check_errors():
    equal(code_of(s3.get_object, Bucket=bucket, Key="missing"), "404 NoSuchKey")
    equal(code_of(s3.head_object, Bucket=bucket, Key="missing"), "404 404")
    equal(code_of(s3.get_object, Bucket="nowhere-to-be-found", Key="k"), "404 NoSuchBucket")
    equal(code_of(s3.delete_bucket, Bucket=bucket), "409 BucketNotEmpty")
    wrong = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id="NOBODY", aws_secret_access_key="x")
    equal(code_of(wrong.list_buckets), "403 InvalidAccessKeyId")


def main():
    s3.create_bucket(Bucket=bucket)
    results = {}
    for name, check in list(globals().items()):
        if not name.startswith("check_"):
            continue
        try:
            check()
            results[name] = None
        except Exception:
            results[name] = traceback.format_exc()
    print(json.dumps(results))


main()
