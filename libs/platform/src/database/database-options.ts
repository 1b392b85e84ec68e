/** What the database module has to be told. */
import type { PreparedSetting } from './prepared-statements';

/** Injection token of the options. */
export const DATABASE_OPTIONS = Symbol('DATABASE_OPTIONS');

export interface DatabaseOptions {
  /** Address of a PostgreSQL; unset, the server runs its own in the data folder. */
  url?: string | undefined;
  dataDir: string;
  /** Most connections for queries; one more watches. */
  poolSize: number;
  /** Whether statements are prepared under names; `auto` unless it says otherwise. */
  prepared?: PreparedSetting;
  /** What drizzle-kit generated. */
  migrationsFolder: string;
}
