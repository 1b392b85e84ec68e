/** Stores and reads the audit log of administrators' actions. It is append-only. */
import { Injectable } from '@nestjs/common';
import type { Timestamp, Uuid } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, lt } from 'drizzle-orm';
import { adminAudit } from './admin-audit.schema';

export const ADMIN_ACTIONS = [
  'user.disconnect',
  'user.ban',
  'user.unban',
  'user.roles',
  'user.log-out',
  'user.note',
  'user.export',
  'broadcast',
  'combat.end',
  'node.drain',
  'node.kill',
  'log-level.change',
] as const;
export type AdminAction = (typeof ADMIN_ACTIONS)[number];

export interface AuditRecord {
  id: string;
  actor: { id: Uuid; name: string };
  action: string;
  target: string | null;
  details: Record<string, unknown>;
  createdAt: Timestamp;
}

/** A record matches if it matches all fields that are given. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: AdminAction | undefined;
  readonly target?: string | undefined;
}

type NewAuditRecord = Pick<AuditRecord, 'actor' | 'target' | 'details'> & { action: AdminAction };

@Injectable()
export class AdminAuditRepository {
  constructor(private readonly database: Database) {}

  /** Joins the current transaction. */
  async append({ actor, action, target, details }: NewAuditRecord): Promise<AuditRecord> {
    const values = { actor: actor.id, actorName: actor.name, action, target, details };
    const [row] = await this.database.db.insert(adminAudit).values(values).returning();
    if (!row) throw new Error('insert into admin_audit returned no row');
    return toRecord(row);
  }

  /** Returns the newest records first. @param before only records with a lower id. */
  async newest(limit: number, { actor, action, target }: AuditFilter, before?: bigint): Promise<AuditRecord[]> {
    const conditions = [
      before === undefined ? undefined : lt(adminAudit.id, before),
      actor == null ? undefined : eq(adminAudit.actor, actor),
      action == null ? undefined : eq(adminAudit.action, action),
      target == null ? undefined : eq(adminAudit.target, target),
    ];
    const rows = await this.database.db
      .select()
      .from(adminAudit)
      .where(and(...conditions))
      .orderBy(desc(adminAudit.id))
      .limit(limit);
    return rows.map(toRecord);
  }
}

function toRecord({ id, actor, actorName, createdAt, ...rest }: typeof adminAudit.$inferSelect): AuditRecord {
  return { ...rest, id: String(id), actor: { id: actor, name: actorName }, createdAt: createdAt.toISOString() };
}
