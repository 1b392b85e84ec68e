/** Why the embedded PostgreSQL cannot run: one line for the operator that says what to do. Trying again does not help. */

export class EmbeddedPostgresError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}
