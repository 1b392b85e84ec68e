/** Reads missed log entries, of many conversations at once: the server takes one sync of a user at a time. */
import type { SyncedConversation, SyncPage } from '@aeturnis/contracts';
import type { ClientClock } from '../base/clock';
import { sleep } from '../base/clock';
import { SingleRun } from '../base/single-run';
import { RequestError } from '../base/request-error';

/** Of one request. */
const MAX_CURSORS = 64;
const RETRY_MS = 1_000;

export interface SyncTarget {
  readonly id: string;
  /** The seq of the last entry that it has; undefined while it is loading: nothing is read for it then. */
  readonly cursor: number | undefined;
  /** Nothing is read for one that is closed. */
  readonly isOpen: boolean;
  applySync(page: SyncedConversation): void;
  /** The user has no access to it. */
  onUnknown(): void;
}

export class LogSync {
  private readonly wanted = new Map<string, SyncTarget>();
  private readonly syncing = new SingleRun(() => this.run());

  constructor(
    private readonly clock: ClientClock,
    private readonly isReachable: () => boolean,
    private readonly request: (cursors: Record<string, number>) => Promise<SyncPage>,
  ) {}

  /** Does nothing while the server cannot be reached: the next connection syncs all. */
  want(target: SyncTarget): void {
    this.add(target);
    void this.syncing.wake();
  }

  private add(target: SyncTarget): void {
    if (target.isOpen && target.cursor !== undefined) this.wanted.set(target.id, target);
  }

  private async run(): Promise<void> {
    while (this.wanted.size > 0 && this.isReachable()) {
      const targets = [...this.wanted.values()].slice(0, MAX_CURSORS);
      for (const { id } of targets) this.wanted.delete(id);
      try {
        const { conversations } = await this.request(
          Object.fromEntries(targets.map(({ id, cursor }): [string, number] => [id, cursor as number])),
        );
        for (const target of targets) this.apply(target, conversations[target.id]);
      } catch (error) {
        for (const target of targets) this.add(target);
        await sleep(this.clock, (error instanceof RequestError && error.retryAfterMs) || RETRY_MS);
      }
    }
    this.wanted.clear();
  }

  private apply(target: SyncTarget, page: SyncedConversation | undefined): void {
    if (!page) return target.onUnknown();
    target.applySync(page);
    if (page.limited) this.add(target);
  }
}
