/** What administrators see of an account, and what they change about its roles and sessions. */
import { Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import type { Response } from 'express';
import type { Streamed } from '../../http';
import { type Account, isBanned, type Role } from '../account';
import { type AccountSummary, requireFound, summaryOf } from '../account-summary';
import { AccountsRepository } from '../accounts.repository';
import { AccountExport, type ExportedAccount } from '../profile/account-export';
import { LiveSessions } from '../sessions/live-sessions';
import { type SessionSummary, SessionsListRepository } from '../sessions/sessions-list.repository';
import { MAX_SESSIONS, Sessions } from '../sessions/sessions.service';

/** The roles that administrators give. `guest` belongs to accounts that have not registered. */
export const GRANTED_ROLES = ['player', 'moderator', 'admin'] as const satisfies readonly Role[];
export type GrantedRole = (typeof GRANTED_ROLES)[number];

export interface AccountDetails extends AccountSummary {
  /** Not verified. */
  email?: string;
  /** The latest login first. Empty with tokens of an outside issuer, whose sessions this server does not know. */
  sessions: SessionSummary[];
}

@Injectable()
export class UserAdministration {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly sessionsList: SessionsListRepository,
    private readonly sessions: Sessions,
    private readonly liveSessions: LiveSessions,
    private readonly exports: AccountExport,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_FOUND. */
  async details(userId: string): Promise<AccountDetails> {
    const now = this.clock.now();
    const account = requireFound(await this.accounts.find(userId));
    const sessions = await this.sessionsList.findLive(userId, new Date(now), MAX_SESSIONS);
    const { email } = account;
    return { ...summaryOf(account, now), ...(email === null ? {} : { email }), sessions };
  }

  /**
   * Replaces the roles of a registered user, on open connections too. Call it in a transaction, which locks both accounts:
   * two administrators cannot withdraw the role of each other at the same time.
   * @returns the roles before.
   * @throws AppError NOT_FOUND; CONFLICT for a guest, and for a banned user who would become an administrator; FORBIDDEN if
   *   the administrator would withdraw the own role, or has lost it meanwhile; VALIDATION without the role `player`.
   */
  async changeRoles(actorId: string, userId: string, roles: readonly GrantedRole[]): Promise<readonly string[]> {
    const locked = new Map<string, Account | null>();
    for (const id of [...new Set([actorId, userId])].sort()) locked.set(id, await this.accounts.lock(id));
    if (!locked.get(actorId)?.roles.includes('admin'))
      throw new AppError('FORBIDDEN', 'You are not an administrator any more');
    const account = requireFound(locked.get(userId) ?? null);
    this.assertChangeable(account, roles, actorId);
    await this.accounts.update(userId, { roles });
    this.database.afterCommit(() => this.liveSessions.updateRoles(userId, roles));
    return account.roles;
  }

  /** Ends all sessions and connections of a user. Call it in a transaction. @throws AppError NOT_FOUND. */
  async endSessions(userId: string): Promise<void> {
    requireFound(await this.accounts.lock(userId));
    await this.sessions.endAll(userId);
  }

  /** Sends the export of a user to an administrator. @throws AppError RATE_LIMITED while this node sends the administrator another one. */
  sendExport(userId: string, receiverId: string, response: Response): Promise<Streamed<ExportedAccount>> {
    return this.exports.send(userId, response, receiverId);
  }

  private assertChangeable(account: Account, roles: readonly GrantedRole[], actorId: string): void {
    if (account.isGuest)
      throw new AppError(
        'CONFLICT',
        'This user is a guest, whose registration would replace the roles: change them later',
      );
    if (!roles.includes('player'))
      throw new AppError('VALIDATION', 'Every registered user has the role `player`: add it');
    if (roles.includes('admin')) {
      const isNew = !account.roles.includes('admin');
      if (isNew && isBanned(account, this.clock.now()))
        throw new AppError('CONFLICT', 'This user is banned, and administrators cannot be: lift the ban first');
    } else if (account.id === actorId)
      throw new AppError('FORBIDDEN', 'You cannot withdraw your own role `admin`: another administrator can');
  }
}
