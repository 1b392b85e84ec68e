/** `Database`s on an empty PostgreSQL database with one table, `things`, closed and dropped after each test. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database, type DatabaseState } from '../../libs/platform/src/database/database';
import type { DatabaseOptions } from '../../libs/platform/src/database/database-options';
import { createDatabase, type TestDatabase } from './postgres';

/** To be made once per spec file, outside of the tests. */
export class ScratchDatabase {
  private folder: string;
  private store: TestDatabase;
  private opened: Database[];

  constructor() {
    beforeAll(() => Logger.overrideLogger(false));
    beforeEach(() => this.setUp());
    afterEach(() => this.tearDown());
  }

  get url(): string {
    return this.store.url;
  }

  /** For an embedded PostgreSQL. */
  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Not opened yet. */
  create(options: Partial<DatabaseOptions> = {}): Database {
    const database = new Database({
      url: this.url,
      dataDir: this.dataDir,
      poolSize: 4,
      migrationsFolder: join(this.folder, 'migrations'),
      ...options,
    });
    this.opened.push(database);
    return database;
  }

  async open(options?: Partial<DatabaseOptions>): Promise<Database> {
    const database = this.create(options);
    await database.open();
    return database;
  }

  /** Puts this statement in the place of the one migration. */
  writeMigration(statement: string): void {
    mkdirSync(join(this.folder, 'migrations', 'meta'), { recursive: true });
    const entries = [{ idx: 0, version: '7', when: 1, tag: '0000_things', breakpoints: true }];
    writeFileSync(join(this.folder, 'migrations', 'meta', '_journal.json'), JSON.stringify({ entries }));
    writeFileSync(join(this.folder, 'migrations', '0000_things.sql'), statement);
  }

  /** Indexes to build beside the traffic. */
  writeIndexes(statements: string): void {
    writeFileSync(join(this.folder, 'migrations', 'indexes.sql'), statements);
  }

  private async setUp(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'aeturnis-database-'));
    // Where the tests run as root, PostgreSQL runs as another user, who must get in.
    chmodSync(this.folder, 0o755);
    this.opened = [];
    this.writeMigration('create table things (name text constraint things_name_key unique)');
    this.store = await createDatabase();
  }

  private async tearDown(): Promise<void> {
    await Promise.all(this.opened.map((database) => database.close()));
    await this.store.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const insert = (database: Database, name: string) =>
  database.db.execute(sql`insert into things values (${name})`);

export async function names(database: Database): Promise<unknown[]> {
  const { rows } = await database.db.execute(sql`select name from things order by name`);
  return rows.map(({ name }) => name);
}

export const become = (database: Database, state: DatabaseState): Promise<void> =>
  new Promise((resolve) => database.onStateChange((now) => now === state && resolve()));

/** The error that the work fails with. */
export const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => error,
  );
