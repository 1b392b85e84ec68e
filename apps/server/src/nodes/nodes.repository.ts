/** Keeps which nodes use this database. Times are those of the database's clock. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, sql } from 'drizzle-orm';
import { nodes } from './nodes.schema';

export interface NodeRow {
  readonly id: string;
  readonly name: string;
  readonly alone: boolean;
}

/** Another node, as it was last seen. */
export interface OtherNode extends NodeRow {
  readonly startedEarlier: boolean;
  readonly seenAt: string;
}

/** Some beats. */
const RECENT = sql.raw(`interval '5 seconds'`);
const FORGOTTEN = sql.raw(`interval '1 day'`);

/** Some 60 bytes each: 1 MB. */
const SPACE_ROWS = sql.raw('16000');

@Injectable()
export class NodesRepository {
  constructor(private readonly database: Database) {}

  /** Says that this node is there. @returns the other nodes that were there a moment ago. */
  async beat({ id, name, alone }: NodeRow): Promise<OtherNode[]> {
    const { rows } = await this.database.db.execute<{ [Column in keyof OtherNode]: OtherNode[Column] | null }>(sql`
      with own as (
        insert into ${nodes} as node (id, name, alone, started_at, seen_at)
        values (${id}, ${name}, ${alone}, clock_timestamp(), clock_timestamp())
        on conflict (id) do update set seen_at = clock_timestamp()
        returning node.id, node.started_at
      )
      select other.id, other.name, other.alone, other.seen_at::text as "seenAt",
        (other.started_at, other.id) < (own.started_at, own.id) as "startedEarlier"
      from own left join ${nodes} as other on other.id <> own.id and other.seen_at > clock_timestamp() - ${RECENT}`);
    return rows.filter((row): row is OtherNode => row.id !== null);
  }

  /** Needs space on the disk, as rows of a player do: a note of a node goes where the one before was. */
  async useSpace(): Promise<void> {
    await this.database.db.execute(sql`
      create temporary table space_probe on commit drop as
        select md5(n::text) as filler from generate_series(1, ${SPACE_ROWS}) as n`);
  }

  /** Forgets nodes that ended without a word. */
  async forgetGone(): Promise<void> {
    await this.database.db.delete(nodes).where(sql`${nodes.seenAt} < clock_timestamp() - ${FORGOTTEN}`);
  }

  async leave(id: string): Promise<void> {
    await this.database.db.delete(nodes).where(eq(nodes.id, id));
  }
}
