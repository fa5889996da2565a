// Holds a value against the part of JSON Schema that docs/admin.openapi.yaml uses; an unknown keyword is an error.
import type { Yaml } from './simple-yaml.ts'

type Schema = { [keyword: string]: Yaml }

const annotations = new Set(['description', 'default', 'summary'])

/** Everything wrong with `value`, each with its place; empty when it fits. */
export function violations(document: Yaml, schema: Yaml, value: unknown, place = '$'): string[] {
  const problems: string[] = []
  for (const [keyword, wanted] of Object.entries(schema as Schema)) {
    if (annotations.has(keyword)) continue
    const rule = rules[keyword]
    if (rule === undefined) throw new Error(`${place}: the schema's keyword ${keyword} is not known here`)
    problems.push(...rule({ document, schema: schema as Schema, wanted, value, place }))
  }
  return problems
}

/** What a `#/…` reference points to. */
export function resolveReference(document: Yaml, reference: string): Yaml {
  let node = document
  for (const step of reference.replace('#/', '').split('/')) {
    const next: Yaml | undefined = (node as Schema)[step]
    if (next === undefined) throw new Error(`${reference} points nowhere`)
    node = next
  }
  return node
}

interface Check {
  document: Yaml
  schema: Schema
  wanted: Yaml
  value: unknown
  place: string
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

const unless = (holds: boolean, { place, wanted, value }: Check, keyword: string): string[] =>
  holds ? [] : [`${place}: ${JSON.stringify(value)} does not fit ${keyword} ${JSON.stringify(wanted)}`]

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

const rules: Record<string, (check: Check) => string[]> = {
  $ref: ({ document, wanted, value, place }) =>
    violations(document, resolveReference(document, wanted as string), value, place),
  type: (check) => unless([check.wanted].flat().includes(typeOf(check.value)), check, 'type'),
  enum: (check) => unless((check.wanted as Yaml[]).includes(check.value as Yaml), check, 'enum'),
  pattern: (check) =>
    unless(
      typeof check.value !== 'string' || new RegExp(check.wanted as string, 'u').test(check.value),
      check,
      'pattern',
    ),
  format: (check) => unless(typeof check.value !== 'string' || dateTime.test(check.value), check, 'format'),
  minLength: (check) =>
    unless(typeof check.value !== 'string' || check.value.length >= Number(check.wanted), check, 'minLength'),
  maxLength: (check) =>
    unless(typeof check.value !== 'string' || check.value.length <= Number(check.wanted), check, 'maxLength'),
  minimum: (check) => unless(typeof check.value !== 'number' || check.value >= Number(check.wanted), check, 'minimum'),
  maximum: (check) => unless(typeof check.value !== 'number' || check.value <= Number(check.wanted), check, 'maximum'),
  maxItems: (check) =>
    unless(!Array.isArray(check.value) || check.value.length <= Number(check.wanted), check, 'maxItems'),
  minProperties: (check) =>
    unless(!isObject(check.value) || Object.keys(check.value).length >= Number(check.wanted), check, 'minProperties'),
  required: (check) => {
    const { wanted, value } = check
    return unless(!isObject(value) || (wanted as string[]).every((name) => name in value), check, 'required')
  },
  additionalProperties: (check) => {
    const known = Object.keys((check.schema['properties'] ?? {}) as Schema)
    return unless(
      !isObject(check.value) || Object.keys(check.value).every((n) => known.includes(n)),
      check,
      'known properties',
    )
  },
  properties: ({ document, wanted, value, place }) =>
    Object.entries(wanted as Schema).flatMap(([name, schema]) =>
      isObject(value) && name in value ? violations(document, schema, value[name], `${place}.${name}`) : [],
    ),
  items: ({ document, wanted, value, place }) =>
    Array.isArray(value) ? value.flatMap((item, i) => violations(document, wanted, item, `${place}[${i}]`)) : [],
}
