/** Administrators' actions on users: list, disconnect, ban and unban. Each change is recorded in the audit log. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { type AccountsPage, AccountsService } from '../../accounts';
import { RealtimeService } from '../../realtime';
import { type AdminAction, AdminAuditRepository } from '../admin-audit.repository';
import type { BanDto } from './ban.dto';
import type { UserPageDto } from './user-page.dto';

@Injectable()
export class AdminUsersService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly audit: AdminAuditRepository,
    private readonly realtime: RealtimeService,
    private readonly clock: Clock,
  ) {}

  list(page: UserPageDto): Promise<AccountsPage> {
    return this.accounts.listUsers(page);
  }

  /** Closes all connections of a user, who may reconnect. @throws AppError NOT_FOUND. */
  async disconnect(actor: Principal, userId: string): Promise<void> {
    const { id } = await this.accounts.requireUser(userId);
    await this.record(actor, 'user.disconnect', id);
    this.realtime.disconnectUser(id, { code: 'KICKED', message: 'An administrator has ended your connection' });
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for administrators, VALIDATION for an end in the past. */
  async ban(actor: Principal, userId: string, { reason, until }: BanDto): Promise<void> {
    const end = until ? new Date(until) : null;
    // Negated, so that an invalid date (NaN) is refused as well.
    if (end && !(end.getTime() > this.clock.now())) throw new AppError('VALIDATION', '`until` must be in the future');
    await this.database.transaction(async () => {
      const id = await this.requireBannable(actor, userId);
      await this.accounts.ban(id, { reason, until: end });
      await this.record(actor, 'user.ban', id, { reason, until: end?.toISOString() ?? null });
    });
  }

  /** @throws AppError NOT_FOUND. */
  async unban(actor: Principal, userId: string): Promise<void> {
    await this.database.transaction(async () => {
      const { id } = await this.accounts.requireUser(userId);
      await this.accounts.unban(id);
      await this.record(actor, 'user.unban', id);
    });
  }

  private async requireBannable(actor: Principal, userId: string): Promise<string> {
    const { id, roles } = await this.accounts.requireUser(userId);
    if (id === actor.userId) throw new AppError('FORBIDDEN', 'You cannot ban yourself');
    if (roles.includes('admin')) throw new AppError('FORBIDDEN', 'Administrators cannot be banned');
    return id;
  }

  private record(actor: Principal, action: AdminAction, target: string, details = {}): Promise<unknown> {
    return this.audit.append({ actor: { id: actor.userId, name: actor.name }, action, target, details });
  }
}
