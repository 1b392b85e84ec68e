/** Records the actions of administrators in the audit log, and reads it page by page. */
import { Injectable } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { pageOf } from '@aeturnis/platform';
import { type AdminAction, AdminAuditRepository, type AuditRecord } from './admin-audit.repository';
import type { AuditPageDto } from './page.dto';

const DEFAULT_LIMIT = 50;

export interface AuditPage {
  /** Newest first. */
  records: AuditRecord[];
  /** Cursor of the next older page; absent on the last page. */
  next?: string;
}

@Injectable()
export class AdminAuditService {
  constructor(private readonly repository: AdminAuditRepository) {}

  /** Joins the current transaction. A reason that was not given is not recorded. */
  async record(
    actor: Principal,
    action: AdminAction,
    target: string,
    { reason, ...details }: Record<string, unknown> = {},
  ): Promise<void> {
    await this.repository.append({
      actor: { id: actor.userId, name: actor.name },
      action,
      target,
      details: { ...details, ...(reason == null ? {} : { reason }) },
    });
  }

  async page({ cursor, limit = DEFAULT_LIMIT, ...filter }: AuditPageDto): Promise<AuditPage> {
    const before = cursor === undefined ? undefined : BigInt(cursor);
    const found = await this.repository.newest(limit + 1, filter, before);
    const { rows, next } = pageOf(found, limit, ({ id }) => id);
    return { records: rows, ...next };
  }
}
