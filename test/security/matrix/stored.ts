/** A digest of everything in the database, so that what must not change anything can be caught changing something. */
import { Client } from 'pg';

/** What changes by itself, while nobody asks for anything. */
const BY_ITSELF = [
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
];

/** What comes to be in its own time: members who are away are notified a moment after a message. */
const IN_ITS_OWN_TIME: Readonly<Record<string, string>> = {
  notifications: "kind = 'conversation'",
  conversation_unpublished: 'true',
};

export class Stored {
  private query = '';

  private constructor(private readonly client: Client) {}

  static async open(url: string): Promise<Stored> {
    const stored = new Stored(new Client({ connectionString: url }));
    await stored.client.connect();
    const { rows } = await stored.client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
    );
    const columns = `array[${BY_ITSELF.map((column) => `'${column}'`).join(', ')}]`;
    stored.query = rows
      .map(({ name }) => {
        const row = `(to_jsonb(t) - ${columns})::text`;
        return `select '${name}' as name, md5(string_agg(${row}, ',' order by ${row})) as digest from ${name} as t
          where not (${IN_ITS_OWN_TIME[name] ?? 'false'})`;
      })
      .join(' union all ');
    return stored;
  }

  /** By table. */
  async digest(): Promise<Map<string, string>> {
    const { rows } = await this.client.query<{ name: string; digest: string }>(this.query);
    return new Map(rows.map(({ name, digest }) => [name, digest]));
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

/** The tables that differ. */
export const changedTables = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
