// Patterns in which some wildcards may not take a colon. Cutting at stars is no way for them, so every way through the pattern
// is followed at once, a bit for each, 32 in a word. No I/O, no clock.
import type { Token } from './variables.ts'

/** Bit `i` of a set stands for the step `i` of the pattern: a character, `?` or `*`. */
export interface SegmentAutomaton {
  /** How many steps. */
  length: number
  /** Characters that the subject must have at least. */
  lengthMin: number
  /** Steps that take one character which none of `steps` has. */
  others: Uint32Array
  /** Steps that take this one character. */
  taking: ReadonlyMap<number, Uint32Array>
  /** Steps that take any number of characters; and those of them that take colons too. */
  stars: Uint32Array
  crossing: Uint32Array
}

const colon = 0x3a

/** Wildcards before the pattern's `colons`-th colon take no colon, but for a `*` that ends its segment. */
export function compileSegments(tokens: readonly Token[], colons: number): SegmentAutomaton {
  const steps = stepsOf(tokens, colons)
  const words = Math.ceil((steps.length + 1) / 32)
  const setOf = (isIn: (step: Step) => boolean): Uint32Array => {
    const set = new Uint32Array(words)
    for (const [index, step] of steps.entries()) if (isIn(step)) addTo(set, index)
    return set
  }
  const literals = steps.map(({ code }) => code).filter((code) => code !== null)
  const codes = new Set([colon, ...literals])
  const taking = [...codes].map((code): [number, Uint32Array] => [
    code,
    setOf((step) => !step.isStar && (step.code === null ? code !== colon || step.takesColon : step.code === code)),
  ])
  return {
    length: steps.length,
    lengthMin: steps.filter(({ isStar }) => !isStar).length,
    others: setOf(({ isStar, code }) => !isStar && code === null),
    taking: new Map(taking),
    stars: setOf(({ isStar }) => isStar),
    crossing: setOf(({ isStar, takesColon }) => isStar && takesColon),
  }
}

/** (length of the subject) × (length of the pattern) / 32 steps. */
export function matchesSegments(automaton: SegmentAutomaton, subject: string): boolean {
  const { length, lengthMin, others, taking, stars, crossing } = automaton
  if (lengthMin > subject.length) return false
  const reached = new Uint32Array(stars.length)
  reached[0] = 1
  passStars(reached, stars)
  for (let at = 0; at < subject.length; at++) {
    const code = subject.charCodeAt(at)
    const takers = taking.get(code) ?? others
    const staying = code === colon ? crossing : stars
    let carried = 0
    for (let word = 0; word < reached.length; word++) {
      const before = reached[word] ?? 0
      const taken = before & (takers[word] ?? 0)
      reached[word] = (taken << 1) | carried | (before & (staying[word] ?? 0))
      carried = taken >>> 31
    }
    passStars(reached, stars)
  }
  return has(reached, length)
}

/** A star may take nothing. No star stands beside another. */
function passStars(reached: Uint32Array, stars: Uint32Array): void {
  let carried = 0
  for (let word = 0; word < reached.length; word++) {
    const passing = (reached[word] ?? 0) & (stars[word] ?? 0)
    reached[word] = (reached[word] ?? 0) | (passing << 1) | carried
    carried = passing >>> 31
  }
}

function addTo(set: Uint32Array, index: number): void {
  set[index >>> 5] = (set[index >>> 5] ?? 0) | (1 << (index & 31))
}

function has(set: Uint32Array, index: number): boolean {
  return (((set[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1
}

interface Step {
  /** Of a character; null for a wildcard. */
  code: number | null
  isStar: boolean
  takesColon: boolean
}

function stepsOf(tokens: readonly Token[], colons: number): Step[] {
  const steps: Step[] = []
  let seen = 0
  for (const [index, token] of tokens.entries()) {
    const isFree = seen >= colons
    if (token.type === 'any') steps.push({ code: null, isStar: false, takesColon: isFree })
    else if (token.type === 'star') addStar(steps, isFree || endsSegment(tokens[index + 1]))
    else if (token.type === 'text') {
      for (let i = 0; i < token.text.length; i++) {
        const code = token.text.charCodeAt(i)
        if (code === colon) seen++
        steps.push({ code, isStar: false, takesColon: false })
      }
    }
  }
  return steps
}

/** Of stars side by side one is left, which takes what any of them does. */
function addStar(steps: Step[], takesColon: boolean): void {
  const last = steps.at(-1)
  if (last?.isStar === true) last.takesColon ||= takesColon
  else steps.push({ code: null, isStar: true, takesColon })
}

function endsSegment(next: Token | undefined): boolean {
  return next === undefined || (next.type === 'text' && next.text.startsWith(':'))
}
