/** What the database module has to be told. */

/** Injection token of the options. */
export const DATABASE_OPTIONS = Symbol('DATABASE_OPTIONS');

export interface DatabaseOptions {
  /** Address of a PostgreSQL; unset, the server runs its own in the data folder. */
  url?: string | undefined;
  dataDir: string;
  /** Most connections for queries; one more watches. */
  poolSize: number;
  /** What drizzle-kit generated. */
  migrationsFolder: string;
}
