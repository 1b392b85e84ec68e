/** Stores the heartbeats of the nodes that use this database. All times are of the database's clock. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { eq, sql } from 'drizzle-orm';
import { nodes } from './nodes.schema';

export interface NodeRow {
  readonly id: string;
  readonly name: string;
  readonly alone: boolean;
}

/** Another node with its last heartbeat. */
export interface OtherNode extends NodeRow {
  readonly startedEarlier: boolean;
  readonly seenAt: string;
}

/** Whether a node has written a heartbeat since a time; `unknown`: not yet, but it may live. */
export type NodeSurvival = 'survived' | 'unknown' | 'died';

/** Several heartbeat intervals. */
const RECENT = sql.raw(`interval '5 seconds'`);
const EXPIRES_AFTER = sql.raw(`interval '1 day'`);

/** About 60 bytes per row: 1 MB. */
const SPACE_ROWS = sql.raw('16000');

@Injectable()
export class NodesRepository {
  constructor(private readonly database: Database) {}

  /** Writes the heartbeat of this node. @returns the other nodes with a recent heartbeat. */
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

  /** @param sinceMs milliseconds since 1970, by the database's clock. */
  async survivalOf(id: string, sinceMs: number): Promise<NodeSurvival> {
    const { rows } = await this.database.db.execute<{ survival: NodeSurvival }>(sql`
      select case when seen_at >= to_timestamp(${sinceMs}::float8 / 1000) then 'survived'
        when seen_at > clock_timestamp() - ${RECENT} then 'unknown' else 'died' end as survival
      from ${nodes} where id = ${id}`);
    return rows[0]?.survival ?? 'died';
  }

  /** Writes 1 MB to a temporary table. A heartbeat does not show a full disk, because it overwrites its row in place. */
  async probeDiskSpace(): Promise<void> {
    await this.database.db.execute(sql`
      create temporary table space_probe on commit drop as
        select md5(n::text) as filler from generate_series(1, ${SPACE_ROWS}) as n`);
  }

  /** Deletes rows of nodes that ended without deleting their own. */
  async deleteExpired(): Promise<void> {
    await this.database.db.delete(nodes).where(sql`${nodes.seenAt} < clock_timestamp() - ${EXPIRES_AFTER}`);
  }

  async remove(id: string): Promise<void> {
    await this.database.db.delete(nodes).where(eq(nodes.id, id));
  }
}
