/** Callbacks that domain modules register for the opening and the end of connections. */
import { Injectable, Logger } from '@nestjs/common';
import { FailureLog } from '@aeturnis/platform';
import type { Caller } from '../connections/caller';
import type { Connection } from '../connections/connection';

export type OpenHook = (caller: Caller) => Promise<void> | void;
export type ClosingHook = (connection: Connection, reason: string) => void;
export type CloseHook = (caller: Caller, reason: string) => Promise<void> | void;

@Injectable()
export class ConnectionHooks {
  private readonly logger = new Logger(ConnectionHooks.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly openHooks: OpenHook[] = [];
  private readonly closingHooks: ClosingHook[] = [];
  private readonly closeHooks: CloseHook[] = [];
  private readonly runningCloseHooks = new Set<Promise<unknown>>();

  /** Runs after authentication and before the first command of the connection is handled. */
  onOpen(hook: OpenHook): void {
    this.openHooks.push(hook);
  }

  /** Runs once, synchronously, when the connection ends for any reason, before it leaves its rooms. */
  onClosing(hook: ClosingHook): void {
    this.closingHooks.push(hook);
  }

  /** Runs once after the connection has ended for any reason and has left its rooms. */
  onClose(hook: CloseHook): void {
    this.closeHooks.push(hook);
  }

  /** @returns a promise that resolves when all hooks are done; undefined if no hook is asynchronous. */
  runOpenHooks(caller: Caller): Promise<unknown> | undefined {
    return this.runAll(this.openHooks, caller, '');
  }

  runClosingHooks(connection: Connection, reason: string): void {
    for (const hook of this.closingHooks) {
      try {
        hook(connection, reason);
      } catch (error) {
        this.logFailure(error);
      }
    }
  }

  async runCloseHooks(caller: Caller, reason: string): Promise<void> {
    const done = this.runAll(this.closeHooks, caller, reason);
    if (!done) return;
    this.runningCloseHooks.add(done);
    await done;
    this.runningCloseHooks.delete(done);
  }

  /** Resolves when the running close hooks of all connections are done. */
  async waitForCloseHooks(): Promise<void> {
    await Promise.all(this.runningCloseHooks);
  }

  // The failure of one hook must not prevent the hooks of other domains from running.
  private runAll(hooks: readonly CloseHook[], caller: Caller, reason: string): Promise<unknown> | undefined {
    const pending: Promise<void>[] = [];
    for (const hook of hooks) {
      try {
        const done = hook(caller, reason);
        if (done) pending.push(done.catch((error: unknown) => this.logFailure(error)));
      } catch (error) {
        this.logFailure(error);
      }
    }
    return pending.length > 0 ? Promise.all(pending) : undefined;
  }

  private logFailure(error: unknown): void {
    this.failures.error({ message: 'connection hook failed, other hooks still run', error });
  }
}
