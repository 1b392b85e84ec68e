/** Appends to the record of what administrators did and reads it back; nothing here changes or removes a row. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { desc, lt } from 'drizzle-orm';
import { adminAudit } from './admin-audit.schema';

export type AdminAction = 'user.disconnect' | 'user.ban' | 'user.unban' | 'broadcast';

export interface AuditRecord {
  id: string;
  actor: { id: string; name: string };
  action: string;
  target: string | null;
  details: Record<string, unknown>;
  createdAt: string;
}

export type NewAuditRecord = Pick<AuditRecord, 'actor' | 'target' | 'details'> & { action: AdminAction };

@Injectable()
export class AdminAuditRepository {
  constructor(private readonly database: Database) {}

  /** Becomes part of the transaction that is going on. */
  async append({ actor, action, target, details }: NewAuditRecord): Promise<AuditRecord> {
    const values = { actor: actor.id, actorName: actor.name, action, target, details };
    const [row] = await this.database.db.insert(adminAudit).values(values).returning();
    if (!row) throw new Error('an insert returned no row');
    return toRecord(row);
  }

  /** The newest first; `before` leaves out that id and all newer ones. */
  async newest(limit: number, before?: bigint): Promise<AuditRecord[]> {
    const rows = await this.database.db
      .select()
      .from(adminAudit)
      .where(before === undefined ? undefined : lt(adminAudit.id, before))
      .orderBy(desc(adminAudit.id))
      .limit(limit);
    return rows.map(toRecord);
  }
}

function toRecord({ id, actor, actorName, createdAt, ...rest }: typeof adminAudit.$inferSelect): AuditRecord {
  return { ...rest, id: String(id), actor: { id: actor, name: actorName }, createdAt: createdAt.toISOString() };
}
