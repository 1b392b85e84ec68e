/** Where domains hang what has to happen when a connection opens or ends. */
import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from './caller';

export type OpenHook = (caller: Caller) => Promise<void> | void;
export type ClosingHook = (caller: Caller, reason: string) => void;
export type CloseHook = (caller: Caller, reason: string) => Promise<void> | void;

@Injectable()
export class ConnectionHooks {
  private readonly logger = new Logger(ConnectionHooks.name);
  private readonly openHooks: OpenHook[] = [];
  private readonly closingHooks: ClosingHook[] = [];
  private readonly closeHooks: CloseHook[] = [];
  private readonly unfinished = new Set<Promise<void>>();

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

  opened(caller: Caller): Promise<void> {
    return this.all(this.openHooks.map((hook) => async () => hook(caller)));
  }

  closing(caller: Caller, reason: string): void {
    for (const hook of this.closingHooks) {
      try {
        hook(caller, reason);
      } catch (error) {
        this.failed(error);
      }
    }
  }

  async closed(caller: Caller, reason: string): Promise<void> {
    const done = this.all(this.closeHooks.map((hook) => async () => hook(caller, reason)));
    this.unfinished.add(done);
    await done;
    this.unfinished.delete(done);
  }

  /** When the hooks of all connections that have ended are through. */
  async settled(): Promise<void> {
    await Promise.all(this.unfinished);
  }

  // One domain's failure must not keep another from hearing.
  private async all(hooks: (() => Promise<void>)[]): Promise<void> {
    for (const outcome of await Promise.allSettled(hooks.map((hook) => hook()))) {
      if (outcome.status === 'rejected') this.failed(outcome.reason);
    }
  }

  private failed(error: unknown): void {
    this.logger.error({ message: 'connection hook failed', error });
  }
}
