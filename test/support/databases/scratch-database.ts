/** Provides each test with an empty PostgreSQL database with one table, `things`, and `Database`s on it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database, type DatabaseState } from '../../../libs/platform/src/database/database';
import type { DatabaseOptions } from '../../../libs/platform/src/database/database-options';
import { createDatabase, type TestDatabase } from './postgres';

/** To be created once per spec file, outside the tests. */
export class ScratchDatabase {
  private folder: string;
  private testDatabase: TestDatabase;
  private openDatabases: Database[];

  constructor() {
    beforeAll(() => Logger.overrideLogger(false));
    beforeEach(() => this.setUp());
    afterEach(() => this.tearDown());
  }

  get url(): string {
    return this.testDatabase.url;
  }

  /** The data directory of an embedded PostgreSQL. */
  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Creates a `Database` without opening it. */
  create(options: Partial<DatabaseOptions> = {}): Database {
    const database = new Database({
      url: this.url,
      dataDir: this.dataDir,
      poolSize: 4,
      migrationsFolder: join(this.folder, 'migrations'),
      ...options,
    });
    this.openDatabases.push(database);
    return database;
  }

  async open(options?: Partial<DatabaseOptions>): Promise<Database> {
    const database = this.create(options);
    await database.open();
    return database;
  }

  /** Replaces the one migration by this statement. */
  writeMigration(statement: string): void {
    mkdirSync(join(this.folder, 'migrations', 'meta'), { recursive: true });
    const entries = [{ idx: 0, version: '7', when: 1, tag: '0000_things', breakpoints: true }];
    writeFileSync(join(this.folder, 'migrations', 'meta', '_journal.json'), JSON.stringify({ entries }));
    writeFileSync(join(this.folder, 'migrations', '0000_things.sql'), statement);
  }

  /** Defines the indexes that are built concurrently. */
  writeIndexes(statements: string): void {
    writeFileSync(join(this.folder, 'migrations', 'indexes.sql'), statements);
  }

  private async setUp(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'aeturnis-database-'));
    // When the tests run as root, PostgreSQL runs as another user, which needs access to the folder.
    chmodSync(this.folder, 0o755);
    this.openDatabases = [];
    this.writeMigration('create table things (name text constraint things_name_key unique)');
    this.testDatabase = await createDatabase();
  }

  private async tearDown(): Promise<void> {
    await Promise.all(this.openDatabases.map((database) => database.close()));
    await this.testDatabase.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const insertThing = (database: Database, name: string) =>
  database.db.execute(sql`insert into things values (${name})`);

export async function thingNames(database: Database): Promise<unknown[]> {
  const { rows } = await database.db.execute(sql`select name from things order by name`);
  return rows.map(({ name }) => name);
}

export const waitForState = (database: Database, state: DatabaseState): Promise<void> =>
  new Promise((resolve) => database.onStateChange((current) => current === state && resolve()));

/** The error with which the work fails. */
export const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error('the work succeeded, but should have failed')),
    (error: unknown) => error,
  );
