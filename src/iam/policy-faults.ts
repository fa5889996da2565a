// What can be wrong with a policy, apart from AWS's words for it. No I/O, no clock.

/** The detail of each, where it has one, is the text at fault. */
export type FaultCode =
  // The document.
  | 'too-long'
  | 'leading-space'
  | 'no-object'
  | 'syntax'
  | 'duplicate'
  | 'type'
  | 'unknown'
  | 'missing'
  | 'empty'
  | 'exclusive'
  | 'version'
  | 'no-statements'
  // Sid and effect.
  | 'sid-characters'
  | 'sid-twice'
  | 'effect'
  | 'effect-case'
  // Principal.
  | 'principal'
  | 'principal-forbidden'
  | 'not-principal-allow'
  | 'not-principal-forbidden'
  // Action.
  | 'no-actions'
  | 'action-vendor'
  | 'action-colons'
  | 'vendor'
  | 'action'
  | 'action-not-sts'
  // Resource; `resource` is the sentence itself.
  | 'no-resources'
  | 'resource'
  | 'resource-legacy'
  | 'resource-forbidden'
  | 'action-without-resource'
  // Condition.
  | 'operator'
  | 'date'
  | 'ip'
  | 'value'
  | 'variable'
  | 'condition-key'
  | 'condition-without-action'

export interface Fault {
  path: string
  code: FaultCode
  detail: string
}

/** What goes into an answer of the client's own text. */
const detailCharactersMax = 2048

/** Whoever sends more is not going to read them. */
const faultsMax = 1000

export class Faults {
  readonly list: Fault[] = []

  add(path: string, code: FaultCode, detail = ''): void {
    if (!this.isFull) this.list.push({ path, code, detail: detail.slice(0, detailCharactersMax) })
  }

  /** Nothing more is taken. */
  get isFull(): boolean {
    return this.list.length >= faultsMax
  }

  has(code: FaultCode): boolean {
    return this.list.some((fault) => fault.code === code)
  }

  /** Whether any of it keeps the document from being understood. */
  get isFatal(): boolean {
    return this.list.some(({ code }) => code !== 'leading-space')
  }
}
