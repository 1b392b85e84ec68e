/** Collects the state that a client gets in `system:sync` after connecting; every domain contributes one part. */
import { Injectable, Logger } from '@nestjs/common';
import type { SystemSyncParts, SystemSyncState } from '@aeturnis/contracts';
import { FailureLog } from '@aeturnis/platform';
import type { Caller } from '../connections/caller';

type PartName = keyof SystemSyncParts;
export type SyncContributor<Part extends PartName = PartName> = (caller: Caller) => Promise<SystemSyncParts[Part]>;

@Injectable()
export class SystemSync {
  private readonly logger = new Logger(SystemSync.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly parts: { name: PartName; contribute: SyncContributor }[] = [];

  /** Adds the field `part` to `system:sync`. A game declares its own parts by merging them into `SystemSyncParts`. */
  register<Part extends PartName>(part: Part, contributor: SyncContributor<Part>): void {
    if (this.parts.some(({ name }) => name === part)) throw new Error(`system:sync part '${part}' is registered twice`);
    this.parts.push({ name: part, contribute: contributor });
  }

  /** Collects all parts for the caller; a part that fails is listed in `unavailable` and does not affect the others. */
  async collect(caller: Caller): Promise<SystemSyncState> {
    const { parts } = this;
    const outcomes = await Promise.allSettled(parts.map(async ({ contribute }) => contribute(caller)));
    const state: Partial<Record<PartName, unknown>> = {};
    const unavailable: string[] = [];
    outcomes.forEach((outcome, index) => {
      const name = parts[index]?.name;
      if (name === undefined) return;
      if (outcome.status === 'fulfilled') state[name] = outcome.value;
      else {
        unavailable.push(name);
        this.failures.warn({ message: `system:sync sent without part '${name}'`, error: outcome.reason as unknown });
      }
    });
    return (unavailable.length > 0 ? { ...state, unavailable } : state) as SystemSyncState;
  }
}
