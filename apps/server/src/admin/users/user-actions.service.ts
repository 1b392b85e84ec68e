/** Administrators' actions on users. Each one is recorded in the audit log, with its reason. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import type { Response } from 'express';
import { AccountsService, type ExportedAccount, UserAdministration } from '../../accounts';
import type { Streamed } from '../../http';
import { RealtimeService } from '../../realtime';
import { AdminAuditService } from '../admin-audit.service';
import type { BanDto } from './ban.dto';
import type { OptionalReasonDto, ReasonDto } from '../reason.dto';
import type { UserRolesDto } from './user-roles.dto';

@Injectable()
export class UserActionsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly administration: UserAdministration,
    private readonly audit: AdminAuditService,
    private readonly realtime: RealtimeService,
    private readonly clock: Clock,
  ) {}

  /** Closes all connections of a user, who may reconnect. @throws AppError NOT_FOUND. */
  async disconnect(actor: Principal, userId: string, { reason }: OptionalReasonDto): Promise<void> {
    const { id } = await this.accounts.requireUser(userId);
    await this.audit.record(actor, 'user.disconnect', id, { reason });
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
      await this.audit.record(actor, 'user.ban', id, { reason, until: end?.toISOString() ?? null });
    });
  }

  /** @throws AppError NOT_FOUND. */
  async unban(actor: Principal, userId: string, { reason }: OptionalReasonDto): Promise<void> {
    await this.database.transaction(async () => {
      const { id } = await this.accounts.requireUser(userId);
      await this.accounts.unban(id);
      await this.audit.record(actor, 'user.unban', id, { reason });
    });
  }

  /** @throws AppError as `UserAdministration.changeRoles`. */
  async changeRoles(actor: Principal, userId: string, { roles, reason }: UserRolesDto): Promise<void> {
    await this.database.transaction(async () => {
      const before = await this.administration.changeRoles(actor.userId, userId, roles);
      await this.audit.record(actor, 'user.roles', userId, { before, roles, reason });
    });
  }

  /**
   * Ends all sessions and connections of a user, who may log in again; also those of the administrator, whose own tokens may
   * have been stolen. @throws AppError NOT_FOUND.
   */
  async logOut(actor: Principal, userId: string, { reason }: ReasonDto): Promise<void> {
    await this.database.transaction(async () => {
      await this.administration.endSessions(userId);
      await this.audit.record(actor, 'user.log-out', userId, { reason });
    });
  }

  /** Recorded first: the administrator may have read a part when the export fails. @throws AppError NOT_FOUND, RATE_LIMITED. */
  async sendExport(actor: Principal, userId: string, response: Response): Promise<Streamed<ExportedAccount>> {
    const { id } = await this.accounts.requireUser(userId);
    await this.audit.record(actor, 'user.export', id);
    return this.administration.sendExport(id, actor.userId, response);
  }

  private async requireBannable(actor: Principal, userId: string): Promise<string> {
    // Locked: a user who becomes an administrator meanwhile would be a banned one.
    const { id, roles } = await this.accounts.lockUser(userId);
    if (id === actor.userId) throw new AppError('FORBIDDEN', 'You cannot ban yourself');
    if (roles.includes('admin')) throw new AppError('FORBIDDEN', 'Administrators cannot be banned');
    return id;
  }
}
