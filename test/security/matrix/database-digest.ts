/** A digest of the whole database, which reveals changes by requests that must not change anything. */
import { Client } from 'pg';

/** Columns that change without a request. */
const VOLATILE_COLUMNS = [
  'last_seen_at',
  'seen_at',
  'publisher',
  'publisher_until',
  'published',
  'unpublished',
  'x',
  'y',
  'facing',
  'zone',
  'walked_until',
  'place_stay',
  'place_step',
  'awaits_delivery',
  'swept_at',
];

/** Rows that are written with a delay: disconnected members are notified a moment after a message. */
const DEFERRED_ROWS: Readonly<Record<string, string>> = {
  notifications: "kind = 'conversation'",
  conversation_unpublished: 'true',
};

export class DatabaseDigest {
  private query = '';

  private constructor(private readonly client: Client) {}

  static async open(url: string): Promise<DatabaseDigest> {
    const stored = new DatabaseDigest(new Client({ connectionString: url }));
    await stored.client.connect();
    const { rows } = await stored.client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
    );
    const columns = `array[${VOLATILE_COLUMNS.map((column) => `'${column}'`).join(', ')}]`;
    stored.query = rows
      .map(({ name }) => {
        const row = `(to_jsonb(t) - ${columns})::text`;
        return `select '${name}' as name, md5(string_agg(${row}, ',' order by ${row})) as digest from ${name} as t
          where not (${DEFERRED_ROWS[name] ?? 'false'})`;
      })
      .join(' union all ');
    return stored;
  }

  async digest(): Promise<Map<string, string>> {
    const { rows } = await this.client.query<{ name: string; digest: string }>(this.query);
    return new Map(rows.map(({ name, digest }) => [name, digest]));
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

export const changedTables = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
