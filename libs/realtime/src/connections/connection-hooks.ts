/** Where domains hang what has to happen when a connection opens or ends. */
import { Injectable, Logger } from '@nestjs/common';
import { FailureLog } from '@aeturnis/platform';
import type { Caller } from './caller';
import type { Connection } from './connection';

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
  private readonly unfinished = new Set<Promise<unknown>>();

  /** Runs after authentication and before the first command of the connection is taken. */
  onOpen(hook: OpenHook): void {
    this.openHooks.push(hook);
  }

  /** Runs once in the moment in which the connection ends, whatever the reason, before its rooms are left. */
  onClosing(hook: ClosingHook): void {
    this.closingHooks.push(hook);
  }

  /** Runs once when the connection has ended, whatever the reason; its rooms are already left. */
  onClose(hook: CloseHook): void {
    this.closeHooks.push(hook);
  }

  /** Settles when all are through; nothing where none has to be waited for. */
  opened(caller: Caller): Promise<unknown> | undefined {
    return this.all(this.openHooks, caller, '');
  }

  closing(connection: Connection, reason: string): void {
    for (const hook of this.closingHooks) {
      try {
        hook(connection, reason);
      } catch (error) {
        this.failed(error);
      }
    }
  }

  async closed(caller: Caller, reason: string): Promise<void> {
    const done = this.all(this.closeHooks, caller, reason);
    if (!done) return;
    this.unfinished.add(done);
    await done;
    this.unfinished.delete(done);
  }

  /** When the hooks of all connections that have ended are through. */
  async settled(): Promise<void> {
    await Promise.all(this.unfinished);
  }

  // One domain's failure must not keep another from hearing.
  private all(hooks: readonly CloseHook[], caller: Caller, reason: string): Promise<unknown> | undefined {
    const under: Promise<void>[] = [];
    for (const hook of hooks) {
      try {
        const done = hook(caller, reason);
        if (done) under.push(done.catch((error: unknown) => this.failed(error)));
      } catch (error) {
        this.failed(error);
      }
    }
    return under.length > 0 ? Promise.all(under) : undefined;
  }

  private failed(error: unknown): void {
    this.failures.error({ message: 'connection hook failed', error });
  }
}
