/** What is known of a request, for conditions and variables. */
export interface ConditionContext {
  /** The values of a key given in lower case, as text (`true`, `1700000000`, ISO 8601, CIDR); null: not in the request. */
  get(key: string): readonly string[] | null
}

/** A context that knows nothing. */
export const emptyContext: ConditionContext = { get: () => null }
