// Policies decided the slow way, as a second opinion on src/iam: recursion over the parsed JSON, nothing prepared, nothing
// shared with the engine. It takes well-formed documents only.

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
type Statement = { [name: string]: Json }
export type Context = Record<string, string[]>

export interface NaivePrincipal {
  type: 'Anonymous' | 'Account' | 'User' | 'AssumedRole' | 'FederatedUser' | 'Service' | 'WebIdentity'
  accountId?: string
  arn?: string
  roleArn?: string
  issuerArn?: string
  canonicalId?: string
  /** Of a service or a provider. */
  name?: string
}

export interface NaiveQuestion {
  principal: NaivePrincipal
  action: string
  resource: string
  resourceAccountId: string | null
  context: Context
  identity: string[]
  boundary: string | null
  session: string[] | null
  serviceControl: string[] | null
  resourcePolicy: string | null
  acl: 'account' | 'everyone' | null
  isTrust: boolean
}

/** `allowed`, `explicit`, or `implicit` and what was missing. */
export function naiveDecision(question: NaiveQuestion): string {
  const everything = [
    ...(question.serviceControl ?? []),
    ...(question.resourcePolicy === null ? [] : [question.resourcePolicy]),
    ...question.identity,
    ...(question.boundary === null ? [] : [question.boundary]),
    ...(question.session ?? []),
  ]
  if (everything.some((text) => applying(text, 'Deny', question).length > 0)) return 'explicit'
  const allows = (texts: string[]): boolean => texts.some((text) => applying(text, 'Allow', question).length > 0)
  if (question.serviceControl !== null && !allows(question.serviceControl)) return 'implicit service-control'

  const names = question.resourcePolicy === null ? [] : applying(question.resourcePolicy, 'Allow', question)
  const direct = names.includes('self') || question.acl === 'everyone'
  const account = names.includes('account') || question.acl === 'account'
  const entity = names.includes('parent')
  const { principal } = question
  if (['Anonymous', 'Service', 'WebIdentity'].includes(principal.type)) return direct ? 'allowed' : 'implicit resource'

  const isForeign = question.resourceAccountId !== null && question.resourceAccountId !== principal.accountId
  if ((isForeign || question.isTrust) && !direct && !account && !entity) return 'implicit resource'
  if (!isForeign && direct) return 'allowed'
  const rootArn = `arn:aws:iam::${principal.accountId}:root`
  const isRoot = principal.arn === rootArn || principal.issuerArn === rootArn
  const needsNone = isRoot || (!isForeign && entity)
  if (!needsNone && !allows(question.identity)) return 'implicit identity'
  if (question.boundary !== null && !allows([question.boundary])) return 'implicit boundary'
  if (question.session === null ? principal.type === 'FederatedUser' : !allows(question.session))
    return 'implicit session'
  return 'allowed'
}

/** How each statement with this effect that applies names the principal. */
function applying(text: string, effect: string, question: NaiveQuestion): string[] {
  const document = JSON.parse(text) as { [name: string]: Json }
  const hasVariables = document['Version'] === '2012-10-17'
  return listOf(document['Statement'])
    .map((statement) => statement as Statement)
    .filter((statement) => statement['Effect'] === effect)
    .flatMap((statement) => {
      const name = nameIn(statement, question)
      const isMeant =
        name !== null && !(effect === 'Allow' && name === 'self' && isUnnamedWebIdentity(statement, question))
      const isAbout =
        isMeant && isAboutAction(statement, question.action) && isAboutResource(statement, question, hasVariables)
      return isAbout && conditionsHold(statement, question.context, hasVariables) ? [name] : []
    })
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function isUnnamedWebIdentity(statement: Statement, { principal }: NaiveQuestion): boolean {
  if (principal.type !== 'WebIdentity' || statement['Principal'] === undefined) return false
  const element = statement['Principal'] as { [type: string]: Json } | string
  return typeof element === 'string' || !listOf(element['Federated']).includes(principal.name ?? '')
}

/** The values of one type in a Principal element. */
function lists(element: Json, type: string): string[] {
  return typeof element === 'object' && element !== null && !Array.isArray(element)
    ? (listOf(element[type]) as string[])
    : []
}

function isNamed(element: Json, name: string | undefined): boolean {
  return name !== undefined && ['AWS', 'Service', 'Federated'].some((type) => lists(element, type).includes(name))
}

function isEverybody(element: Json): boolean {
  return element === '*' || lists(element, 'AWS').includes('*')
}

function nameIn(statement: Statement, question: NaiveQuestion): 'self' | 'parent' | 'account' | null {
  const { principal } = question
  const isAccountIn = (element: Json): boolean =>
    principal.accountId !== undefined &&
    (lists(element, 'AWS').includes(principal.accountId) ||
      lists(element, 'AWS').includes(`arn:aws:iam::${principal.accountId}:root`) ||
      (principal.canonicalId !== undefined && lists(element, 'CanonicalUser').includes(principal.canonicalId)))
  if ('NotPrincipal' in statement) {
    const element = statement['NotPrincipal']
    if (question.boundary !== null) return 'self'
    if (isEverybody(element)) return null
    if (principal.type === 'Anonymous') return 'self'
    if (principal.type === 'Service' || principal.type === 'WebIdentity')
      return isNamed(element, principal.name) ? null : 'self'
    const own =
      principal.type === 'Account'
        ? []
        : [principal.arn, ...(principal.roleArn === undefined ? [] : [principal.roleArn])]
    return isAccountIn(element) && own.every((name) => isNamed(element, name)) ? null : 'self'
  }
  if (!('Principal' in statement)) return 'self'
  const element = statement['Principal']
  if (isEverybody(element)) return 'self'
  if (principal.type === 'Anonymous') return null
  if (principal.type === 'Service' || principal.type === 'WebIdentity')
    return isNamed(element, principal.name) ? 'self' : null
  if (principal.type !== 'Account' && isNamed(element, principal.arn)) return 'self'
  if (isNamed(element, principal.roleArn) || isNamed(element, principal.issuerArn)) return 'parent'
  return isAccountIn(element) ? 'account' : null
}

function isAboutAction(statement: Statement, action: string): boolean {
  const patterns = listOf(statement['Action'] ?? statement['NotAction']) as string[]
  const found = patterns.some((pattern) => fits(pattern.toLowerCase().split('').map(wildcard), action.toLowerCase()))
  return 'NotAction' in statement ? !found : found
}

function isAboutResource(statement: Statement, question: NaiveQuestion, hasVariables: boolean): boolean {
  if (!('Resource' in statement) && !('NotResource' in statement)) return true
  const { resource: asked, action, context } = question
  const resource = asked === '*' && action.startsWith('s3:') ? 'arn:aws:s3:::*' : asked
  const patterns = listOf(statement['Resource'] ?? statement['NotResource']) as string[]
  const found = patterns.some((pattern) => {
    const unit = filledIn(pattern, hasVariables ? context : null)
    return unit !== null && fits(segmented(unit.map((part) => part.wild ?? part.text)), resource)
  })
  return 'NotResource' in statement ? !found : found
}

// --- Patterns: lists of characters and wildcards.

type Unit = string | { wild: '*' | '?'; within?: boolean }

function wildcard(character: string): Unit {
  return character === '*' || character === '?' ? { wild: character } : character
}

/** Marks the wildcards that may not take a colon: those before the fifth, unless a `*` ends its segment. */
function segmented(units: Unit[]): Unit[] {
  let colons = 0
  return units.map((unit, index) => {
    if (unit === ':') colons++
    if (typeof unit === 'string' || colons >= 5) return unit
    const next = units[index + 1]
    return unit.wild === '*' && (next === undefined || next === ':') ? unit : { ...unit, within: true }
  })
}

function fits(units: Unit[], text: string, seen = new Map<string, boolean>()): boolean {
  const at = (i: number, j: number): boolean => {
    const place = `${i},${j}`
    const known = seen.get(place)
    if (known !== undefined) return known
    const answer = step(i, j)
    seen.set(place, answer)
    return answer
  }
  const step = (i: number, j: number): boolean => {
    const unit = units[i]
    if (unit === undefined) return j === text.length
    const character = text[j]
    if (typeof unit === 'string') return unit === character && at(i + 1, j + 1)
    const canTake = character !== undefined && !(unit.within === true && character === ':')
    if (unit.wild === '?') return canTake && at(i + 1, j + 1)
    return at(i + 1, j) || (canTake && at(i, j + 1))
  }
  return at(0, 0)
}

interface Part {
  text: string
  wild: Unit | null
}

function literal(value: string): Part[] {
  return value.split('').map((character) => ({ text: character, wild: null }))
}

/** One part for each character of a text whose variables are filled in; null: one has no value. */
function filledIn(text: string, context: Context | null): Part[] | null {
  if (text === '') return []
  const inside = context === null ? null : /^\$\{([^}]*)\}/.exec(text)
  if (inside !== null && context !== null) {
    const rest = filledIn(text.slice(inside[0].length), context)
    const name = inside[1] ?? ''
    if ('*?$'.includes(name)) return rest === null ? null : [...literal(name), ...rest]
    const [, key = '', , fallback] = /^([^,]*)(,\s*'([^']*)')?$/.exec(name) ?? []
    const values = context[key.trim().toLowerCase()] ?? []
    const value = values.length === 0 ? fallback : values.length === 1 ? values[0] : undefined
    return rest === null || value === undefined ? null : [...literal(value), ...rest]
  }
  const rest = filledIn(text.slice(1), context)
  const first = text.charAt(0)
  return rest === null
    ? null
    : [{ text: first, wild: first === '*' || first === '?' ? { wild: first } : null }, ...rest]
}

// --- Conditions.

function conditionsHold(statement: Statement, context: Context, hasVariables: boolean): boolean {
  const block = (statement['Condition'] ?? {}) as { [operator: string]: { [key: string]: Json } }
  return Object.entries(block).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const wanted = listOf(values).map(String)
      return conditionHolds(operator, wanted, {
        found: context[key.toLowerCase()] ?? [],
        context: hasVariables ? context : null,
      })
    }),
  )
}

function conditionHolds(
  operator: string,
  wanted: string[],
  { found, context }: { found: string[]; context: Context | null },
): boolean {
  const set = operator.startsWith('ForAllValues:') ? 'all' : operator.startsWith('ForAnyValue:') ? 'any' : ''
  const name = operator.replace(/^For\w+:/, '')
  if (name === 'Null') return wanted.some((value) => value.toLowerCase() === String(found.length === 0))
  const bare = name.replace(/IfExists$/, '')
  const positive = bare.replace('NotIp', 'Ip').replace('Not', '')
  const isNegated = positive !== bare
  if (found.length === 0) return name !== bare || set === 'all' || (set === '' && isNegated)
  const matches = (value: string): boolean => wanted.some((policy) => compare(positive, { policy, value, context }))
  if (set === 'all') return found.every((value) => matches(value) !== isNegated)
  if (set === 'any') return found.some((value) => matches(value) !== isNegated)
  return isNegated ? found.every((value) => !matches(value)) : found.some(matches)
}

interface Comparands {
  policy: string
  value: string
  context: Context | null
}

function compare(operator: string, { policy, value, context }: Comparands): boolean {
  if (operator.startsWith('Numeric')) return ordered(operator, scaled(value), scaled(policy))
  if (operator.startsWith('Date')) return ordered(operator, instant(value), instant(policy))
  if (operator === 'IpAddress') return isIn(value, policy)
  if (operator === 'BinaryEquals') {
    const bytes = [value, policy].map((text) => (isBase64(text) ? Buffer.from(text, 'base64').toString('hex') : null))
    return bytes[0] !== null && bytes[0] === bytes[1]
  }
  const parts = filledIn(policy, context)
  if (parts === null) return false
  const text = parts.map((part) => part.text).join('')
  const units = parts.map((part) => part.wild ?? part.text)
  switch (operator) {
    case 'StringEquals':
      return text === value
    case 'StringEqualsIgnoreCase':
      return text.toLowerCase() === value.toLowerCase()
    case 'StringLike':
      return fits(units, value)
    case 'Bool':
      return /^(true|false)$/i.test(value) && text.toLowerCase() === value.toLowerCase()
    default:
      return arnFits(policy, value, context)
  }
}

function isBase64(text: string): boolean {
  return /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
}

function arnFits(pattern: string, arn: string, context: Context | null): boolean {
  const values = sixOf(arn.split(':'))
  if (values === null) return false
  if (pattern === '*') return true
  // Colons within a variable's name part nothing.
  const masked =
    context === null ? pattern : pattern.replaceAll(/\$\{[^}]*\}/g, (name) => name.replaceAll(':', '\u0001'))
  const wanted = sixOf(masked.split(':'))
  return (
    wanted !== null &&
    wanted.every((part, index) => {
      const parts = filledIn(part.replaceAll('\u0001', ':'), context)
      return (
        parts !== null &&
        fits(
          parts.map((one) => one.wild ?? one.text),
          values[index] ?? '',
        )
      )
    })
  )
}

function sixOf(parts: string[]): string[] | null {
  return parts.length < 6 ? null : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** A number times 10^30. */
function scaled(text: string): bigint | null {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,2}))?$/i.exec(text)
  if (match === null || `${match[2]}${match[3]}` === '') return null
  const shift = 30 - (match[3] ?? '').length + Number(match[4] ?? 0)
  const digits = BigInt(`${match[2]}${match[3]}`) * 10n ** BigInt(Math.max(shift, 0))
  return match[1] === '-' ? -digits : digits
}

function instant(text: string): bigint | null {
  if (/^\d{5,18}$/.test(text) || /^\d{1,3}$/.test(text)) return BigInt(text) * 1000n
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/i.test(text)) return null
  const withZone = /T/i.test(text) && !/(Z|[+-]\d\d:\d\d)$/i.test(text) ? `${text}Z` : text
  const time = Date.parse(withZone.toUpperCase())
  // A day that the month does not have rolls over.
  if (Number.isNaN(time) || /^\d{4}-02-(30|31)/.test(text)) return null
  return BigInt(time)
}

function ordered(operator: string, value: bigint | null, limit: bigint | null): boolean {
  if (value === null || limit === null) return false
  if (operator.endsWith('LessThan')) return value < limit
  if (operator.endsWith('LessThanEquals')) return value <= limit
  if (operator.endsWith('GreaterThan')) return value > limit
  if (operator.endsWith('GreaterThanEquals')) return value >= limit
  return value === limit
}

function groupsOf(half: string): string[] {
  return half === '' ? [] : half.split(':')
}

/** An address as a number and how many bits it has. */
function addressOf(text: string): { bits: number; value: bigint } | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (v4 !== null) {
    const octets = v4.slice(1)
    if (octets.some((octet) => String(Number(octet)) !== octet || Number(octet) > 255)) return null
    return { bits: 32, value: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) }
  }
  try {
    // The URL parser knows IPv6.
    const host = new URL(`http://[${text}]/`).hostname.slice(1, -1)
    const [head = '', tail] = host.split('::')
    const zeros = tail === undefined ? 0 : 8 - groupsOf(head).length - groupsOf(tail).length
    const all = [...groupsOf(head), ...Array.from({ length: zeros }, () => '0'), ...groupsOf(tail ?? '')]
    const value = all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
    return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value }
  } catch {
    return null
  }
}

function isIn(text: string, range: string): boolean {
  const [start = '', length] = range.split('/')
  const address = addressOf(text)
  const base = addressOf(start)
  if (address === null || base === null || address.bits !== base.bits) return false
  const written = start.includes(':') ? 128 : 32
  const free = BigInt(written - Number(length ?? written))
  return free >= 0n && address.value >> free === base.value >> free
}
