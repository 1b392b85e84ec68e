/** For suites of the admin API: an administrator, and requests to the API as this or another user. */
import { Client } from 'pg';
import { type Player, registerAdmin, registerPlayer } from '../clients/client';
import { callApi, type HttpAnswer } from '../clients/http';
import type { Game } from '../servers/game';

export type AuditEntry = { actor: { id: string }; action: string; target: string | null; details: object };

export class Administration {
  /** The administrator. */
  boss: Player;

  constructor(private readonly game: Game) {}

  /** `path` follows `/api/`. */
  call(method: string, path: string, body?: object, as: Pick<Player, 'accessToken'> = this.boss): Promise<HttpAnswer> {
    return callApi(this.game.server.url, method, `/api/${path}`, { token: as.accessToken, ...(body && { body }) });
  }

  /** `path` follows `/api/admin/users/`. */
  users(method: string, path: string, body?: object, as?: Player): Promise<HttpAnswer> {
    return this.call(method, `admin/users/${path}`, body, as);
  }

  async details({ id }: Pick<Player, 'id'>): Promise<HttpAnswer['body']> {
    return (await this.users('GET', id)).body;
  }

  setRoles(player: Pick<Player, 'id'>, roles: string[], as?: Player): Promise<HttpAnswer> {
    return this.users('PUT', `${player.id}/roles`, { roles, reason: 'See the letter of 17 May' }, as);
  }

  /** A new user with the role `admin`. */
  async createDeputy(): Promise<Player> {
    const deputy = await registerPlayer(this.game.server.url);
    const { status, body } = await this.setRoles(deputy, ['player', 'admin']);
    if (status !== 204) throw new Error(`the role was not granted: ${JSON.stringify(body)}`);
    return deputy;
  }

  async audit(query: string): Promise<AuditEntry[]> {
    return (await this.call('GET', `admin/audit?${query}`)).body['records'] as AuditEntry[];
  }

  async newestRecord(): Promise<AuditEntry | undefined> {
    return (await this.audit('limit=1'))[0];
  }

  /** Runs a statement in the database of the server. @returns its rows. */
  async query(text: string, values: unknown[]): Promise<unknown[]> {
    const client = new Client({ connectionString: this.game.server.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}

/** For a suite whose game has `ADMIN_USERS: 'boss'`. */
export function useAdministration(game: Game): Administration {
  const administration = new Administration(game);
  beforeAll(async () => {
    administration.boss = await registerAdmin(game.server.url);
  });
  return administration;
}
