/** Options of the database module. */
import type { PreparedSetting } from './statements/prepared-statement-support';

/** Injection token of the options. */
export const DATABASE_OPTIONS = Symbol('DATABASE_OPTIONS');

export interface DatabaseOptions {
  /** URL of PostgreSQL. Unset: the server starts an embedded PostgreSQL in `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  /** Maximum connections for queries. One more connection monitors PostgreSQL. */
  poolSize: number;
  /** Whether statements are prepared under names; the default is `auto`. */
  prepared?: PreparedSetting;
  /** The folder that drizzle-kit generates. */
  migrationsFolder: string;
}
