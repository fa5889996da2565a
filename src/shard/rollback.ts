/** Thrown inside a transaction to undo it and give this outcome. Never leaves the shard. */
export class Rollback<Outcome> extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super('Transaction rolled back')
    this.outcome = outcome
  }
}
