/** Creates the actors of the columns: real accounts, which connect on demand and play a character if their column does. */
import type { RunningServer } from '../../../apps/server/src/server';
import { AccountsService, type Role } from '../../../apps/server/src/accounts';
import {
  connect,
  createCharacter,
  postJson,
  registerPlayer,
  type TestClient,
  uniqueName,
} from '../../support/clients/client';
import { AMONG_RATS } from '../../support/domains/combat-players';
import { placementServerOf } from '../../support/zones/placed-players';
import type { Column } from './columns';

export interface MatrixActor {
  readonly id: string;
  /** The display name, which other users see. */
  readonly name: string;
  /** The login name, which only its user and administrators may see. */
  readonly login: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly characterId: string;
  readonly characterName: string;
  /** Opens the connection on the first call. */
  connection(): Promise<TestClient>;
}

const ROLES: Partial<Record<ActorName, Role>> = { moderator: 'moderator', admin: 'admin' };
const PLAYS = new Set<ActorName>([
  ...(['owner', 'member', 'blocked', 'moderator'] as const),
  ...(['rival', 'challenger', 'hunter', 'helper'] as const),
]);
const PLACES: Partial<Record<ActorName, typeof AMONG_RATS>> = { hunter: AMONG_RATS, helper: AMONG_RATS };

/** Actors of fights, who are in no conversation: a hunter and a helper stand among rats. */
export const FIGHTERS = ['rival', 'challenger', 'challenged', 'hunter', 'helper'] as const;
export type FighterName = (typeof FIGHTERS)[number];
type ActorName = Column | FighterName | 'owner';

export class Actors {
  constructor(readonly server: RunningServer) {}

  /** A registered actor. Those in PLAYS play a character, in the zone where new characters start. */
  async join(name: ActorName): Promise<MatrixActor> {
    const actor = await this.make('registered', name);
    const { characterId } = actor;
    const place = PLACES[name];
    if (place) await placementServerOf(this.server).place(characterId, place);
    const client = await actor.connection();
    if (PLAYS.has(name)) await client.send('character:select', { characterId });
    return actor;
  }

  /** A new account with the role of its column and a character that is not played. */
  async make(as: 'guest' | 'registered', name: ActorName): Promise<MatrixActor> {
    const { url } = this.server;
    const player = await (as === 'guest' ? this.guest() : registerPlayer(url, uniqueName(`${name}_`)));
    const character = await createCharacter(url, player);
    const role = ROLES[name];
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
    const { user, ...tokens } = await postJson<Session>(this.server.url, '/api/auth/guest', {});
    return { ...user, ...tokens, login: 'none', password: 'none' };
  }
}
