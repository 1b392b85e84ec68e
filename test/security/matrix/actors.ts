/** Those who stand in the columns: real accounts, connected where they send commands, in the world where their column says so. */
import type { RunningServer } from '../../../apps/server/src/server';
import { AccountsService, type Role } from '../../../apps/server/src/accounts';
import { connect, createCharacter, post, registerPlayer, type TestClient, uniqueName } from '../../support/client';
import type { Column } from './columns';

export interface Actor {
  readonly id: string;
  /** What others see. */
  readonly name: string;
  /** What only its holder and administrators may see. */
  readonly login: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly characterId: string;
  readonly characterName: string;
  /** Opened when it is asked for first. */
  connection(): Promise<TestClient>;
}

const ROLES: Partial<Record<Column, Role>> = { moderator: 'moderator', admin: 'admin' };
const PLAYS = new Set<Column>(['member', 'blocked', 'moderator']);

export class Actors {
  constructor(private readonly server: RunningServer) {}

  /** In the zone where new characters are, if those of this column are in one; the owner is. */
  async join(column: Column | 'owner'): Promise<Actor> {
    const actor = await this.make('registered', column);
    const client = await actor.connection();
    if (column === 'owner' || PLAYS.has(column))
      await client.send('character:select', { characterId: actor.characterId });
    return actor;
  }

  /** With a character that nobody plays, and the role of the column. */
  async make(as: 'guest' | 'registered', column: Column | 'owner'): Promise<Actor> {
    const { url } = this.server;
    const player = await (as === 'guest' ? this.guest() : registerPlayer(url, uniqueName(`${column}_`)));
    const character = await createCharacter(url, player);
    const role = column === 'owner' ? undefined : ROLES[column];
    if (role) await this.server.app.get(AccountsService, { strict: false }).setRoles(player.id, ['player', role]);
    let opened: Promise<TestClient> | undefined;
    return {
      ...player,
      characterId: character.id,
      characterName: character.name,
      connection: () => (opened ??= connect(url, player.accessToken)),
    };
  }

  async guest() {
    interface Session {
      accessToken: string;
      refreshToken: string;
      user: { id: string; name: string };
    }
    const { user, ...tokens } = await post<Session>(this.server.url, '/api/auth/guest', {});
    return { ...user, ...tokens, login: 'none', password: 'none' };
  }
}
