"""S3 Select by boto3. Run by select-boto3.test.ts, which makes one test of each check_* function.

Usage: select_checks.py <endpoint> <bucket>. Prints one line of JSON: {"check name": null or why it failed}.
"""

import bz2
import gzip
import json
import sys
import traceback

import boto3
from botocore.exceptions import ClientError, EventStreamError

endpoint, bucket = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint)

CITIES = [("Berlin", "Germany", 3677472), ("Köln", "Germany", 1073096), ("Reykjavik", "Iceland", 139875)]
CSV = ("name,country,population\n" + "".join(f"{n},{c},{p}\n" for n, c, p in CITIES)).encode()
LINES = "".join(json.dumps({"name": n, "country": c, "population": p}) + "\n" for n, c, p in CITIES).encode()
FROM_CSV = {"CSV": {"FileHeaderInfo": "USE"}}


def events_of(key, expression, input=FROM_CSV, output={"CSV": {}}, **more):
    answer = s3.select_object_content(
        Bucket=bucket, Key=key, ExpressionType="SQL", Expression=expression,
        InputSerialization=input, OutputSerialization=output, **more,
    )
    return list(answer["Payload"])


def records_of(events):
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()


def select(*arguments, **more):
    return records_of(events_of(*arguments, **more))


def equal(found, expected):
    assert found == expected, f"{found!r:.500} is not {expected!r:.500}"


def check_csv_with_statistics():
    events = events_of("cities.csv", "SELECT s.name FROM S3Object s WHERE s.country = 'Germany'")
    equal(records_of(events), "Berlin\nKöln\n")
    details = events[-2]["Stats"]["Details"]
    equal(details, {"BytesScanned": len(CSV), "BytesProcessed": len(CSV), "BytesReturned": len("Berlin\nKöln\n".encode())})
    assert "End" in events[-1]


def check_json_lines():
    found = select(
        "cities.json", "SELECT s.name AS n FROM S3Object[*] s WHERE s.population > 2000000",
        {"JSON": {"Type": "LINES"}}, {"JSON": {}},
    )
    equal([json.loads(line) for line in found.splitlines()], [{"n": "Berlin"}])


def check_compressed():
    for key, kind in (("cities.csv.gz", "GZIP"), ("cities.csv.bz2", "BZIP2")):
        equal(select(key, "SELECT COUNT(*) FROM S3Object", {**FROM_CSV, "CompressionType": kind}), "3\n")


def check_progress_is_asked_for():
    events = events_of("cities.csv", "SELECT * FROM S3Object", RequestProgress={"Enabled": True})
    assert "End" in events[-1]


def check_delimiters():
    found = select(
        "cities.csv", "SELECT s._1, s._3 FROM S3Object s LIMIT 2", {"CSV": {"FileHeaderInfo": "IGNORE"}},
        {"CSV": {"FieldDelimiter": "\t", "RecordDelimiter": "|\n", "QuoteFields": "ALWAYS"}},
    )
    equal(found, '"Berlin"\t"3677472"|\n"Köln"\t"1073096"|\n')


def check_errors_before_the_start():
    for code, arguments in {
        "NoSuchKey": ("none.csv", "SELECT * FROM S3Object"),
        "InvalidFileHeaderInfo": ("cities.csv", "SELECT * FROM S3Object", {"CSV": {"FileHeaderInfo": "MAYBE"}}),
        "InvalidQuoteFields": ("cities.csv", "SELECT * FROM S3Object", FROM_CSV, {"CSV": {"QuoteFields": "NEVER"}}),
    }.items():
        try:
            events_of(*arguments)
        except ClientError as error:
            equal(error.response["Error"]["Code"], code)
        else:
            raise AssertionError(f"no {code}")


def check_an_error_in_the_middle():
    s3.put_object(Bucket=bucket, Key="broken.csv", Body=b"1\n" * 300000 + b"x\n")
    try:
        events_of("broken.csv", "SELECT CAST(s._1 AS INT) FROM S3Object s", {"CSV": {}})
    except EventStreamError as error:
        equal(error.response["Error"]["Code"], "CastFailed")
    else:
        raise AssertionError("no error")


def run(check):
    try:
        check()
        return None
    except Exception:
        return traceback.format_exc()


def main():
    s3.create_bucket(Bucket=bucket)
    for key, body in {
        "cities.csv": CSV, "cities.csv.gz": gzip.compress(CSV), "cities.csv.bz2": bz2.compress(CSV), "cities.json": LINES,
    }.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    checks = {name: check for name, check in globals().items() if name.startswith("check_")}
    print(json.dumps({name: run(check) for name, check in checks.items()}))


main()
