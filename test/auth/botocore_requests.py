"""Requests as botocore signs them, one JSON object a line: `form` is empty but for forms. Arguments: seed, count.

Signature Version 2 and 4 in the header, in the query and in forms; Version 4A where awscrt can be imported.
"""
import json
import random
import sys
from urllib.parse import quote

from botocore.auth import HmacV1Auth, HmacV1PostAuth, HmacV1QueryAuth, S3SigV4Auth, S3SigV4PostAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

seed, count = int(sys.argv[1]), int(sys.argv[2])
draw = random.Random(seed)
plain = Credentials('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')
alphabet = "abcXYZ019-._~ !'()*+,;=:@&$/#[]%\"<>^`{|}ü中😀"


def text(length):
    return ''.join(draw.choice(alphabet) for _ in range(draw.randrange(length)))


def request():
    path = '/b/k' + quote(text(20), safe='/~')
    query = draw.choice(['', 'acl', 'uploads', 'versionId=' + quote(text(8), safe='-_.~'),
                         'response-content-type=' + quote('text/plain; charset=' + text(5), safe='-_.~')])
    url = 'http://s3.example.com:9000' + path + ('?' + query if query else '')
    headers = {}
    for index in range(draw.randrange(3)):
        headers['x-amz-meta-%d' % index] = draw.choice(['plain', 'a b c', 'a, b', '"q"'])
    if draw.random() < 0.5:
        headers['Content-Type'] = 'text/plain'
    return AWSRequest(method=draw.choice(['GET', 'PUT', 'DELETE', 'HEAD']), url=url, headers=headers, data=b'')


def form_request():
    made = AWSRequest(method='POST', url='http://s3.example.com:9000/b')
    made.context['s3-presign-post-fields'] = {'key': 'user/a'}
    made.context['s3-presign-post-policy'] = {
        'expiration': '2100-01-01T00:00:00Z',
        'conditions': [{'bucket': 'b'}, ['starts-with', '$key', 'user/']],
    }
    return made


signers = [
    ('v2 header', HmacV1Auth(plain), request),
    ('v2 query', HmacV1QueryAuth(plain, expires=600), request),
    ('v2 form', HmacV1PostAuth(plain), form_request),
    ('v4 header', S3SigV4Auth(plain, 's3', 'eu-west-3'), request),
    ('v4 query', S3SigV4QueryAuth(plain, 's3', 'eu-west-3', expires=600), request),
    ('v4 form', S3SigV4PostAuth(plain, 's3', 'eu-west-3'), form_request),
]
try:
    from botocore.crt.auth import CrtS3SigV4AsymAuth, CrtS3SigV4AsymQueryAuth

    signers.append(('v4a header', CrtS3SigV4AsymAuth(plain, 's3', '*'), request))
    signers.append(('v4a query', CrtS3SigV4AsymQueryAuth(plain, 's3', 'eu-west-3', expires=600), request))
except Exception:  # awscrt is not there, or too old for this botocore
    pass

for name, signer, make in signers:
    for _ in range(count):
        made = make()
        signer.add_auth(made)
        form = made.context.get('s3-presign-post-fields', {}) if 'form' in name else {}
        headers = {key.lower(): value.decode() if isinstance(value, bytes) else str(value)
                   for key, value in made.headers.items()}
        print(json.dumps({'name': name, 'method': made.method, 'url': made.url, 'headers': headers, 'form': form}))
