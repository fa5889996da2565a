// Truth tables from AWS's documentation: every file of test/vectors/policy. README.md there says what is in one.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/iam/decision.ts'
import { evaluate, type Question } from '../../src/iam/evaluate.ts'
import type { NamedPolicy, PolicyUse } from '../../src/iam/policy.ts'
import { contextOf, named } from '../support/policy-fixtures.ts'
import { principalFrom } from '../support/policy-principals.ts'

const folder = path.join(import.meta.dirname, '../vectors/policy')

interface Policies {
  identity?: unknown[]
  boundary?: unknown
  session?: unknown[] | null
  serviceControl?: unknown[] | null
  resource?: unknown
  trust?: unknown
  acl?: Question['acl']
}

interface Request {
  title?: string
  principal?: string | { arn: string; issuer: string }
  canonicalId?: string
  action?: string
  resource?: string
  resourceAccountId?: string | null
  context?: Record<string, string | string[]>
  policies?: Policies
  expect: string
  by?: Record<string, unknown>
}

interface Vector {
  title: string
  source: string
  policies?: Policies
  defaults?: Omit<Request, 'expect'>
  requests: Request[]
}

function list(documents: unknown[] | null | undefined, use: PolicyUse): NamedPolicy[] | null {
  return documents?.map((document, index) => named(document, use, `${use} ${index}`)) ?? null
}

function one(document: unknown, use: PolicyUse): NamedPolicy | null {
  return document === undefined || document === null ? null : named(document, use)
}

function questionOf(vector: Vector, request: Request): Question {
  const asked = { ...vector.defaults, ...request }
  const policies = { ...vector.policies, ...request.policies }
  const isTrust = policies.trust !== undefined
  const context = Object.entries({ ...vector.defaults?.context, ...request.context }).map(
    ([key, value]) => [key, typeof value === 'string' ? [value] : value] as const,
  )
  return {
    principal: principalFrom(asked.principal ?? 'anonymous'),
    canonicalId: asked.canonicalId ?? null,
    action: asked.action ?? '',
    resource: asked.resource ?? '',
    resourceAccountId: asked.resourceAccountId ?? null,
    context: contextOf(Object.fromEntries(context)),
    policies: {
      identity: list(policies.identity, 'identity') ?? [],
      boundary: one(policies.boundary, 'identity'),
      session: list(policies.session, 'session'),
      serviceControl: list(policies.serviceControl, 'identity'),
    },
    resourcePolicy: isTrust ? one(policies.trust, 'trust') : one(policies.resource, 'resource'),
    acl: policies.acl ?? null,
    ...(isTrust ? { resourceMustAllow: true } : {}),
  }
}

/** `allowed`, `explicit deny: identity`, `implicit deny: session`. */
function outcomeOf(decision: Decision): string {
  if (decision.allowed) return 'allowed'
  return `${decision.denial} deny: ${decision.denial === 'explicit' ? decision.matched?.kind : decision.missing}`
}

function nameOf(vector: Vector, { title, expect: expected, ...request }: Request): string {
  const { principal, action, resource } = { ...vector.defaults, ...request }
  const who = typeof principal === 'object' ? principal.arn : principal
  const what = title ?? `${action} by ${who} on ${resource} with ${JSON.stringify(request.context ?? {})}`
  return `${what}: ${expected}`
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const vector = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Vector
  describe(`${file}: ${vector.title}`, () => {
    it('says where AWS documents it', () => {
      expect(vector.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//)
      expect(vector.requests).not.toEqual([])
    })
    for (const [index, request] of vector.requests.entries()) {
      it(`${index}. ${nameOf(vector, request)}`, () => {
        const decision = evaluate(questionOf(vector, request))
        expect(outcomeOf(decision), decision.reason).toBe(request.expect)
        if (request.by !== undefined) expect(decision.matched).toMatchObject(request.by)
      })
    }
  })
}
