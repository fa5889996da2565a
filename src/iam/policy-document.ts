// From text to elements: the grammar of policies, the same for every use. What an element may say is checked elsewhere. No
// I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import { parseOperator } from './condition-operators.ts'
import type { ConditionSource } from './condition.ts'
import { Faults, type Fault } from './policy-faults.ts'
import { readJson, type JsonMember, type JsonValue } from './policy-json.ts'
import type { Position, PolicyVersion } from './policy.ts'
import type { NamedPrincipal, PrincipalType } from './principal-matcher.ts'

/** A string of the document and where it stands. */
export interface Located {
  path: string
  text: string
}

export interface PrincipalElement {
  path: string
  isNegated: boolean
  named: 'everyone' | readonly (NamedPrincipal & { path: string })[]
}

/** A list of strings, or one: Action, NotAction, Resource, NotResource. */
export interface ListElement {
  path: string
  isNegated: boolean
  items: readonly Located[]
}

export interface ConditionElement extends ConditionSource {
  path: string
}

export interface StatementElement {
  path: string
  index: number
  sid: Located | null
  effect: 'Allow' | 'Deny'
  principal: PrincipalElement | null
  action: ListElement | null
  resource: ListElement | null
  conditions: readonly ConditionElement[]
  start: Position
  end: Position
}

export interface PolicyDocument {
  version: PolicyVersion
  id: string | null
  statements: readonly StatementElement[]
}

/** IAM's and S3's own bound on the parameter; what may be stored is less. Characters. */
const documentCharactersMax = 131_072

/** The elements, and every fault of form: with one there is no document. */
export function readPolicyDocument(text: string): { document: PolicyDocument | null; faults: Fault[] } {
  const faults = new Faults()
  if (text.length > documentCharactersMax) faults.add('', 'too-long')
  else if (/^[ \t\r\n]/.test(text)) faults.add('', 'leading-space')
  const json = faults.has('too-long') ? null : readJson(text)
  if (json === null) return { document: null, faults: faults.list }
  if (json.outcome === 'refused') {
    if (json.reason === 'duplicate') faults.add('', 'duplicate', json.name)
    else faults.add('', /^[ \t\r\n]*\{/.test(text) ? 'syntax' : 'no-object')
    return { document: null, faults: faults.list }
  }
  if (json.value.type !== 'object') faults.add('', 'no-object')
  const document = json.value.type === 'object' ? readDocument(json.value.members, text, faults) : null
  return { document: faults.isFatal ? null : document, faults: faults.list }
}

function readDocument(members: readonly JsonMember[], text: string, faults: Faults): PolicyDocument | null {
  const document: { version: PolicyVersion; id: string | null; statements: StatementElement[] } = {
    version: '2008-10-17',
    id: null,
    statements: [],
  }
  const positionOf = positions(text)
  let hasStatement = false
  for (const { name, value } of members) {
    switch (name) {
      case 'Version': {
        const isKnown = value.type === 'string' && (value.text === '2008-10-17' || value.text === '2012-10-17')
        if (isKnown) document.version = value.text as PolicyVersion
        else faults.add('Version', 'version')
        break
      }
      case 'Id':
        if (value.type === 'string') document.id = value.text
        else faults.add('Id', 'type')
        break
      case 'Statement':
        hasStatement = true
        document.statements = readStatements(value, positionOf, faults)
        break
      default:
        faults.add(name, 'unknown', name)
    }
  }
  if (!hasStatement) faults.add('Statement', 'missing', 'Statement')
  return document
}

function readStatements(
  value: JsonValue,
  positionOf: (offset: number) => Position,
  faults: Faults,
): StatementElement[] {
  const isList = value.type === 'array'
  const list = isList ? value.items : [value]
  if (list.length === 0) faults.add('Statement', 'no-statements')
  return list.flatMap((item, index) => {
    if (faults.isFull) return []
    const path = isList ? `Statement[${index}]` : 'Statement'
    if (item.type !== 'object') {
      faults.add(path, 'type')
      return []
    }
    const statement = new StatementReader(path, faults).read(item.members)
    return [{ ...statement, index, start: positionOf(item.start), end: positionOf(item.end) }]
  })
}

/** From offsets, given in ascending order, to lines and columns. */
function positions(text: string): (offset: number) => Position {
  let line = 1
  let lineStart = 0
  return (offset) => {
    for (let next = text.indexOf('\n', lineStart); next !== -1 && next < offset; next = text.indexOf('\n', lineStart)) {
      line++
      lineStart = next + 1
    }
    return { line, column: offset - lineStart + 1 }
  }
}

type StatementParts = Omit<StatementElement, 'index' | 'start' | 'end'>

class StatementReader {
  readonly #path: string
  readonly #faults: Faults

  constructor(path: string, faults: Faults) {
    this.#path = path
    this.#faults = faults
  }

  read(members: readonly JsonMember[]): StatementParts {
    const statement: StatementParts = {
      path: this.#path,
      sid: null,
      effect: 'Deny',
      principal: null,
      action: null,
      resource: null,
      conditions: [],
    }
    for (const { name, value } of members) this.#element(statement, name, value)
    const names = new Set(members.map(({ name }) => name))
    if (!names.has('Effect')) this.#faults.add(`${this.#path}.Effect`, 'missing', 'Effect')
    for (const name of ['Principal', 'Action', 'Resource']) {
      if (names.has(name) && names.has(`Not${name}`)) this.#faults.add(`${this.#path}.Not${name}`, 'exclusive', name)
    }
    return statement
  }

  #element(statement: StatementParts, name: string, value: JsonValue): void {
    const path = `${this.#path}.${name}`
    switch (name) {
      case 'Sid':
        if (value.type === 'string') statement.sid = { path, text: value.text }
        else this.#faults.add(path, 'type')
        break
      case 'Effect':
        statement.effect = this.#effect(path, value)
        break
      case 'Principal':
      case 'NotPrincipal':
        statement.principal = this.#principal(path, value, name === 'NotPrincipal')
        break
      case 'Action':
      case 'NotAction':
        statement.action = { path, isNegated: name === 'NotAction', items: this.#strings(path, value) }
        break
      case 'Resource':
      case 'NotResource':
        statement.resource = { path, isNegated: name === 'NotResource', items: this.#strings(path, value) }
        break
      case 'Condition':
        statement.conditions = this.#conditions(path, value)
        break
      default:
        this.#faults.add(path, 'unknown', name)
    }
  }

  #effect(path: string, value: JsonValue): 'Allow' | 'Deny' {
    if (value.type === 'string' && (value.text === 'Allow' || value.text === 'Deny')) return value.text
    const text = 'text' in value ? value.text : ''
    this.#faults.add(path, /^(?:allow|deny)$/i.test(text) ? 'effect-case' : 'effect', text)
    return 'Deny'
  }

  #principal(path: string, value: JsonValue, isNegated: boolean): PrincipalElement {
    if (value.type === 'string' && value.text === '*') return { path, isNegated, named: 'everyone' }
    const named: (NamedPrincipal & { path: string })[] = []
    if (value.type !== 'object') this.#faults.add(path, 'principal', 'text' in value ? `"${value.text}"` : '')
    else if (value.members.length === 0) this.#faults.add(path, 'empty', 'Principal')
    for (const member of value.type === 'object' ? value.members : []) {
      if (!isPrincipalType(member.name)) {
        this.#faults.add(`${path}.${member.name}`, 'principal', `"${member.name}"`)
        continue
      }
      const type = member.name
      const items = this.#strings(`${path}.${type}`, member.value)
      if (items.length === 0) this.#faults.add(`${path}.${type}`, 'principal', `"${type}":""`)
      named.push(...items.map((item) => ({ path: item.path, type, value: item.text })))
    }
    return { path, isNegated, named }
  }

  /** AWS lets `null` stand in a list, for nothing. */
  #strings(path: string, value: JsonValue): Located[] {
    if (value.type === 'string') return [{ path, text: value.text }]
    if (value.type !== 'array') {
      this.#faults.add(path, 'type')
      return []
    }
    return value.items.flatMap((item, index) => {
      if (item.type === 'string') return [{ path: `${path}[${index}]`, text: item.text }]
      if (item.type !== 'null') this.#faults.add(`${path}[${index}]`, 'type')
      return []
    })
  }

  #conditions(path: string, value: JsonValue): ConditionElement[] {
    if (value.type !== 'object') {
      this.#faults.add(path, 'type')
      return []
    }
    return value.members.flatMap((member) => {
      const operatorPath = `${path}.${member.name}`
      const operator = parseOperator(member.name)
      // AWS reads on where nothing is asked of an operator that it does not know.
      const isEmpty = member.value.type === 'object' && member.value.members.length === 0
      if (operator === null && !isEmpty) this.#faults.add(operatorPath, 'operator', member.name)
      if (member.value.type !== 'object') this.#faults.add(operatorPath, 'type')
      if (operator === null || member.value.type !== 'object') return []
      return member.value.members.map(({ name: key, value: values }) => {
        const keyPath = `${operatorPath}.${key}`
        return { path: keyPath, operator, key, values: this.#values(keyPath, values) }
      })
    })
  }

  /** Numbers and booleans need no quotes. */
  #values(path: string, value: JsonValue): string[] {
    const items = value.type === 'array' ? value.items : [value]
    return items.flatMap((item, index) => {
      if ('text' in item) return [item.text]
      this.#faults.add(value.type === 'array' ? `${path}[${index}]` : path, 'type')
      return []
    })
  }
}

function isPrincipalType(name: string): name is PrincipalType {
  return name === 'AWS' || name === 'CanonicalUser' || name === 'Federated' || name === 'Service'
}
