/** Where domains hang what has to happen when a connection opens or ends. */
import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from './caller';

export type OpenHook = (caller: Caller) => Promise<void> | void;
export type CloseHook = (caller: Caller, reason: string) => Promise<void> | void;

@Injectable()
export class ConnectionHooks {
  private readonly logger = new Logger(ConnectionHooks.name);
  private readonly openHooks: OpenHook[] = [];
  private readonly closeHooks: CloseHook[] = [];
  private readonly closing = new Set<Promise<void>>();

  /** Runs after authentication and before the first command of the connection is taken. */
  onOpen(hook: OpenHook): void {
    this.openHooks.push(hook);
  }

  /** Runs once when the connection has ended, whatever the reason; its rooms are already left. */
  onClose(hook: CloseHook): void {
    this.closeHooks.push(hook);
  }

  opened(caller: Caller): Promise<void> {
    return this.all(this.openHooks.map((hook) => async () => hook(caller)));
  }

  async closed(caller: Caller, reason: string): Promise<void> {
    const done = this.all(this.closeHooks.map((hook) => async () => hook(caller, reason)));
    this.closing.add(done);
    await done;
    this.closing.delete(done);
  }

  /** When the hooks of all connections that have ended are through. */
  async settled(): Promise<void> {
    await Promise.all(this.closing);
  }

  // One domain's failure must not keep another from hearing.
  private async all(hooks: (() => Promise<void>)[]): Promise<void> {
    for (const outcome of await Promise.allSettled(hooks.map((hook) => hook()))) {
      if (outcome.status === 'rejected')
        this.logger.error({ message: 'connection hook failed', error: outcome.reason as unknown });
    }
  }
}
