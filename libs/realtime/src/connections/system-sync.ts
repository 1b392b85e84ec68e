/** The state a client gets right after connecting; every domain registers the part it knows. */
import { Injectable, Logger } from '@nestjs/common';
import { FailureLog } from '@aeturnis/platform';
import type { Caller } from './caller';

export type SyncContributor = (caller: Caller) => Promise<unknown>;

@Injectable()
export class SystemSync {
  private readonly logger = new Logger(SystemSync.name);
  private readonly failures = new FailureLog(this.logger);
  private readonly parts: { name: string; contribute: SyncContributor }[] = [];

  /** Adds the field `part` to `system:sync`. */
  register(part: string, contributor: SyncContributor): void {
    if (this.parts.some(({ name }) => name === part)) throw new Error(`system:sync already has a part '${part}'`);
    this.parts.push({ name: part, contribute: contributor });
  }

  /** Everything about this user; a part that cannot be had is named in `unavailable` instead of failing the rest. */
  async collect(caller: Caller): Promise<Record<string, unknown>> {
    const { parts } = this;
    const outcomes = await Promise.allSettled(parts.map(async ({ contribute }) => contribute(caller)));
    const state: Record<string, unknown> = {};
    const unavailable: string[] = [];
    outcomes.forEach((outcome, index) => {
      const name = parts[index]?.name ?? '';
      if (outcome.status === 'fulfilled') state[name] = outcome.value;
      else {
        unavailable.push(name);
        this.failures.warn({ message: `system:sync lacks '${name}'`, error: outcome.reason as unknown });
      }
    });
    return unavailable.length > 0 ? { ...state, unavailable } : state;
  }
}
