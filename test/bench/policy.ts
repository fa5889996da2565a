// Decisions of the policy engine for each second of processor time, in this process: no server, no network.
import { compilePolicy } from '../../src/iam/compile.ts'
import type { ConditionContext } from '../../src/iam/condition-context.ts'
import { evaluate, type Question } from '../../src/iam/evaluate.ts'
import {
  noPolicies,
  type CompiledPolicy,
  type NamedPolicy,
  type PolicySet,
  type PolicyUse,
} from '../../src/iam/policy.ts'

export interface PolicyRow {
  what: string
  perSecond: number
  /** Decisions a second that are aimed at. */
  atLeast: number
}

/** A policy of 20 statements, one core. */
const decisionsAtLeast = 200_000
const compilesAtLeast = 2000

const accountId = '111122223333'
const alice = {
  type: 'User' as const,
  accountId,
  arn: `arn:aws:iam::${accountId}:user/alice`,
  userId: 'AIDAALICE',
  username: 'alice',
}

const context: ConditionContext = {
  get: (key) => values.get(key) ?? null,
}
const values = new Map<string, readonly string[]>([
  ['aws:username', ['alice']],
  ['aws:sourceip', ['203.0.113.7']],
  ['aws:securetransport', ['true']],
  ['aws:currenttime', ['2026-11-25T12:00:00Z']],
  ['s3:prefix', ['home/alice/']],
  ['s3:max-keys', ['100']],
  ['aws:principaltag/team', ['red']],
])

/** 20 statements as they are met: exact names, prefixes, wildcards, variables, every kind of condition, two denials. */
export function twentyStatements(bucket = 'photos'): unknown[] {
  const named = Array.from({ length: 10 }, (_, index) => ({
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    Resource: [`arn:aws:s3:::bucket-${index}/*`, `arn:aws:s3:::archive-${index}/*/2026/*`],
  }))
  const limited = [
    { StringEquals: { 'aws:PrincipalTag/Team': ['blue', 'green'] } },
    { StringLike: { 's3:prefix': ['shared/*', 'public/*'] } },
    { NumericLessThanEquals: { 's3:max-keys': '10' } },
    { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
    { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } },
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:role/*` } },
  ].map((Condition) => ({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition }))
  return [
    ...named,
    ...limited,
    { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Effect: 'Deny', Action: 's3:Delete*', NotResource: `arn:aws:s3:::${bucket}/*` },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: { StringLike: { 's3:prefix': 'home/${aws:username}/*' } },
    },
    { Effect: 'Allow', Action: ['s3:Get*', 's3:Put*'], Resource: `arn:aws:s3:::${bucket}/home/\${aws:username}/*` },
  ]
}

const text = JSON.stringify({ Version: '2012-10-17', Statement: twentyStatements() })
const bucketText = JSON.stringify({ Version: '2012-10-17', Statement: bucketStatements('photos', '444455556666') })

/** Another account that is let in, and a denial of what is not encrypted. */
export function bucketStatements(bucket: string, other: string): unknown[] {
  return [
    {
      Effect: 'Allow',
      Principal: { AWS: other },
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::${bucket}/*`,
    },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]
}

/** Requests in turn: what only the last statement allows, what an early one does, what nothing does, what one denies. */
const requests = [
  ['s3:GetObject', 'arn:aws:s3:::photos/home/alice/2026/cat.jpg'],
  ['s3:PutObject', 'arn:aws:s3:::bucket-7/a/b/c.bin'],
  ['s3:ListBucket', 'arn:aws:s3:::photos'],
  ['s3:GetObject', 'arn:aws:s3:::photos/home/bob/2026/cat.jpg'],
  ['s3:DeleteObject', 'arn:aws:s3:::bucket-3/a'],
  ['s3:GetObject', 'arn:aws:s3:::archive-9/x/2026/y'],
] as const

export function measurePolicies(seconds: number): PolicyRow[] {
  const one = policySet([compiled(text, 'identity')])
  const five = policySet(Array.from({ length: 5 }, () => compiled(text, 'identity')))
  const bucketPolicy = { name: 'bucket policy', policy: compiled(bucketText, 'resource') }
  return [
    { what: '20 statements', perSecond: decisions(one, null, seconds), atLeast: decisionsAtLeast },
    {
      what: '5 x 20 statements, bucket policy',
      perSecond: decisions(five, bucketPolicy, seconds),
      atLeast: decisionsAtLeast / 5,
    },
    {
      what: 'compiling 20 statements',
      perSecond: perSecond(seconds, () => void compilePolicy(text, 'identity')),
      atLeast: compilesAtLeast,
    },
  ]
}

function compiled(document: string, use: PolicyUse): CompiledPolicy {
  const result = compilePolicy(document, use)
  if (result.outcome === 'malformed')
    throw new Error(`The benchmark's policy is malformed: ${result.problems[0]?.message}`)
  return result.policy
}

function policySet(policies: CompiledPolicy[]): PolicySet {
  return { ...noPolicies, identity: policies.map((policy, index) => ({ name: `policy ${index}`, policy })) }
}

function decisions(policies: PolicySet, resourcePolicy: NamedPolicy | null, seconds: number): number {
  const questions = requests.map(([action, resource]): Question => {
    return {
      principal: alice,
      action,
      resource,
      resourceAccountId: accountId,
      context,
      policies,
      resourcePolicy,
      acl: null,
    }
  })
  const allowed = questions.map((question) => evaluate(question).allowed)
  if (allowed.join() !== 'true,true,true,false,false,true') throw new Error(`Wrong decisions: ${allowed.join()}`)
  return (
    questions.length *
    perSecond(seconds, () => {
      for (const question of questions) evaluate(question)
    })
  )
}

/** How often work is done in a second of processor time, after a fifth of the time to warm up. */
function perSecond(seconds: number, work: () => void): number {
  repeat(seconds / 5, work)
  return repeat(seconds, work)
}

function repeat(seconds: number, work: () => void): number {
  const before = process.cpuUsage()
  let count = 0
  let used = 0
  do {
    for (let i = 0; i < 100; i++) work()
    count += 100
    const { user, system } = process.cpuUsage(before)
    used = (user + system) / 1e6
  } while (used < seconds)
  return count / used
}
