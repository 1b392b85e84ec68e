/** Runs the matrix: opens a server with all actors, and tests its cells one after the other. */
import type { RunningServer } from '../../../apps/server/src/server';
import { startIsolatedServer } from '../../support/servers/server';
import { type MatrixActor, Actors } from './actors';
import { type MatrixAnswer, callRoute, sendCommand, sendUnconnected } from './matrix-requests';
import { type Column, COLUMN_ORDER, type MatrixOutcome } from './columns';
import type { MatrixRow } from './row';
import { type Cast, joinCast, makeScene, nonexistentScene, type MatrixScene, SECRET } from './matrix-scene';
import { changedTables, DatabaseDigest } from './database-digest';

/** Changes in these tables leave the scene intact. After a change in any other table the next cell gets a new scene. */
const INDEPENDENT_TABLES = new Set([
  'accounts',
  'admin_audit',
  'blocks',
  'chat_messages',
  'presence_settings',
  'refresh_tokens',
  'user_notes',
]);

/** Columns that are not, or no longer, in a conversation with the owner. */
const NON_MEMBERS = new Set<Column>(['anonymous', 'stranger', 'former', 'admin']);
/** Columns for which a thing that they may not know must be answered like one that does not exist. */
const UNAWARE_COLUMNS = new Set<Column>(['stranger', 'admin']);

const refusedButChanged = (tables: readonly string[]): string => `refused, but changed ${tables.join(', ')}`;

const isRefusal = (outcome: MatrixOutcome): boolean => outcome !== 'OK' && typeof outcome !== 'number';

const COLUMN_LABELS: Record<Column, string> = {
  anonymous: 'anonymous',
  stranger: 'stranger',
  member: 'member',
  former: 'former member',
  blocked: 'blocked member',
  moderator: 'moderator',
  admin: 'admin',
};

export class MatrixRunner {
  private scene: MatrixScene | undefined;

  private constructor(
    readonly server: RunningServer,
    private readonly stored: DatabaseDigest,
    private readonly actors: Actors,
    private readonly cast: Cast,
  ) {}

  static async open(): Promise<MatrixRunner> {
    const server = await startIsolatedServer({ METRICS_TOKEN: 'metrics-token', LIMITS: 'off' });
    const actors = new Actors(server);
    const cast = await joinCast(actors, server.url);
    await (await cast.owner.connection()).send('block:add', { userId: cast.blocked.id });
    return new MatrixRunner(server, await DatabaseDigest.open(server.config.databaseUrl!), actors, cast);
  }

  async close(): Promise<void> {
    await this.stored.close();
    await this.server.close();
  }

  /** @returns one line for each event that revealed the login of another user to an actor other than the administrator. */
  async leakedLogins(): Promise<string[]> {
    const {
      url: _,
      fights: _fights,
      companionId: _companion,
      outsiderId: _outsider,
      admin: _admin,
      ...others
    } = this.cast;
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
    if (events === 0) found.push('no event was received, so nothing was checked');
    return found;
  }

  private loginsIn(received: string, except: MatrixActor): string[] {
    const { url: _, fights, companionId: _companion, outsiderId: _outsider, ...actors } = this.cast;
    const all = { ...actors, ...fights.fighters };
    return Object.entries(all)
      .filter(([, { id, login }]) => id !== except.id && received.toLowerCase().includes(login.toLowerCase()))
      .map(([name]) => name);
  }

  /** @returns what is wrong with a row, one line for each cell. */
  async checkRow(row: MatrixRow): Promise<string[]> {
    const wrong: string[] = [];
    for (const column of COLUMN_ORDER) wrong.push(...(await this.checkCell(row, column)));
    return wrong;
  }

  /** The actor of a column and the request of the row, for tests that send a modified request. */
  async prepare(row: MatrixRow, column: Column): Promise<{ actor: MatrixActor; sent: object }> {
    const actor = await this.actor(row, column);
    const scene = (this.scene ??= await makeScene(this.cast));
    return { actor, sent: row.sample(scene, actor) };
  }

  send(row: MatrixRow, column: Column, actor: MatrixActor, sent: object): Promise<MatrixAnswer> {
    const { url } = this.server;
    if (row.kind === 'route') return callRoute(url, row, sent, column === 'anonymous' ? undefined : actor.accessToken);
    return column === 'anonymous' ? sendUnconnected(url, row, sent) : sendCommand(row, sent, actor);
  }

  /** The tables that differ after this work. */
  async tablesChangedBy(work: () => Promise<unknown>): Promise<string[]> {
    const before = await this.stored.digest();
    await work();
    return changedTables(before, await this.stored.digest());
  }

  resetScene(): void {
    this.scene = undefined;
  }

  /** The server itself extends the deadlines of fights after a stall: a cell that fails by that alone is tested once more. */
  private async checkCell(row: MatrixRow, column: Column): Promise<string[]> {
    const wrong = await this.tryCell(row, column);
    const isExtension = wrong.length === 1 && wrong[0]?.endsWith(`: ${refusedButChanged(['fights'])}`) === true;
    return isExtension ? this.tryCell(row, column) : wrong;
  }

  private async tryCell(row: MatrixRow, column: Column): Promise<string[]> {
    const actor = await this.actor(row, column);
    const scene = (this.scene ??= await makeScene(this.cast));
    const expected = row.expected[column];
    const before = await this.stored.digest();
    const answer = await this.sendSample(row, column, actor, scene);
    const changed = changedTables(before, await this.stored.digest());
    if (changed.some((table) => !INDEPENDENT_TABLES.has(table))) this.scene = undefined;
    const cell = `${row.name} × ${COLUMN_LABELS[column]}`;
    const leaked = column === 'admin' ? [] : this.loginsIn(answer.received, actor);
    if (leaked.length > 0) return [`${cell}: received the login of ${leaked.join(', ')}`];
    if (answer.outcome !== expected) return [`${cell}: expected ${expected}, got ${answer.outcome}`];
    const wrong: string[] = [];
    if (NON_MEMBERS.has(column) && answer.received.includes(SECRET))
      wrong.push(`${cell}: received a message of the group`);
    if (!isRefusal(expected)) return wrong;
    if (changed.length > 0) wrong.push(`${cell}: ${refusedButChanged(changed)}`);
    if (UNAWARE_COLUMNS.has(column)) {
      const { outcome, message } = await this.sendSample(row, column, actor, nonexistentScene(scene));
      if (outcome !== expected || message !== answer.message)
        wrong.push(`${cell}: answered "${answer.message}", but "${message}" (${outcome}) for what does not exist`);
    }
    return wrong;
  }

  private sendSample(row: MatrixRow, column: Column, actor: MatrixActor, scene: MatrixScene): Promise<MatrixAnswer> {
    return this.send(row, column, actor, row.sample(scene, actor));
  }

  /** The actor of a cell. Without a token it is unknown to the server, and only fills requests with names. */
  private async actor({ kind, asNew, owned }: MatrixRow, column: Column): Promise<MatrixActor> {
    if (column === 'anonymous') return ANONYMOUS_ACTOR;
    if (asNew) {
      const actor = await this.actors.make(asNew, column);
      if (kind === 'command') await actor.connection();
      return actor;
    }
    if (owned === undefined || column !== 'member') return this.cast[column];
    return owned === true ? this.cast.owner : this.cast.fights.fighters[owned];
  }
}

const ANONYMOUS_ACTOR: MatrixActor = {
  id: '00000000-0000-4000-8000-000000000000',
  name: 'nobody_at_all',
  login: 'nobody_at_all',
  password: 'correct horse battery',
  accessToken: 'none',
  refreshToken: 'none',
  characterId: '00000000-0000-4000-8000-000000000000',
  characterName: 'nobodyatall',
  connection: () => Promise.reject(new Error('the anonymous actor has no connection')),
};
