/** Reads the audit log of administrators' actions page by page. */
import { Injectable } from '@nestjs/common';
import { pageOf } from '@aeturnis/platform';
import { AdminAuditRepository, type AuditRecord } from './admin-audit.repository';
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

  async page({ cursor, limit = DEFAULT_LIMIT }: AuditPageDto): Promise<AuditPage> {
    const found = await this.repository.newest(limit + 1, cursor === undefined ? undefined : BigInt(cursor));
    const { rows, next } = pageOf(found, limit, ({ id }) => id);
    return { records: rows, ...next };
  }
}
