/** Fails loudly on a broken assumption of ours; stays on in production, where it becomes InternalError. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${sentence}`)
}
