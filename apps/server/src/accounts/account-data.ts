/** All that is kept about an account, in whatever domain: told to its owner on request, and removed with it. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { AccountsRepository } from './accounts.repository';
import { DELETED } from './end-reasons';
import { LiveSessions } from './sessions/live-sessions';

export type Cleaner = (userId: string) => Promise<void>;
/** Removes a bounded part of what may be much, in a transaction of its own. @returns whether there may be more. */
export type CleaningStep = (userId: string) => Promise<boolean>;
/** A part of an export: one value, or a list that is read page by page. */
export type Exporter = (userId: string) => Promise<unknown> | AsyncIterable<readonly unknown[]>;

@Injectable()
export class AccountData {
  private readonly steps: CleaningStep[] = [];
  private readonly cleaners: Cleaner[] = [];
  private readonly exporters = new Map<string, Exporter>();

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly live: LiveSessions,
    private readonly clock: Clock,
  ) {}

  /** Of what may be much, the step removes most before the transaction that calls the cleaner for the rest. */
  onDelete(cleaner: Cleaner, step?: CleaningStep): void {
    this.cleaners.push(cleaner);
    if (step) this.steps.push(step);
  }

  onExport(part: string, exporter: Exporter): void {
    if (this.exporters.has(part)) throw new Error(`the export already has a part '${part}'`);
    this.exporters.set(part, exporter);
  }

  /**
   * Removes an account and what all domains keep of it; its connections close and its name is free. What is much goes
   * first, in bounded transactions; the account itself goes last, with the rest. A node that dies in between leaves an
   * account that is noted as being deleted: `unfinished` names it, and erasing it again goes on where that was.
   */
  async erase(userId: string): Promise<void> {
    if (!(await this.accounts.requestDeletion(userId, new Date(this.clock.now())))) return;
    for (const step of this.steps) while (await step(userId));
    await this.database.transaction(async () => {
      if (!(await this.accounts.lock(userId))) return;
      for (const clean of this.cleaners) await clean(userId);
      await this.accounts.remove(userId);
      this.database.afterCommit(() => this.live.end(userId, DELETED));
    });
  }

  /** Accounts whose deletion was asked for before a time and has not ended. */
  unfinished(before: Date, limit: number): Promise<string[]> {
    return this.accounts.deletionsBefore(before, limit);
  }

  /**
   * The text of one JSON object with one member per domain, in pieces of bounded length. They are read one after the
   * other, as the pieces are taken: nobody waits for an export, and others do for the database.
   */
  async *export(userId: string): AsyncGenerator<string, void, undefined> {
    let separator = '{';
    for (const [part, read] of this.exporters) {
      const name = `${separator}${JSON.stringify(part)}:`;
      separator = ',';
      const given = read(userId);
      if (given instanceof Promise) yield name + JSON.stringify((await given) ?? null);
      else yield* list(name, given);
    }
    yield separator === '{' ? '{}' : '}';
  }
}

async function* list(name: string, pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string, void, undefined> {
  let separator = `${name}[`;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((item) => JSON.stringify(item)).join(',');
    separator = ',';
  }
  yield separator === ',' ? ']' : `${name}[]`;
}
