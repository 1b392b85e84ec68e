/** Applies changes of an account to its connections on all nodes, including connections that are being opened. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Caller, Clock, ConnectionHooks } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';
import { isBanned } from '../account';
import { bannedBecause, type EndReason, LOGGED_OUT } from '../end-reasons';
import { AccountStates } from '../tokens/account-states';

@Injectable()
export class LiveSessions implements OnModuleInit {
  constructor(
    private readonly states: AccountStates,
    private readonly realtime: RealtimeService,
    private readonly hooks: ConnectionHooks,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.hooks.onOpen((caller) => this.recheckOnOpen(caller));
  }

  /** Tokens of the account, or of one of its sessions, stop working and their connections close. Call it after the commit. */
  end(userId: string, reason: EndReason = LOGGED_OUT, sessionId?: string): void {
    this.states.publishChange(userId);
    this.realtime.disconnectUser(userId, reason, sessionId === undefined ? {} : { sessionId });
  }

  /** Drops cached states, so that tokens are checked against the stored account. Call it after the commit. */
  invalidateAccount(userId: string): void {
    this.states.publishChange(userId);
  }

  /** Applies new roles to live connections. Call it after the commit. */
  updateRoles(userId: string, roles: readonly string[]): void {
    this.states.publishChange(userId);
    this.realtime.updateRoles(userId, roles);
  }

  /** Applies a new display name to live connections. Call it after the commit. */
  updateName(userId: string, name: string): void {
    this.states.publishChange(userId);
    this.realtime.updateName(userId, name);
  }

  // A ban or logout between token check and opening found no connection to close, so the check is repeated here.
  private async recheckOnOpen({ principal: { userId, sessionId } }: Caller): Promise<void> {
    const account = await this.states.stateOf(userId, sessionId);
    if (!account) this.realtime.disconnectUser(userId, LOGGED_OUT, { sessionId });
    else if (isBanned(account, this.clock.now())) this.realtime.disconnectUser(userId, bannedBecause(account));
  }
}
