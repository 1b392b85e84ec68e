/** What a change of an account does to its connections: on every node, and to those that are just being opened. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Caller, Clock, ConnectionHooks, RealtimeService } from '@aeturnis/realtime';
import { isBanned } from '../account';
import { BANNED, type EndReason, LOGGED_OUT } from '../end-reasons';
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
    this.hooks.onOpen((caller) => this.checkAgain(caller));
  }

  /** Tokens of the account, or of one of its sessions, stop working and their connections close. Call it after the commit. */
  end(userId: string, reason: EndReason = LOGGED_OUT, sessionId?: string): void {
    this.states.changed(userId);
    this.realtime.disconnectUser(userId, reason, sessionId === undefined ? {} : { sessionId });
  }

  /** Tokens are judged by what the account is now. Call it after the commit. */
  accountChanged(userId: string): void {
    this.states.changed(userId);
  }

  /** Live connections act with the new roles from now on. Call it after the commit. */
  rolesChanged(userId: string, roles: readonly string[]): void {
    this.states.changed(userId);
    this.realtime.updateRoles(userId, roles);
  }

  /** Live connections act under the new display name from now on. Call it after the commit. */
  nameChanged(userId: string, name: string): void {
    this.states.changed(userId);
    this.realtime.updateName(userId, name);
  }

  // A ban or a logout between the check of the token and the opening finds no connection to close.
  private async checkAgain({ principal: { userId, sessionId } }: Caller): Promise<void> {
    const account = await this.states.of(userId, sessionId);
    if (!account) this.realtime.disconnectUser(userId, LOGGED_OUT, { sessionId });
    else if (isBanned(account, this.clock.now())) this.realtime.disconnectUser(userId, BANNED);
  }
}
