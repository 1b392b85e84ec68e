/**
 * The fights of a scene: the owner has the turn in a duel without spectators, another user is challenged, and a hunter fights
 * a rat in public. Their clocks stand still, so that the database does not change without a request.
 */
import { randomUUID } from 'node:crypto';
import type { CombatView } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CombatAdminService } from '../../../apps/server/src/combat';
import { RATS, succeed } from '../../support/domains/combat-players';
import { deleteChallenges, postponeDeadlines } from '../../support/domains/fight-rows';
import { type Actors, FIGHTERS, type FighterName, type MatrixActor } from './actors';

export interface FightIds {
  /** The duel of the owner. */
  readonly duelId: string;
  readonly challengeId: string;
  readonly huntId: string;
  /** A public duel of others that has ended. */
  readonly endedFightId: string;
  /** Beside the helper. */
  readonly freeMonsterId: string;
}

export class FightStage {
  private endedFightId: string | undefined;

  private constructor(
    private readonly actors: Actors,
    readonly fighters: Readonly<Record<FighterName, MatrixActor>>,
  ) {}

  static async open(actors: Actors): Promise<FightStage> {
    const fighters: Partial<Record<FighterName, MatrixActor>> = {};
    for (const name of FIGHTERS) fighters[name] = await actors.join(name);
    return new FightStage(actors, fighters as Record<FighterName, MatrixActor>);
  }

  /** Ends all fights of the scene before, and starts new ones. */
  async prepare(owner: MatrixActor): Promise<FightIds> {
    await this.endAll();
    const { rival, challenger, challenged, hunter } = this.fighters;
    const [huntedId = '', freeMonsterId = ''] = RATS;
    this.endedFightId ??= await this.endedDuel();
    const duelId = await this.duel(rival, owner, { spectators: 'off' });
    const challenge = await this.send(challenger, 'combat:start', { targetIds: [challenged.characterId] });
    const { sessionId: huntId } = await this.send(hunter, 'combat:start', { monsterId: huntedId });
    await postponeDeadlines(this.actors.server);
    return { duelId, challengeId: challenge.sessionId, huntId, endedFightId: this.endedFightId, freeMonsterId };
  }

  private get database(): Database {
    return this.actors.server.app.get(Database, { strict: false });
  }

  private async endAll(): Promise<void> {
    const { rows } = await this.database.db.execute<{ id: string }>(sql`select id from fights where phase = 'active'`);
    const admin = this.actors.server.app.get(CombatAdminService, { strict: false });
    for (const { id } of rows) await admin.endAsDraw(id);
    await deleteChallenges(this.actors.server);
  }

  private async endedDuel(): Promise<string> {
    const { challenger, challenged } = this.fighters;
    const id = await this.duel(challenger, challenged);
    await this.actors.server.app.get(CombatAdminService, { strict: false }).endAsDraw(id);
    return id;
  }

  /** A duel in which the second player has the turn. */
  private async duel(challenger: MatrixActor, other: MatrixActor, options: object = {}): Promise<string> {
    const targetIds = [other.characterId];
    const { sessionId } = await this.send(challenger, 'combat:start', { targetIds, ...options });
    const { request } = await this.send(other, 'combat:accept', { sessionId });
    if (request?.participantId !== other.characterId) await this.send(challenger, 'combat:action', pass(sessionId));
    return sessionId;
  }

  private async send(actor: MatrixActor, command: string, payload: object): Promise<CombatView> {
    return (await succeed(await actor.connection(), command, payload)) as unknown as CombatView;
  }
}

const pass = (sessionId: string): object => ({ sessionId, actionId: randomUUID(), type: 'pass' });
