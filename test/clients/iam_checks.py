"""What boto3 does with IAM, and what Terraform's AWS provider asks in a row. Run by iam-boto3.test.ts, which makes one
test of each check_* function.

Usage: iam_checks.py <endpoint> <account id>. The environment has a key of the account itself, which nothing else uses.
Prints one line of JSON: {"check name": null or why it failed}.
"""

import json
import sys
import time
import traceback
from datetime import datetime, timezone

import boto3
from botocore.exceptions import ClientError

endpoint, account_id = sys.argv[1:]
iam = boto3.client("iam", endpoint_url=endpoint)
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": account_id}, "Action": "sts:AssumeRole"}],
}


def equal(found, expected):
    assert found == expected, f"{found!r:.900} is not {expected!r:.900}"


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        answer = error.response
        return f"{answer['ResponseMetadata']['HTTPStatusCode']} {answer['Error']['Code']}: {answer['Error']['Message']}"
    return "no error"


def code_of(call, **arguments):
    return error_of(call, **arguments).split(":")[0]


def arn(rest):
    return f"arn:aws:iam::{account_id}:{rest}"


def names(items, name):
    return [item[name] for item in items]


def all_of(operation, result, size=3, **arguments):
    """What the paginator gives for pages of this size, and how many pages there were."""
    pages = list(iam.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **arguments))
    return [item for page in pages for item in page[result]], len(pages)


def check_answers_are_of_the_types_of_the_model():
    user = iam.create_user(UserName="typed", Path="/a/b/", Tags=[{"Key": "k", "Value": ""}])["User"]
    equal(set(user), {"Path", "UserName", "UserId", "Arn", "CreateDate", "Tags"})
    assert abs((datetime.now(timezone.utc) - user["CreateDate"]).total_seconds()) < 60, user["CreateDate"]
    # CreateUser and GetUser tell the same.
    equal(iam.get_user(UserName="typed")["User"], user)
    # Lists leave tags out, as AWS does.
    equal(iam.list_users(PathPrefix="/a/b/")["Users"], [{k: v for k, v in user.items() if k != "Tags"}])
    key = iam.create_access_key(UserName="typed")["AccessKey"]
    equal((len(key["AccessKeyId"]), key["AccessKeyId"][:4], len(key["SecretAccessKey"])), (20, "AKIA", 40))
    listed = iam.list_access_keys(UserName="typed")["AccessKeyMetadata"]
    equal(listed, [{k: v for k, v in key.items() if k != "SecretAccessKey"}])


def check_documents_come_back_as_they_were_put():
    text = json.dumps(ALLOW, indent=3) + "\n"
    iam.create_role(RoleName="documents", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="documents", PolicyName="p", PolicyDocument=text)
    # botocore decodes and parses the URL-encoded JSON.
    equal(iam.get_role_policy(RoleName="documents", PolicyName="p")["PolicyDocument"], ALLOW)
    equal(iam.get_role(RoleName="documents")["Role"]["AssumeRolePolicyDocument"], TRUST)
    policy = iam.create_policy(PolicyName="documents", PolicyDocument=text)["Policy"]["Arn"]
    equal(iam.get_policy_version(PolicyArn=policy, VersionId="v1")["PolicyVersion"]["Document"], ALLOW)
    odd = {**ALLOW, "Id": "a&b <ü> \"%20+\" 日本"}
    equal(code_of(iam.create_policy, PolicyName="odd", PolicyDocument=json.dumps(odd)), "no error")
    equal(iam.get_policy_version(PolicyArn=arn("policy/odd"), VersionId="v1")["PolicyVersion"]["Document"], odd)


def check_paginators_of_entities():
    for number in range(7):
        iam.create_user(UserName=f"page{number}", Path="/page/")
        iam.create_group(GroupName=f"page{number}", Path="/page/")
        iam.create_role(RoleName=f"page{number}", Path="/page/", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.create_policy(PolicyName=f"page{number}", Path="/page/", PolicyDocument=json.dumps(ALLOW))
    expected = [f"page{number}" for number in range(7)]
    for operation, result, name in [
        ("list_users", "Users", "UserName"),
        ("list_groups", "Groups", "GroupName"),
        ("list_roles", "Roles", "RoleName"),
        ("list_policies", "Policies", "PolicyName"),
    ]:
        found, pages = all_of(operation, result, PathPrefix="/page/")
        equal((operation, names(found, name), pages), (operation, expected, 3))
        # A page that is full and the last says so.
        found, pages = all_of(operation, result, size=7, PathPrefix="/page/")
        equal((operation, len(found), pages), (operation, 7, 1))


def check_paginators_of_what_entities_have():
    iam.create_user(UserName="rich")
    iam.create_role(RoleName="rich", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_group(GroupName="rich")
    made = [iam.create_policy(PolicyName=f"rich{i}", PolicyDocument=json.dumps(ALLOW)) for i in range(5)]
    arns = [answer["Policy"]["Arn"] for answer in made]
    tags = [{"Key": f"k{i}", "Value": f"v{i}"} for i in range(5)]
    iam.tag_user(UserName="rich", Tags=tags)
    iam.tag_role(RoleName="rich", Tags=tags)
    iam.tag_policy(PolicyArn=arns[0], Tags=tags)
    small = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    for i in range(5):
        iam.attach_user_policy(UserName="rich", PolicyArn=arns[i])
        iam.attach_role_policy(RoleName="rich", PolicyArn=arns[i])
        iam.attach_group_policy(GroupName="rich", PolicyArn=arns[i])
        iam.put_user_policy(UserName="rich", PolicyName=f"p{i}", PolicyDocument=small)
        iam.put_role_policy(RoleName="rich", PolicyName=f"p{i}", PolicyDocument=small)
        iam.put_group_policy(GroupName="rich", PolicyName=f"p{i}", PolicyDocument=small)
        iam.create_group(GroupName=f"of-rich{i}")
        iam.add_user_to_group(GroupName=f"of-rich{i}", UserName="rich")
        iam.create_user(UserName=f"in-rich{i}")
        iam.add_user_to_group(GroupName="rich", UserName=f"in-rich{i}")
        if i > 0:
            iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=json.dumps(ALLOW))
    inline = [f"p{i}" for i in range(5)]
    for kind in ["User", "Role", "Group"]:
        of = {f"{kind}Name": "rich"}
        attached, pages = all_of(f"list_attached_{kind.lower()}_policies", "AttachedPolicies", **of)
        equal((kind, names(attached, "PolicyArn"), pages), (kind, arns, 2))
        equal((kind, *all_of(f"list_{kind.lower()}_policies", "PolicyNames", **of)), (kind, inline, 2))
    groups, pages = all_of("list_groups_for_user", "Groups", UserName="rich")
    equal((names(groups, "GroupName"), pages), ([f"of-rich{i}" for i in range(5)], 2))
    members, pages = all_of("get_group", "Users", GroupName="rich")
    equal((names(members, "UserName"), pages), ([f"in-rich{i}" for i in range(5)], 2))
    versions, pages = all_of("list_policy_versions", "Versions", PolicyArn=arns[0])
    equal((names(versions, "VersionId"), pages), (["v5", "v4", "v3", "v2", "v1"], 2))
    equal(all_of("list_user_tags", "Tags", UserName="rich"), (tags, 2))
    for call, of in [(iam.list_role_tags, {"RoleName": "rich"}), (iam.list_policy_tags, {"PolicyArn": arns[0]})]:
        first = call(MaxItems=3, **of)
        equal((first["Tags"], first["IsTruncated"]), (tags[:3], True))
        second = call(MaxItems=3, Marker=first["Marker"], **of)
        equal((second["Tags"], second["IsTruncated"], "Marker" in second), (tags[3:], False, False))
    attached_to = iam.get_paginator("list_entities_for_policy")
    pages = list(attached_to.paginate(PolicyArn=arns[0], PaginationConfig={"PageSize": 2}))
    entities = [item for page in pages for key in ("PolicyGroups", "PolicyUsers", "PolicyRoles") for item in page[key]]
    kinds = sorted(key for item in entities for key in item if key.endswith("Name"))
    equal((kinds, len(pages)), (["GroupName", "RoleName", "UserName"], 2))
    iam.create_access_key(UserName="rich")
    iam.create_access_key(UserName="rich")
    equal(len(all_of("list_access_keys", "AccessKeyMetadata", size=1, UserName="rich")[0]), 2)


def check_paginator_of_everything():
    iam.create_group(GroupName="details")
    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 4}))
    assert len(pages) > 3, len(pages)
    for result, name, operation, listed in [
        ("UserDetailList", "UserName", "list_users", "Users"),
        ("GroupDetailList", "GroupName", "list_groups", "Groups"),
        ("RoleDetailList", "RoleName", "list_roles", "Roles"),
    ]:
        found = sorted(item[name] for page in pages for item in page[result])
        equal((result, found), (result, sorted(names(all_of(operation, listed, size=100)[0], name))))
    policies = [item for page in pages for item in page["Policies"]]
    equal(len(policies), len({policy["Arn"] for policy in policies}))


def check_paginator_of_simulations():
    actions = [f"s3:{verb}Object" for verb in ("Get", "Put", "Delete")]
    results, pages = all_of(
        "simulate_custom_policy",
        "EvaluationResults",
        size=2,
        PolicyInputList=[json.dumps(ALLOW)],
        ActionNames=actions,
    )
    equal([(r["EvalActionName"], r["EvalDecision"]) for r in results],
          list(zip(actions, ["allowed", "implicitDeny", "implicitDeny"])))
    equal(pages, 2)
    iam.create_user(UserName="simulated")
    iam.put_user_policy(UserName="simulated", PolicyName="p", PolicyDocument=json.dumps(ALLOW))
    results, _ = all_of(
        "simulate_principal_policy", "EvaluationResults", PolicySourceArn=arn("user/simulated"), ActionNames=actions
    )
    equal([r["EvalDecision"] for r in results], ["allowed", "implicitDeny", "implicitDeny"])


def check_waiters():
    iam.create_user(UserName="awaited")
    iam.create_role(RoleName="awaited", AssumeRolePolicyDocument=json.dumps(TRUST))
    policy = iam.create_policy(PolicyName="awaited", PolicyDocument=json.dumps(ALLOW))["Policy"]["Arn"]
    iam.get_waiter("user_exists").wait(UserName="awaited")
    iam.get_waiter("role_exists").wait(RoleName="awaited")
    iam.get_waiter("policy_exists").wait(PolicyArn=policy)


def check_resources():
    resource = boto3.resource("iam", endpoint_url=endpoint)
    user = resource.create_user(UserName="resource")
    pair = user.create_access_key_pair()
    equal([key.id for key in user.access_keys.all()], [pair.id])
    group = resource.create_group(GroupName="resource")
    group.add_user(UserName="resource")
    equal([member.name for member in group.users.all()], ["resource"])
    policy = resource.create_policy(PolicyName="resource", PolicyDocument=json.dumps(ALLOW))
    user.attach_policy(PolicyArn=policy.arn)
    equal([attached.policy_name for attached in user.attached_policies.all()], ["resource"])
    equal(policy.default_version.document, ALLOW)
    equal(resource.CurrentUser().arn, arn("root"))
    equal(resource.AccountSummary().summary_map["Policies"] > 0, True)


def check_errors_have_their_classes_codes_and_messages():
    iam.create_user(UserName="there")
    try:
        iam.create_user(UserName="There")
        raise AssertionError("no error")
    except iam.exceptions.EntityAlreadyExistsException as error:
        equal(error.response["Error"]["Message"], "User with name There already exists.")
        equal(error.response["Error"]["Type"], "Sender")
    for call, arguments, expected in [
        (iam.get_user, {"UserName": "none"}, "404 NoSuchEntity: The user with name none cannot be found."),
        (iam.get_role, {"RoleName": "none"}, "404 NoSuchEntity: The role with name none cannot be found."),
        (iam.get_group, {"GroupName": "none"}, "404 NoSuchEntity: The group with name none cannot be found."),
        (iam.get_policy, {"PolicyArn": arn("policy/none")},
         f"404 NoSuchEntity: Policy {arn('policy/none')} was not found."),
        (iam.get_user_policy, {"UserName": "there", "PolicyName": "none"},
         "404 NoSuchEntity: The user policy with name none cannot be found."),
        (iam.delete_access_key, {"UserName": "there", "AccessKeyId": "AKIANONEOFTHESEKEYS1"},
         "404 NoSuchEntity: The Access Key with id AKIANONEOFTHESEKEYS1 cannot be found."),
    ]:
        equal(error_of(call, **arguments), expected)
    equal(code_of(iam.create_user, UserName="x" * 65), "400 ValidationError")
    equal(code_of(iam.list_users, Marker="none of ours"), "400 ValidationError")
    for _ in range(2):
        iam.create_access_key(UserName="there")
    equal(error_of(iam.create_access_key, UserName="there"),
          "409 LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2")
    equal(error_of(iam.delete_user, UserName="there"),
          "409 DeleteConflict: Cannot delete entity, must delete access keys first.")
    nobody = {"aws_access_key_id": "AKIANOBODYHASIT00000", "aws_secret_access_key": "x"}
    wrong = boto3.client("iam", endpoint_url=endpoint, **nobody)
    equal(code_of(wrong.list_users), "403 InvalidClientTokenId")


def check_terraform_user():
    """aws_iam_user, aws_iam_access_key, aws_iam_user_policy, aws_iam_user_group_membership; then destroyed by force."""
    iam.create_group(GroupName="tf-group")
    boundary = iam.create_policy(PolicyName="tf-boundary", PolicyDocument=json.dumps(ALLOW))["Policy"]["Arn"]
    iam.create_user(UserName="tf", Path="/tf/", PermissionsBoundary=boundary, Tags=[{"Key": "a", "Value": "1"}])
    read = iam.get_user(UserName="tf")["User"]
    equal(read["PermissionsBoundary"],
          {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary})
    # 1. Renamed, moved, tagged otherwise, and bounded no more.
    iam.update_user(UserName="tf", NewUserName="tf2", NewPath="/tf/two/")
    iam.delete_user_permissions_boundary(UserName="tf2")
    iam.untag_user(UserName="tf2", TagKeys=["a"])
    iam.tag_user(UserName="tf2", Tags=[{"Key": "b", "Value": "2"}])
    read = iam.get_user(UserName="tf2")["User"]
    equal((read["Arn"], read["Tags"]), (arn("user/tf/two/tf2"), [{"Key": "b", "Value": "2"}]))
    assert "PermissionsBoundary" not in read, read
    # 2. What hangs on it.
    key = iam.create_access_key(UserName="tf2")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="tf2", AccessKeyId=key, Status="Inactive")
    equal(names(iam.list_access_keys(UserName="tf2")["AccessKeyMetadata"], "Status"), ["Inactive"])
    equal(iam.get_access_key_last_used(AccessKeyId=key)["UserName"], "tf2")
    iam.put_user_policy(UserName="tf2", PolicyName="tf", PolicyDocument=json.dumps(ALLOW))
    equal(iam.get_user_policy(UserName="tf2", PolicyName="tf")["PolicyDocument"], ALLOW)
    iam.attach_user_policy(UserName="tf2", PolicyArn=boundary)
    equal(names(iam.list_attached_user_policies(UserName="tf2")["AttachedPolicies"], "PolicyArn"), [boundary])
    iam.add_user_to_group(UserName="tf2", GroupName="tf-group")
    equal(names(iam.list_groups_for_user(UserName="tf2")["Groups"], "GroupName"), ["tf-group"])
    # 3. Destroyed by force.
    iam.remove_user_from_group(UserName="tf2", GroupName="tf-group")
    iam.delete_user_policy(UserName="tf2", PolicyName="tf")
    iam.detach_user_policy(UserName="tf2", PolicyArn=boundary)
    iam.delete_access_key(UserName="tf2", AccessKeyId=key)
    equal(iam.list_ssh_public_keys(UserName="tf2")["SSHPublicKeys"], [])
    equal(iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"], [])
    equal(iam.list_mfa_devices(UserName="tf2")["MFADevices"], [])
    equal(error_of(iam.delete_login_profile, UserName="tf2"),
          "404 NoSuchEntity: Login Profile for User tf2 cannot be found.")
    equal(iam.list_signing_certificates(UserName="tf2")["Certificates"], [])
    equal(iam.list_service_specific_credentials(UserName="tf2")["ServiceSpecificCredentials"], [])
    iam.delete_user(UserName="tf2")
    equal(code_of(iam.get_user, UserName="tf2"), "404 NoSuchEntity")
    iam.delete_group(GroupName="tf-group")
    iam.delete_policy(PolicyArn=boundary)


def check_terraform_role():
    """aws_iam_role with inline and managed policies, aws_iam_role_policy_attachment; then destroyed."""
    made = iam.create_role(
        RoleName="tf",
        Path="/",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Description="made by Terraform",
        MaxSessionDuration=3600,
        Tags=[{"Key": "a", "Value": "1"}],
    )["Role"]
    read = iam.get_role(RoleName="tf")["Role"]
    equal({k: v for k, v in read.items() if k not in ("RoleLastUsed", "Description", "MaxSessionDuration")},
          {k: v for k, v in made.items() if k not in ("RoleLastUsed", "Description", "MaxSessionDuration")})
    equal((read["Description"], read["MaxSessionDuration"], read["RoleLastUsed"]), ("made by Terraform", 3600, {}))
    equal(iam.list_role_policies(RoleName="tf")["PolicyNames"], [])
    equal(iam.list_attached_role_policies(RoleName="tf")["AttachedPolicies"], [])
    iam.put_role_policy(RoleName="tf", PolicyName="inline", PolicyDocument=json.dumps(ALLOW))
    equal(iam.get_role_policy(RoleName="tf", PolicyName="inline")["PolicyDocument"], ALLOW)
    read_only = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    iam.attach_role_policy(RoleName="tf", PolicyArn=read_only)
    # Attaching it again changes nothing.
    iam.attach_role_policy(RoleName="tf", PolicyArn=read_only)
    equal(names(iam.list_attached_role_policies(RoleName="tf")["AttachedPolicies"], "PolicyArn"), [read_only])
    other = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "ec2.amazonaws.com"}}]}
    iam.update_assume_role_policy(RoleName="tf", PolicyDocument=json.dumps(other))
    iam.update_role(RoleName="tf", Description="", MaxSessionDuration=7200)
    iam.put_role_permissions_boundary(RoleName="tf", PermissionsBoundary=read_only)
    read = iam.get_role(RoleName="tf")["Role"]
    equal(read["AssumeRolePolicyDocument"], other)
    equal((read["MaxSessionDuration"], read["PermissionsBoundary"]["PermissionsBoundaryArn"]), (7200, read_only))
    iam.delete_role_permissions_boundary(RoleName="tf")
    iam.tag_role(RoleName="tf", Tags=[{"Key": "a", "Value": "2"}])
    equal(iam.get_role(RoleName="tf")["Role"]["Tags"], [{"Key": "a", "Value": "2"}])
    equal(error_of(iam.delete_role, RoleName="tf"),
          "409 DeleteConflict: Cannot delete entity, must detach all policies first.")
    equal(iam.list_instance_profiles_for_role(RoleName="tf")["InstanceProfiles"], [])
    iam.detach_role_policy(RoleName="tf", PolicyArn=read_only)
    equal(code_of(iam.detach_role_policy, RoleName="tf", PolicyArn=read_only), "404 NoSuchEntity")
    iam.delete_role_policy(RoleName="tf", PolicyName="inline")
    iam.delete_role(RoleName="tf")
    equal(code_of(iam.list_attached_role_policies, RoleName="tf"), "404 NoSuchEntity")


def check_terraform_policy():
    """aws_iam_policy through six changes: Terraform deletes the oldest of five versions before it makes another."""
    policy = iam.create_policy(
        PolicyName="tf",
        Path="/tf/",
        Description="d",
        PolicyDocument=json.dumps(ALLOW),
        Tags=[{"Key": "a", "Value": "1"}],
    )["Policy"]["Arn"]
    for change in range(6):
        read = iam.get_policy(PolicyArn=policy)["Policy"]
        equal((read["Description"], read["Tags"], read["IsAttachable"]), ("d", [{"Key": "a", "Value": "1"}], True))
        iam.get_policy_version(PolicyArn=policy, VersionId=read["DefaultVersionId"])
        versions = iam.list_policy_versions(PolicyArn=policy)["Versions"]
        if len(versions) >= 5:
            another = {"PolicyArn": policy, "PolicyDocument": json.dumps(ALLOW)}
            equal(code_of(iam.create_policy_version, **another), "409 LimitExceeded")
            oldest = min((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: int(v["VersionId"][1:]))
            iam.delete_policy_version(PolicyArn=policy, VersionId=oldest["VersionId"])
        document = {**ALLOW, "Id": f"change {change}"}
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(document), SetAsDefault=True)
        read = iam.get_policy(PolicyArn=policy)["Policy"]
        equal(read["DefaultVersionId"], f"v{change + 2}")
        version = iam.get_policy_version(PolicyArn=policy, VersionId=read["DefaultVersionId"])["PolicyVersion"]
        equal((version["Document"], version["IsDefaultVersion"]), (document, True))
    equal(code_of(iam.delete_policy, PolicyArn=policy), "409 DeleteConflict")
    for version in iam.list_policy_versions(PolicyArn=policy)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=policy, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=policy)
    equal(code_of(iam.list_policy_versions, PolicyArn=policy), "404 NoSuchEntity")


def check_terraform_group():
    """aws_iam_group, aws_iam_group_membership, aws_iam_group_policy."""
    for name in ("tf-a", "tf-b"):
        iam.create_user(UserName=name)
    iam.create_group(GroupName="tf", Path="/")
    for name in ("tf-a", "tf-b"):
        iam.add_user_to_group(GroupName="tf", UserName=name)
    equal(names(iam.get_group(GroupName="tf")["Users"], "UserName"), ["tf-a", "tf-b"])
    iam.update_group(GroupName="tf", NewGroupName="tf2", NewPath="/moved/")
    equal(iam.get_group(GroupName="tf2")["Group"]["Arn"], arn("group/moved/tf2"))
    iam.put_group_policy(GroupName="tf2", PolicyName="p", PolicyDocument=json.dumps(ALLOW))
    equal(iam.get_group_policy(GroupName="tf2", PolicyName="p")["PolicyDocument"], ALLOW)
    equal(code_of(iam.delete_group, GroupName="tf2"), "409 DeleteConflict")
    for name in ("tf-a", "tf-b"):
        iam.remove_user_from_group(GroupName="tf2", UserName=name)
        iam.delete_user(UserName=name)
    iam.delete_group_policy(GroupName="tf2", PolicyName="p")
    iam.delete_group(GroupName="tf2")


def check_terraform_openid_connect_provider():
    """aws_iam_openid_connect_provider."""
    provider = iam.create_open_id_connect_provider(
        Url="https://token.example.com/tf",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["a" * 40],
        Tags=[{"Key": "a", "Value": "1"}],
    )["OpenIDConnectProviderArn"]
    equal(provider, arn("oidc-provider/token.example.com/tf"))
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=provider, ThumbprintList=["b" * 40])
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID="sts.amazonaws.com")
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=provider, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=provider, TagKeys=["a"])
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)
    equal((read["Url"], read["ClientIDList"], read["ThumbprintList"], read["Tags"]),
          ("token.example.com/tf", ["other"], ["b" * 40], [{"Key": "b", "Value": "2"}]))
    equal(names(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"], "Arn"), [provider])
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)
    equal(code_of(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=provider), "404 NoSuchEntity")


def check_terraform_account():
    """aws_iam_account_alias, the data source aws_iam_policy by its name, and what the provider asks when it starts."""
    equal(boto3.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"], account_id)
    equal(iam.get_user()["User"]["Arn"], arn("root"))
    alias = f"tf-{int(time.time() * 1000)}"
    iam.create_account_alias(AccountAlias=alias)
    equal(iam.list_account_aliases()["AccountAliases"], [alias])
    iam.delete_account_alias(AccountAlias=alias)
    equal(iam.list_account_aliases()["AccountAliases"], [])
    equal(code_of(iam.get_account_password_policy), "404 NoSuchEntity")
    found, _ = all_of("list_policies", "Policies", size=100, Scope="All")
    equal([p["Arn"] for p in found if p["PolicyName"] == "AdministratorAccess"],
          ["arn:aws:iam::aws:policy/AdministratorAccess"])


def main():
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
