/** A server whose database is filled to its bounds, and the users who send it their largest requests. */
import { MAX_BLOCKS, MAX_MEMBERS } from '@aeturnis/contracts';
import { Client } from 'pg';
import { connect, type Guest, playAsGuest, postJson, type TestClient, uniqueName } from '../../support/clients/client';
import { createMigratedDatabase, type TestDatabase } from '../../support/databases/postgres';
import { BoundsNode } from './bounds-node';
import { MEMBERSHIPS, PARTNERS, Seed } from './seed';
import { wideName } from './wide-texts';

/** Groups for requests that make a group unusable: each takes a new one. */
const SPARE_GROUPS = 12;
/** Groups with room for a hundred more members. */
const ROOMY_GROUPS = 8;
const ROOMY_MEMBERS = 100;
const NAME_LENGTH = 24;
export const PASSWORD = 'p'.repeat(128);
export const METRICS_TOKEN = 'metrics-token';

/** The name of the node. */
export const BOUNDS_NODE = 'bounds';

export interface BoundsActor {
  readonly id: string;
  readonly name: string;
  readonly login: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface ConnectedActor extends BoundsActor {
  readonly client: TestClient;
}

export interface PlayingActor extends ConnectedActor {
  readonly characterIds: readonly string[];
}

export class BoundsWorld {
  private spareGroups: string[] = [];
  private roomyGroups: string[] = [];
  private serial = 0;
  /** Whether all members of the group are marked as viewers. */
  isViewed = false;

  private constructor(
    readonly node: BoundsNode,
    readonly seed: Seed,
    readonly sql: Client,
    private readonly database: TestDatabase,
    /** Has the maximum of everything. */
    readonly heavy: PlayingActor,
    /** Is in the same rooms as the heavy user, and receives what that user causes. */
    readonly witness: PlayingActor,
    /** Has blocked MAX_BLOCKS users. */
    readonly blocker: ConnectedActor,
    readonly admin: ConnectedActor,
    /** Ids of other users, with the longest names. */
    readonly users: readonly string[],
    private readonly partners: readonly string[],
    /** A group of MAX_MEMBERS. The heavy user is its admin and the author of its messages. */
    readonly group: string,
    readonly messageIds: readonly string[],
  ) {}

  static async open(): Promise<BoundsWorld> {
    const database = await createMigratedDatabase();
    const environment = {
      DATABASE_URL: database.url,
      METRICS_TOKEN,
      LIMITS: 'off',
      RECOVERY_MAX_EVENTS: '1000',
      NODE_ID: BOUNDS_NODE,
    };
    const node = await BoundsNode.start(environment);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const seed = new Seed(sql);
    const [heavy, witness, blocker, admin] = [
      await register(node.url, 'heavy'),
      await register(node.url, 'witness'),
      await register(node.url, 'blocker'),
      await register(node.url, 'admin'),
    ];
    await sql.query(`update accounts set roles = '{player,admin}' where id = $1`, [admin.id]);
    await sql.query(`update accounts set email = $2 where id = $1`, [heavy.id, `${'e'.repeat(64)}@${'d'.repeat(189)}`]);
    const allUsers = await seed.users();
    const [users, partners] = [allUsers.slice(0, -PARTNERS), allUsers.slice(-PARTNERS)];
    await seed.bannedUsers();
    await seed.blocks(blocker.id, users.slice(-MAX_BLOCKS));
    const characterIds = await seed.characters(heavy.id);
    await seed.notifications(heavy.id);
    await seed.chat(heavy.id);
    await seed.audit(admin.id);
    const members = [heavy.id, witness.id, blocker.id, ...users.slice(0, MAX_MEMBERS - 3)];
    const [group = '', ...spare] = await seed.groups(members, 1 + SPARE_GROUPS);
    await seed.groups([heavy.id, ...partners], MEMBERSHIPS - 1 - SPARE_GROUPS - ROOMY_GROUPS);
    const roomy = await seed.groups(members.slice(0, ROOMY_MEMBERS), ROOMY_GROUPS);
    const messageIds = await seed.messages(group, heavy.id);
    await seed.reactions(group, messageIds.at(-1) ?? '', users.slice(0, MAX_MEMBERS - 3));
    const connected = async (actor: BoundsActor) => ({ ...actor, client: await connect(node.url, actor.accessToken) });
    const world = new BoundsWorld(
      node,
      seed,
      sql,
      database,
      { ...(await connected(heavy)), characterIds },
      { ...(await connected(witness)), characterIds: await seed.characters(witness.id, 1) },
      await connected(blocker),
      await connected(admin),
      users,
      partners,
      group,
      messageIds,
    );
    world.spareGroups = spare;
    world.roomyGroups = roomy;
    return world;
  }

  get url(): string {
    return this.node.url;
  }

  /** The newest message of the group, which has the maximum number of reactions. */
  get messageId(): string {
    return this.messageIds.at(-1) ?? '';
  }

  /** @returns an unused group, as large as `group`. */
  spareGroup(): string {
    return takeFrom(this.spareGroups);
  }

  /** @returns an unused group with few members. */
  roomyGroup(): string {
    return takeFrom(this.roomyGroups);
  }

  /** Cursors at 0 for the group and other conversations of the heavy user, `count` in all. */
  async cursors(count: number): Promise<{ cursors: Record<string, number> }> {
    const { rows } = await this.sql.query<{ id: string }>(
      `select conversation_id as id from conversation_members where user_id = $1 and conversation_id <> $2
        order by conversation_id limit $3`,
      [this.heavy.id, this.group, count - 1],
    );
    return { cursors: Object.fromEntries([this.group, ...rows.map(({ id }) => id)].map((id) => [id, 0])) };
  }

  number(): number {
    return ++this.serial;
  }

  newGuest(): Promise<Guest> {
    return playAsGuest(this.url);
  }

  newPlayer(): Promise<BoundsActor> {
    return register(this.url, 'new');
  }

  /** A new player with as much as the heavy user, except messages. */
  async newHeavyPlayer(): Promise<BoundsActor> {
    const player = await this.newPlayer();
    await this.seed.characters(player.id);
    await this.seed.notifications(player.id);
    await this.seed.blocks(player.id, this.users.slice(-MAX_BLOCKS));
    await this.seed.groups([player.id, ...this.partners], MEMBERSHIPS);
    return player;
  }

  async close(): Promise<void> {
    await this.sql.end();
    await this.node.stop();
    await this.database.drop();
  }
}

function takeFrom(groups: string[]): string {
  const group = groups.pop();
  if (group === undefined) throw new Error('no unused group is left: raise SPARE_GROUPS or ROOMY_GROUPS');
  return group;
}

interface Session {
  accessToken: string;
  refreshToken: string;
  user: { id: string; name: string };
}

let registered = 0;
/** With the longest login, the longest display name and the longest password. */
async function register(url: string, prefix: string): Promise<BoundsActor> {
  const username = uniqueName(prefix).padEnd(NAME_LENGTH, '_');
  const body = { username, password: PASSWORD, displayName: wideName(3_000_000 + ++registered) };
  const { user, ...tokens } = await postJson<Session>(url, '/api/auth/register', body);
  return { ...user, ...tokens, login: username };
}
