// Names and the steps below them: s.a['b'][0], s.tags[*], s.*
import type { PathStep } from '../bind/bound.ts'
import type { Expression } from './ast.ts'
import type { Parsing } from './parsing.ts'
import type { TokenStream } from './token-stream.ts'

/** Steps in the order written; `brackets` when one of them was in square brackets. */
export function parseSteps({ tokens, dialect }: Parsing): { steps: PathStep[]; brackets: boolean } {
  const steps: PathStep[] = []
  let brackets = false
  for (;;) {
    if (tokens.takePunctuation('.')) {
      steps.push(dotStep(tokens, dialect === 'aws'))
    } else if (tokens.takePunctuation('[')) {
      brackets = true
      steps.push(bracketStep(tokens))
      tokens.expectPunctuation(']')
    } else return { steps, brackets }
  }
}

function dotStep(tokens: TokenStream, strict: boolean): PathStep {
  if (tokens.isOperator('*')) {
    tokens.next()
    return { step: 'values' }
  }
  // After a dot nothing but a name can stand, so only AWS's own dialect wants its reserved words quoted there.
  if (!tokens.isName() && (strict || tokens.peek().type !== 'word')) throw tokens.fault('ParseInvalidPathComponent')
  const name = tokens.takeName()
  return { step: 'key', name: name.text, caseSensitive: name.quoted }
}

function bracketStep(tokens: TokenStream): PathStep {
  const token = tokens.peek()
  if (token.type === 'operator' && token.text === '*') {
    tokens.next()
    return { step: 'elements' }
  }
  if (token.type === 'string') {
    tokens.next()
    return { step: 'key', name: token.text, caseSensitive: true }
  }
  const index = token.type === 'number' && /^\d+$/.test(token.text) ? Number(token.text) : -1
  if (!Number.isSafeInteger(index) || index < 0) throw tokens.fault('ParseInvalidPathComponent')
  tokens.next()
  return { step: 'index', index }
}

/** A name and the steps below it. Wildcards are for FROM, and for the right side of IN. */
export function parsePath(parsing: Parsing, wildcards: 'wildcards' | 'no wildcards'): Expression {
  const { tokens } = parsing
  const start = tokens.peek()
  if (tokens.takePunctuation('@') && !tokens.isName()) throw tokens.fault('ParseMissingIdentAfterAt')
  const root = tokens.takeName()
  const { steps, brackets } = parseSteps(parsing)
  if (wildcards === 'no wildcards') refuseWildcards(parsing, steps, { brackets, token: start })
  return { kind: 'path', root, steps, position: start.position }
}

/** Steps below a value that was computed. */
export function parseAccess(parsing: Parsing, operand: Expression): Expression {
  const { tokens } = parsing
  if (!tokens.isPunctuation('.') && !tokens.isPunctuation('[')) return operand
  const token = tokens.peek()
  const { steps, brackets } = parseSteps(parsing)
  refuseWildcards(parsing, steps, { brackets, token })
  return { kind: 'access', operand, steps, position: operand.position }
}

function refuseWildcards(
  { tokens }: Parsing,
  steps: readonly PathStep[],
  { brackets, token }: { brackets: boolean; token: ReturnType<TokenStream['peek']> },
): void {
  const values = steps.some(({ step }) => step === 'values')
  if (values && brackets) throw tokens.fault('ParseCannotMixSqbAndWildcardInSelectList', token)
  if (values || steps.some(({ step }) => step === 'elements')) {
    throw tokens.fault('ParseInvalidContextForWildcardInSelectList', token)
  }
}
