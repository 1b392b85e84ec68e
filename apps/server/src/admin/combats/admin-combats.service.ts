/** Administrators' actions on fights. Each change is recorded in the audit log. */
import { Injectable } from '@nestjs/common';
import type { Principal } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { CombatAdminService, type FightListPage } from '../../combat';
import { AdminAuditRepository } from '../admin-audit.repository';
import type { FightPageDto } from '../page.dto';
import type { OptionalReasonDto } from '../reason.dto';

const PAGE_SIZE = 50;

@Injectable()
export class AdminCombatsService {
  constructor(
    private readonly database: Database,
    private readonly combats: CombatAdminService,
    private readonly audit: AdminAuditRepository,
  ) {}

  list({ limit = PAGE_SIZE, cursor }: FightPageDto): Promise<FightListPage> {
    return this.combats.list(limit, cursor);
  }

  /** @throws AppError NOT_FOUND, CONFLICT for a fight that has ended. */
  async end(actor: Principal, sessionId: string, { reason }: OptionalReasonDto): Promise<void> {
    await this.database.transaction(async () => {
      await this.combats.endAsDraw(sessionId);
      const { userId: id, name } = actor;
      await this.audit.append({ actor: { id, name }, action: 'combat.end', target: sessionId, details: { reason } });
    });
  }
}
