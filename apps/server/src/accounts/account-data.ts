/** Exports and deletes the data that all domains store about an account. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { AccountsRepository } from './accounts.repository';
import { DELETED } from './end-reasons';
import { LiveSessions } from './sessions/live-sessions';

export type AccountCleaner = (userId: string) => Promise<void>;
/** Removes a bounded part of unbounded data, in a transaction of its own. @returns whether more may be left. */
export type AccountCleaningStep = (userId: string) => Promise<boolean>;
/** A part of an export: one value, or a list that is read page by page. */
export type AccountExporter = (userId: string) => Promise<unknown> | AsyncIterable<readonly unknown[]>;

@Injectable()
export class AccountData {
  private readonly steps: AccountCleaningStep[] = [];
  private readonly cleaners: AccountCleaner[] = [];
  private readonly exporters = new Map<string, AccountExporter>();

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly liveSessions: LiveSessions,
    private readonly clock: Clock,
  ) {}

  /** `step` removes unbounded data in parts, before the transaction in which `cleaner` removes the rest. */
  onDelete(cleaner: AccountCleaner, step?: AccountCleaningStep): void {
    this.cleaners.push(cleaner);
    if (step) this.steps.push(step);
  }

  onExport(part: string, exporter: AccountExporter): void {
    if (this.exporters.has(part)) throw new Error(`the export already has a part '${part}'; register each name once`);
    this.exporters.set(part, exporter);
  }

  /**
   * Deletes an account and the data of all domains about it; its connections close and its name is free. Unbounded data is
   * removed first, in bounded transactions; the account itself last, with the rest. If the node dies in between, the account
   * stays marked for deletion: `unfinishedDeletions` returns it, and calling this again continues the deletion.
   */
  async deleteAccount(userId: string): Promise<void> {
    if (!(await this.accounts.requestDeletion(userId, new Date(this.clock.now())))) return;
    for (const step of this.steps) while (await step(userId));
    await this.database.transaction(async () => {
      if (!(await this.accounts.lock(userId))) return;
      for (const clean of this.cleaners) await clean(userId);
      await this.accounts.remove(userId);
      this.database.afterCommit(() => this.liveSessions.end(userId, DELETED));
    });
  }

  /** Accounts whose deletion was requested before a time and is not complete. */
  unfinishedDeletions(before: Date, limit: number): Promise<string[]> {
    return this.accounts.deletionsBefore(before, limit);
  }

  /**
   * The text of one JSON object with one member per domain, in pieces of bounded length. The parts are read one after the
   * other, as the pieces are consumed: an export is not urgent, and must not hold up other users of the database.
   */
  async *export(userId: string): AsyncGenerator<string, void, undefined> {
    let separator = '{';
    for (const [part, read] of this.exporters) {
      const name = `${separator}${JSON.stringify(part)}:`;
      separator = ',';
      const content = read(userId);
      if (content instanceof Promise) yield name + JSON.stringify((await content) ?? null);
      else yield* serializePages(name, content);
    }
    yield separator === '{' ? '{}' : '}';
  }
}

async function* serializePages(
  name: string,
  pages: AsyncIterable<readonly unknown[]>,
): AsyncGenerator<string, void, undefined> {
  let separator = `${name}[`;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield separator + page.map((item) => JSON.stringify(item)).join(',');
    separator = ',';
  }
  yield separator === ',' ? ']' : `${name}[]`;
}
