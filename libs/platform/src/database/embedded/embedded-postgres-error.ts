/** The embedded PostgreSQL cannot run, and a retry would fail too. The message says in one line what the operator can do. */

export class EmbeddedPostgresError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}
