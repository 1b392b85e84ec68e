/** All that is kept about an account, in whatever domain: told to its owner on request, and removed with it. */
import { Injectable } from '@nestjs/common';
import { Database } from '@aeturnis/platform';
import { AccountsRepository } from './accounts.repository';
import { DELETED } from './end-reasons';
import { LiveSessions } from './sessions/live-sessions';

export type Cleaner = (userId: string) => Promise<void>;
export type Exporter = (userId: string) => Promise<unknown>;

@Injectable()
export class AccountData {
  private readonly cleaners: Cleaner[] = [];
  private readonly exporters = new Map<string, Exporter>();

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsRepository,
    private readonly live: LiveSessions,
  ) {}

  onDelete(cleaner: Cleaner): void {
    this.cleaners.push(cleaner);
  }

  onExport(part: string, exporter: Exporter): void {
    if (this.exporters.has(part)) throw new Error(`the export already has a part '${part}'`);
    this.exporters.set(part, exporter);
  }

  /** Removes an account and what all domains keep of it, wholly or not at all; its connections close and its name is free. */
  async erase(userId: string): Promise<void> {
    await this.database.transaction(async () => {
      if (!(await this.accounts.lock(userId))) return;
      for (const clean of this.cleaners) await clean(userId);
      await this.accounts.remove(userId);
      this.database.afterCommit(() => this.live.end(userId, DELETED));
    });
  }

  /** One part per domain, read one after the other: nobody waits for an export, and others do for the database. */
  async export(userId: string): Promise<Record<string, unknown>> {
    const parts: Record<string, unknown> = {};
    for (const [part, read] of this.exporters) parts[part] = await read(userId);
    return parts;
  }
}
