/** Reading the record of what administrators did. */
import { Injectable } from '@nestjs/common';
import { AdminAuditRepository, type AuditRecord } from './admin-audit.repository';
import type { AuditPageDto } from './page.dto';

const DEFAULT_LIMIT = 50;

export interface AuditPage {
  /** The newest first. */
  records: AuditRecord[];
  /** Cursor of the next older page; absent on the last. */
  next?: string;
}

@Injectable()
export class AdminAuditService {
  constructor(private readonly repository: AdminAuditRepository) {}

  async page({ cursor, limit = DEFAULT_LIMIT }: AuditPageDto): Promise<AuditPage> {
    const found = await this.repository.newest(limit + 1, cursor === undefined ? undefined : BigInt(cursor));
    const records = found.slice(0, limit);
    const last = records.at(-1);
    return found.length > limit && last ? { records, next: last.id } : { records };
  }
}
