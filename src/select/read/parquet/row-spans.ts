// Sets of rows as ascending stretches that do not touch. No I/O, no clock.

/** `to` is exclusive. */
export interface RowSpan {
  from: number
  to: number
}

/** Adds a span that begins at or after the last. */
export function addSpan(spans: RowSpan[], { from, to }: RowSpan): void {
  const last = spans.at(-1)
  if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
  else spans.push({ from, to })
}

export function intersect(a: readonly RowSpan[], b: readonly RowSpan[]): RowSpan[] {
  const spans: RowSpan[] = []
  for (let i = 0, j = 0; ;) {
    const left = a[i]
    const right = b[j]
    if (left === undefined || right === undefined) return spans
    const from = Math.max(left.from, right.from)
    const to = Math.min(left.to, right.to)
    if (from < to) spans.push({ from, to })
    if (left.to < right.to) i += 1
    else j += 1
  }
}

export function unite(a: readonly RowSpan[], b: readonly RowSpan[]): RowSpan[] {
  const spans: RowSpan[] = []
  for (const span of [...a, ...b].sort((left, right) => left.from - right.from)) addSpan(spans, span)
  return spans
}
