/** A server with everybody on it, and the cells of the matrix played one after the other. */
import type { RunningServer } from '../../../apps/server/src/server';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { startTestServer } from '../../support/server';
import { type Actor, Actors } from './actors';
import { type Answer, callRoute, sendCommand, sendUnconnected } from './asking';
import { type Column, ORDER, type Outcome } from './columns';
import type { Row } from './row';
import { type Cast, makeScene, nowhere, type Scene, SECRET } from './scene';
import { changedTables, Stored } from './stored';

/** Tables that may change and the scene stays what it was; after a change of any other one a new scene begins. */
const BESIDE = new Set(['accounts', 'admin_audit', 'blocks', 'chat_messages', 'presence_settings', 'refresh_tokens']);

/** Those who are in no conversation with the owner (any more). */
const OUTSIDE = new Set<Column>(['anonymous', 'stranger', 'former', 'admin']);
/** Those to whom what they must not know of answers as what does not exist. */
const STRANGE = new Set<Column>(['stranger', 'admin']);

const isRefusal = (outcome: Outcome): boolean => outcome !== 'OK' && typeof outcome !== 'number';

const CALLED: Record<Column, string> = {
  anonymous: 'anonymous',
  stranger: 'stranger',
  member: 'member',
  former: 'former member',
  blocked: 'blocked member',
  moderator: 'moderator',
  admin: 'admin',
};

export class Stage {
  private scene: Scene | undefined;

  private constructor(
    readonly server: RunningServer,
    private readonly database: TestDatabase,
    private readonly stored: Stored,
    private readonly actors: Actors,
    private readonly cast: Cast,
  ) {}

  static async open(): Promise<Stage> {
    const database = await createMigratedDatabase();
    const server = await startTestServer({ DATABASE_URL: database.url, METRICS_TOKEN: 'metrics-token', LIMITS: 'off' });
    const actors = new Actors(server);
    const [companion, outsider] = [await actors.guest(), await actors.guest()];
    const cast: Cast = {
      url: server.url,
      companionId: companion.id,
      outsiderId: outsider.id,
      owner: await actors.join('owner'),
      stranger: await actors.join('stranger'),
      member: await actors.join('member'),
      former: await actors.join('former'),
      blocked: await actors.join('blocked'),
      moderator: await actors.join('moderator'),
      admin: await actors.join('admin'),
    };
    await (await cast.owner.connection()).send('block:add', { userId: cast.blocked.id });
    return new Stage(server, database, await Stored.open(database.url), actors, cast);
  }

  async close(): Promise<void> {
    await this.stored.close();
    await this.server.close();
    await this.database.drop();
  }

  /** Of everybody but administrators: whose login came with an event to somebody else, one line for each event. */
  async leakedLogins(): Promise<string[]> {
    const { url: _, companionId: _companion, outsiderId: _outsider, admin: _admin, ...others } = this.cast;
    const found: string[] = [];
    let events = 0;
    for (const actor of Object.values(others)) {
      const { received } = await actor.connection();
      events += received.length;
      for (const { event, payload } of received) {
        const leaked = this.loginsIn(JSON.stringify(payload ?? null), actor);
        if (leaked.length > 0) found.push(`${event}: the login of ${leaked.join(', ')}`);
      }
    }
    if (events === 0) found.push('nobody was told anything');
    return found;
  }

  private loginsIn(told: string, except: Actor): string[] {
    const { url: _, companionId: _companion, outsiderId: _outsider, ...all } = this.cast;
    return Object.entries(all)
      .filter(([, { id, login }]) => id !== except.id && told.toLowerCase().includes(login.toLowerCase()))
      .map(([who]) => who);
  }

  /** What is wrong with a row, one line for each cell. */
  async play(row: Row): Promise<string[]> {
    const wrong: string[] = [];
    for (const column of ORDER) wrong.push(...(await this.cell(row, column)));
    return wrong;
  }

  /** An actor of a column, and what the row says that they send; for those who send something else instead. */
  async prepare(row: Row, column: Column): Promise<{ actor: Actor; sent: object }> {
    const actor = await this.actor(row, column);
    const scene = (this.scene ??= await makeScene(this.cast));
    return { actor, sent: row.sample(scene, actor) };
  }

  send(row: Row, column: Column, actor: Actor, sent: object): Promise<Answer> {
    const { url } = this.server;
    if (row.kind === 'route') return callRoute(url, row, sent, column === 'anonymous' ? undefined : actor.accessToken);
    return column === 'anonymous' ? sendUnconnected(url, row, sent) : sendCommand(row, sent, actor);
  }

  /** The tables that differ after this work. */
  async changedBy(work: () => Promise<unknown>): Promise<string[]> {
    const before = await this.stored.digest();
    await work();
    return changedTables(before, await this.stored.digest());
  }

  /** The next row finds a new scene. */
  beginAnew(): void {
    this.scene = undefined;
  }

  private async cell(row: Row, column: Column): Promise<string[]> {
    const actor = await this.actor(row, column);
    const scene = (this.scene ??= await makeScene(this.cast));
    const expected = row.expected[column];
    const before = await this.stored.digest();
    const answer = await this.ask(row, column, actor, scene);
    const changed = changedTables(before, await this.stored.digest());
    if (changed.some((table) => !BESIDE.has(table))) this.scene = undefined;
    const cell = `${row.name} × ${CALLED[column]}`;
    const leaked = column === 'admin' ? [] : this.loginsIn(answer.told, actor);
    if (leaked.length > 0) return [`${cell}: was told the login of ${leaked.join(', ')}`];
    if (answer.outcome !== expected) return [`${cell}: expected ${expected}, got ${answer.outcome}`];
    const wrong: string[] = [];
    if (OUTSIDE.has(column) && answer.told.includes(SECRET)) wrong.push(`${cell}: was told what is said in the group`);
    if (!isRefusal(expected)) return wrong;
    if (changed.length > 0) wrong.push(`${cell}: refused, and yet it changed ${changed.join(', ')}`);
    if (STRANGE.has(column)) {
      const { outcome, message } = await this.ask(row, column, actor, nowhere(scene));
      if (outcome !== expected || message !== answer.message)
        wrong.push(`${cell}: told "${answer.message}", and "${message}" (${outcome}) of what does not exist`);
    }
    return wrong;
  }

  private ask(row: Row, column: Column, actor: Actor, scene: Scene): Promise<Answer> {
    return this.send(row, column, actor, row.sample(scene, actor));
  }

  /** Of who shows no token, somebody who is nobody to this server: no more than names to fill requests with. */
  private async actor({ kind, asNew, owned }: Row, column: Column): Promise<Actor> {
    if (column === 'anonymous') return NOBODY;
    if (asNew) {
      const actor = await this.actors.make(asNew, column);
      if (kind === 'command') await actor.connection();
      return actor;
    }
    return owned && column === 'member' ? this.cast.owner : this.cast[column];
  }
}

const NOBODY: Actor = {
  id: '00000000-0000-4000-8000-000000000000',
  name: 'nobody_at_all',
  login: 'nobody_at_all',
  password: 'correct horse battery',
  accessToken: 'none',
  refreshToken: 'none',
  characterId: '00000000-0000-4000-8000-000000000000',
  characterName: 'nobodyatall',
  connection: () => Promise.reject(new Error('nobody has a connection')),
};
