"""What boto3 does with roles and sessions. Run by sts-sdks.test.ts, which makes one test of each check_* function.

Usage: sts_checks.py <endpoint> <bucket> <role> <web identity role> <token file>. The environment has the credentials of a
user who may assume the roles. Prints one line of JSON: {"check name": null or why it failed}.
"""

import json
import sys
import time
import traceback

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import ClientError

endpoint, bucket, role, web_role, token_file = sys.argv[1:]
sts = boto3.client("sts", endpoint_url=endpoint)


def equal(found, expected):
    assert found == expected, f"{found!r:.500} is not {expected!r:.500}"


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return f"{error.response['ResponseMetadata']['HTTPStatusCode']} {error.response['Error']['Code']}"
    return "no error"


def client_of(credentials, service="s3"):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


class Forgetful(dict):
    """A cache of credentials that keeps none."""

    def __setitem__(self, key, value):
        pass


def check_assumes_a_role():
    answer = sts.assume_role(RoleArn=role, RoleSessionName="boto3", DurationSeconds=900)
    s3 = client_of(answer["Credentials"])
    s3.put_object(Bucket=bucket, Key="boto3", Body=b"x" * 70000)
    equal(len(s3.get_object(Bucket=bucket, Key="boto3")["Body"].read()), 70000)
    equal(code_of(s3.delete_object, Bucket=bucket, Key="boto3"), "403 AccessDenied")
    lives = answer["Credentials"]["Expiration"].timestamp() - time.time()
    assert 800 < lives <= 900, lives


def check_uploads_parts_and_presigns():
    s3 = client_of(sts.assume_role(RoleArn=role, RoleSessionName="boto3")["Credentials"])
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"y" * 1000)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload, MultipartUpload=parts)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "parts"})
    assert "ecurity-" in url, url


def check_refreshes_its_credentials():
    session = botocore.session.get_session()
    source = session.get_credentials()

    def make(service, **more):
        return session.create_client(service, endpoint_url=endpoint, **more)

    fetcher = AssumeRoleCredentialFetcher(
        make, source, role, extra_args={"RoleSessionName": "refreshed", "DurationSeconds": 900}, cache=Forgetful()
    )
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    first = credentials.get_frozen_credentials()
    # Credentials that live 900 seconds are within the time in which botocore looks for new ones.
    second = credentials.get_frozen_credentials()
    assert first.access_key.startswith("ASIA"), first.access_key
    assert first.access_key != second.access_key, "not refreshed"
    for frozen in (first, second):
        who = boto3.client(
            "sts",
            endpoint_url=endpoint,
            aws_access_key_id=frozen.access_key,
            aws_secret_access_key=frozen.secret_key,
            aws_session_token=frozen.token,
        ).get_caller_identity()
        equal(who["Arn"].split(":", 5)[5], f"assumed-role/{role.rsplit('/', 1)[1]}/refreshed")


def check_takes_a_web_identity_without_signing():
    with open(token_file, encoding="utf-8") as file:
        token = file.read()
    anonymous = boto3.client("sts", endpoint_url=endpoint, config=Config(signature_version=UNSIGNED))
    answer = anonymous.assume_role_with_web_identity(RoleArn=web_role, RoleSessionName="web", WebIdentityToken=token)
    equal(answer["SubjectFromWebIdentityToken"], "repo:octo/app:ref:refs/heads/main")
    client_of(answer["Credentials"]).put_object(Bucket=bucket, Key="web", Body=b"")


def check_errors_have_their_classes():
    try:
        sts.assume_role_with_web_identity(RoleArn=web_role, RoleSessionName="web", WebIdentityToken="none")
        raise AssertionError("no error")
    except sts.exceptions.InvalidIdentityTokenException:
        pass
    try:
        sts.assume_role(RoleArn=role, RoleSessionName="boto3", Policy='{"Statement": {}}')
        raise AssertionError("no error")
    except sts.exceptions.MalformedPolicyDocumentException:
        pass
    equal(code_of(sts.assume_role, RoleArn=role, RoleSessionName="x!"), "400 ValidationError")
    tags = [{"Key": "team", "Value": "a"}]
    equal(code_of(sts.assume_role, RoleArn=role, RoleSessionName="boto3", Tags=tags), "403 AccessDenied")


checks = [(name, check) for name, check in list(globals().items()) if name.startswith("check_")]
results = {}
for name, check in checks:
    try:
        check()
        results[name] = None
    except Exception:
        results[name] = traceback.format_exc(limit=3)
print(json.dumps(results))
