// Random policies and requests out of few words, so that they meet.
import type { Context, NaivePrincipal, NaiveQuestion } from './naive-policy.ts'
import { randomFrom } from './random.ts'

type Random = (limit: number) => number

const alice = 'arn:aws:iam::111111111111:user/alice'
const bob = 'arn:aws:iam::222222222222:user/bob'
const reader = 'arn:aws:iam::111111111111:role/reader'
const session = 'arn:aws:sts::111111111111:assumed-role/reader/s1'
const federated = 'arn:aws:sts::111111111111:federated-user/fred'
const root = 'arn:aws:iam::111111111111:root'
export const provider = 'arn:aws:iam::111111111111:oidc-provider/token.example.com'
export const canonicalId = 'c1'.repeat(32)

const one = { accountId: '111111111111', canonicalId }
const principals: NaivePrincipal[] = [
  { type: 'Anonymous' },
  { type: 'Account', ...one, arn: root },
  { type: 'User', ...one, arn: alice },
  { type: 'User', accountId: '222222222222', arn: bob },
  { type: 'AssumedRole', ...one, arn: session, roleArn: reader },
  { type: 'FederatedUser', ...one, arn: federated, issuerArn: alice },
  { type: 'FederatedUser', ...one, arn: federated, issuerArn: root },
  { type: 'Service', name: 'logging.s3.amazonaws.com' },
]

const actions = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:GetObjectTagging', 's3:GetObjectVersion']
const actionPatterns = [
  's3:*',
  '*',
  's3:Get*',
  's3:GETOBJECT',
  's3:Put?bject',
  's3:*Object',
  's3:ListBucket',
  's3:*t*t*',
]
const resources = [
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/k',
  'arn:aws:s3:::b/home/alice/x:y',
  'arn:aws:s3:::b/a*b?c',
  'arn:aws:s3:::b/aXbYc',
  'arn:aws:s3:::other/home/bob',
]
const resourcePatterns = [
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/home/${aws:username}/*',
  "arn:aws:s3:::b/home/${aws:PrincipalTag/team, 'alice'}/*",
  'arn:aws:s3:::b/a${*}b${?}c',
  'arn:aws:s3:::b/a*b?c',
  'arn:aws:s3:::*/k',
  'arn:aws:s3:*:b/*',
  'arn:aws:s3:::b*',
  'arn:aws:s3:*:*:b/*y',
  'arn:aws*:s3:::?/**k',
  'arn:aws:s3:::b/*a*',
  'arn:aws:s3:::*',
  'arn:aws:s3::*b/home/alice/x:y',
]

type Keyed = { operators: string[]; keys: string[]; wanted: string[]; found: string[] }

const families: Keyed[] = [
  {
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    keys: ['aws:username', 'aws:PrincipalTag/Team', 'aws:TagKeys', 's3:prefix'],
    wanted: [
      'alice',
      'ALICE',
      '${aws:username}',
      "${aws:principaltag/team, 'red'}",
      'red',
      '',
      'a${*}',
      '${aws:TagKeys}',
    ],
    found: ['alice', 'Alice', 'red', 'Red', '', 'a*', 'blue'],
  },
  {
    operators: ['StringLike', 'StringNotLike'],
    keys: ['s3:prefix', 'aws:TagKeys', 'aws:username'],
    wanted: ['', '*', 'home/*', 'home/${aws:username}/*', '?lice', 'a${*}c', '*a*a*', 'h*e/?l*'],
    found: ['', 'home/', 'home/alice/x', 'alice', 'a*c', 'abc', 'banana'],
  },
  {
    operators: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    keys: ['s3:max-keys', 's3:signatureAge'],
    wanted: ['10', '10.0', '-1', '1e1', '9007199254740993', '.5', '0', '-0'],
    found: ['10', '9', '10.5', '9007199254740992', '9007199254740993', 'ten', '', '-1.0', '0.50', '0'],
  },
  {
    operators: [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    keys: ['aws:CurrentTime', 'aws:EpochTime'],
    wanted: ['2026-11-25T12:00:00Z', '2026-11-25', '2026', '1795608000', '2026-11-25T13:00:00+01:00', '2026-11'],
    found: [
      '2026-11-25T12:00:00Z',
      '2026-11-25T12:00:00.001Z',
      '1795608000',
      '2025',
      'soon',
      '2026-02-30',
      '2026-11-25',
    ],
  },
  {
    operators: ['Bool'],
    keys: ['aws:SecureTransport'],
    wanted: ['true', 'false', 'True', '${aws:SecureTransport}'],
    found: ['true', 'false', 'TRUE', 'yes', ''],
  },
  {
    operators: ['BinaryEquals'],
    keys: ['aws:key'],
    wanted: ['QUJD', 'QQ==', ''],
    found: ['QUJD', 'QQ==', 'QR==', 'QQ', '!', ''],
  },
  {
    operators: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp'],
    wanted: [
      '203.0.113.0/24',
      '0.0.0.0/0',
      '::/0',
      '2001:db8::/32',
      '203.0.113.7',
      '::ffff:203.0.113.0/120',
      '10.0.0.1/9',
    ],
    found: ['203.0.113.7', '::ffff:203.0.113.7', '2001:DB8::1', '10.127.0.1', '2001:db9::', '1.2.3', '::1'],
  },
  {
    operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    keys: ['aws:PrincipalArn', 'aws:SourceArn'],
    wanted: [
      '*',
      alice,
      'arn:aws:iam::*:user/*',
      'arn:aws:iam::111111111111:user/${aws:username}',
      'arn:aws:iam:*',
      'arn:*:b',
    ],
    found: [alice, bob, 'arn:aws:s3:::b', 'arn:aws:s3:r:9:x:111111111111:user/alice', 'no arn', ''],
  },
  { operators: ['Null'], keys: ['aws:TokenIssueTime', 'aws:username'], wanted: ['true', 'false'], found: ['x', ''] },
]

type Use = 'identity' | 'resource' | 'trust'

class Maker {
  readonly #random: Random
  readonly #isStorable: (text: string, use: Use) => boolean

  constructor(seed: number, isStorable: (text: string, use: Use) => boolean) {
    this.#random = randomFrom(seed)
    this.#isStorable = isStorable
  }

  pick<Value>(list: readonly Value[]): Value {
    return list[this.#random(list.length)]!
  }

  chance(percent: number): boolean {
    return this.#random(100) < percent
  }

  some<Value>(list: readonly Value[], most: number): Value | Value[] {
    if (this.chance(40)) return this.pick(list)
    return Array.from({ length: 1 + this.#random(most) }, () => this.pick(list))
  }

  policy(use: Use): string {
    for (;;) {
      const text = this.document(use)
      if (this.#isStorable(text, use)) return text
    }
  }

  document(kind: Use): string {
    const statements = Array.from({ length: 1 + this.#random(3) }, () => this.statement(kind))
    const Statement = statements.length === 1 && this.chance(50) ? statements[0] : statements
    return JSON.stringify({ ...(this.chance(85) ? { Version: '2012-10-17' } : {}), Statement })
  }

  statement(kind: Use): Record<string, unknown> {
    const Effect = this.chance(75) ? 'Allow' : 'Deny'
    const statement: Record<string, unknown> = { Effect }
    if (kind === 'trust') {
      statement['Action'] = this.some(['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:TagSession'], 3)
      statement['Principal'] = this.principal(kind)
    } else {
      const patterns = kind === 'resource' && this.chance(50) ? ['s3:*'] : actionPatterns
      statement[this.chance(85) ? 'Action' : 'NotAction'] = this.some(patterns, 2)
      statement[this.chance(85) ? 'Resource' : 'NotResource'] = this.some(this.resourcesFor(kind), 2)
    }
    if (kind === 'resource') {
      const isNegated = Effect === 'Deny' && this.chance(40)
      statement[isNegated ? 'NotPrincipal' : 'Principal'] = this.principal(kind)
    }
    if (this.chance(45)) statement['Condition'] = this.conditions()
    return statement
  }

  resourcesFor(kind: string): string[] {
    return kind === 'resource'
      ? resourcePatterns.filter((text) => text.startsWith('arn:aws:s3:::'))
      : ['*', ...resourcePatterns]
  }

  principal(kind: string): unknown {
    if (this.chance(25)) return '*'
    const aws = ['*', '111111111111', root, alice, bob, reader, session, federated]
    const element: Record<string, unknown> = { AWS: this.some(aws, 3) }
    if (this.chance(20)) element['Service'] = 'logging.s3.amazonaws.com'
    if (this.chance(20)) element['Federated'] = provider
    if (kind === 'resource' && this.chance(20)) element['CanonicalUser'] = canonicalId
    return element
  }

  conditions(): Record<string, Record<string, unknown>> {
    const block: Record<string, Record<string, unknown>> = {}
    for (let i = 0; i <= this.#random(2); i++) {
      const { operators, keys, wanted } = this.pick(families)
      const bare = this.pick(operators)
      const suffix = bare !== 'Null' && this.chance(20) ? 'IfExists' : ''
      const prefix = bare !== 'Null' && this.chance(30) ? this.pick(['ForAllValues:', 'ForAnyValue:']) : ''
      block[prefix + bare + suffix] = { [this.pick(keys)]: this.some(wanted, 3) }
    }
    return block
  }

  context(): Context {
    const context: Context = {}
    for (const { keys, found } of families) {
      for (const key of keys) {
        if (this.chance(40)) continue
        const count = this.chance(75) ? 1 : this.#random(4)
        context[key.toLowerCase()] = Array.from({ length: count }, () => this.pick(found))
      }
    }
    return context
  }
}

/** The question of a seed, with policies that may be stored. */
export function randomQuestion(seed: number, isStorable: (text: string, use: Use) => boolean): NaiveQuestion {
  const make = new Maker(seed, isStorable)
  const isTrust = make.chance(15)
  const list = (most: number): string[] => Array.from({ length: most }, () => make.policy('identity'))
  return {
    principal: isTrust && make.chance(40) ? { type: 'WebIdentity', name: provider } : make.pick(principals),
    action: isTrust ? make.pick(['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity']) : make.pick(actions),
    resource: isTrust ? 'arn:aws:iam::111111111111:role/target' : make.chance(5) ? '*' : make.pick(resources),
    resourceAccountId: isTrust ? '111111111111' : make.pick(['111111111111', '111111111111', '222222222222', null]),
    context: make.context(),
    identity: list(make.pick([0, 1, 1, 2])),
    boundary: make.chance(20) ? make.policy('identity') : null,
    session: make.chance(20) ? list(make.pick([0, 1, 2])) : null,
    serviceControl: make.chance(20) ? list(make.pick([0, 1])) : null,
    resourcePolicy: isTrust ? make.policy('trust') : make.chance(60) ? make.policy('resource') : null,
    acl: isTrust || make.chance(80) ? null : make.pick(['account', 'everyone']),
    isTrust,
  }
}
