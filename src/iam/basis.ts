/**
 * What a decision on an object rests on, so that whoever acts on it can see to it that it still holds: the account that
 * owns the object, with a private list; or this very version. Null: nothing of the object matters.
 */
export type Basis = { owner: string } | { seq: number } | null

/** Whether it holds of the version that is there. */
export function basisHolds(basis: Basis, { owner, seq }: { owner: string; seq: number }): boolean {
  if (basis === null) return true
  return 'owner' in basis ? owner === basis.owner : seq === basis.seq
}
