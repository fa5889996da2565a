// docs/admin.openapi.yaml: its operations, and whether a request or an answer is as it says.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { resolveReference, violations } from './json-schema.ts'
import { parseYaml } from './simple-yaml.ts'
import type { Yaml } from './simple-yaml.ts'

type Node = { [key: string]: Yaml }

export interface DocumentedOperation {
  operationId: string
  /** Upper case. */
  method: string
  path: string
  /** Statuses it may answer with. */
  statuses: string[]
}

const document = parseYaml(readFileSync(resolve(import.meta.dirname, '../../docs/admin.openapi.yaml'), 'utf8')) as Node
const paths = document['paths'] as Record<string, Record<string, Node>>
const nodes = new Map<string, Node>()

export const ADMIN_OPERATIONS: DocumentedOperation[] = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => method !== 'parameters')
    .map(([method, operation]) => {
      const operationId = operation['operationId'] as string
      nodes.set(operationId, operation)
      return { operationId, method: method.toUpperCase(), path, statuses: Object.keys(operation['responses'] as Node) }
    }),
)

/** Names of the parameters each path declares. */
export function pathParameters(): [path: string, names: string[]][] {
  return Object.entries(paths).map(([path, item]) => {
    const references = (item['parameters'] ?? []) as unknown as { $ref: string }[]
    return [path, references.map(({ $ref }) => (resolveReference(document, $ref) as Node)['name'] as string)]
  })
}

/** What is wrong with an answer; `body` is undefined for none. Empty when it fits. */
export function answerProblems(operationId: string, status: number, body: unknown): string[] {
  const responses = nodes.get(operationId)?.['responses'] as Record<string, Node> | undefined
  let response = responses?.[String(status)]
  if (response === undefined) return [`${operationId} documents no ${status}`]
  if (typeof response['$ref'] === 'string') response = resolveReference(document, response['$ref']) as Node
  const content = response['content'] as Record<string, Node> | undefined
  const schema = content?.['application/json']?.['schema']
  if (schema === undefined) return body === undefined ? [] : [`${operationId} documents no body for ${status}`]
  return violations(document, schema, body)
}

/** What is wrong with the body of a request that was accepted. */
export function requestProblems(operationId: string, body: unknown): string[] {
  const described = nodes.get(operationId)?.['requestBody'] as { content: Record<string, Node> } | undefined
  const schema = described?.content['application/json']?.['schema']
  return schema === undefined || body === undefined ? [] : violations(document, schema, body)
}
