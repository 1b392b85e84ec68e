/**
 * Players who fight as stock clients do: they answer each request for an action, and repeat what was not answered. They only
 * defend until the test lets them attack, so that no fight ends before a fault.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CombatHistory } from '@aeturnis/contracts';
import { Client } from 'pg';
import { waitUntil } from '../../../support/clients/client';
import { callApi } from '../../../support/clients/http';
import { duel, hunt } from '../../../support/domains/combat-players';
import { type PlacedPlayer, placePlayer } from '../../../support/zones/placed-players';
import type { ChaosCluster } from '../chaos-cluster';

/** On hostile ground, less than 12 units from every rat. */
const AMONG_RATS = { x: 136, y: 93 };
const RETRY_MS = 50;
const ANSWER_TIMEOUT_MS = 3_000;
const THINKING_MS = 150;
const END_TIMEOUT_MS = 60_000;
const RETRYABLE = ['UNAVAILABLE', 'TIMEOUT', 'DEGRADED', 'INTERNAL'];

export interface LoadedFight {
  readonly sessionId: string;
  readonly players: readonly PlacedPlayer[];
  /** When a client received a result of an action, in milliseconds of `performance.now()`. */
  readonly resultTimes: number[];
}

interface Answer {
  readonly success: boolean;
  readonly error?: { readonly code: string };
}

export class FightLoad {
  readonly fights: LoadedFight[] = [];
  /** Codes of the errors after which an action was repeated. */
  readonly repeatedAfter: string[] = [];
  /** Errors after which an action was not repeated. */
  readonly refusals: object[] = [];
  private isAttacking = false;

  constructor(private readonly cluster: ChaosCluster) {}

  /** Begins the fights when all of their players are connected. @param urls of the nodes of each duel, and of each hunter. */
  async begin(duels: readonly (readonly [string, string])[], hunters: readonly string[]): Promise<void> {
    const players = await Promise.all([...duels.flat(), ...hunters].map((url) => this.newPlayer(url)));
    for (const _ of duels) {
      const [one, other] = players.splice(0, 2) as [PlacedPlayer, PlacedPlayer];
      this.follow((await duel(one, other)).sessionId, [one, other]);
    }
    for (const hunter of players) this.follow((await hunt(hunter)).sessionId, [hunter]);
  }

  /** Resolves when every fight has had so many more results. */
  async waitForMore(results: number): Promise<void> {
    const goals = this.fights.map(({ resultTimes }) => resultTimes.length + results);
    await waitUntil(
      () => this.fights.every(({ resultTimes }, index) => resultTimes.length >= (goals[index] ?? 0)),
      'more results in every fight',
      END_TIMEOUT_MS,
    ).catch((error: unknown) => {
      const missing = this.fights.filter(({ resultTimes }, index) => resultTimes.length < (goals[index] ?? 0));
      const ids = missing.map(({ sessionId }) => sessionId);
      throw new Error(JSON.stringify({ fights: ids, refusals: this.refusals }), { cause: error });
    });
  }

  /** Lets all players attack, and resolves when all of them have received the end of their fight. */
  async finish(): Promise<void> {
    this.isAttacking = true;
    for (const { sessionId, players } of this.fights)
      for (const { client } of players)
        await client.waitForEvent('combat:ended', (end) => end.sessionId === sessionId, END_TIMEOUT_MS);
  }

  /** The pages of a history, as the first player reads them on a node. */
  async historyOf({ sessionId, players }: LoadedFight, url: string): Promise<CombatHistory[]> {
    const pages: CombatHistory[] = [];
    for (let after: number | null = 0; after !== null; after = pages.at(-1)?.next ?? null) {
      const token = players[0]?.accessToken ?? '';
      const { body } = await callApi(url, 'GET', `/api/combats/${sessionId}/history?after=${after}`, { token });
      pages.push(body as unknown as CombatHistory);
    }
    return pages;
  }

  private async newPlayer(url: string): Promise<PlacedPlayer> {
    const place = (id: string, { zone, x, y }: { zone: string; x: number; y: number }) =>
      queryDatabase(this.cluster, 'update characters set zone = $2, x = $3, y = $4 where id = $1', [id, zone, x, y]);
    const player = await placePlayer({ url, place }, AMONG_RATS);
    const { io: manager } = player.client.socket;
    manager.reconnection(true);
    manager.reconnectionDelay(100);
    manager.reconnectionDelayMax(300);
    return player;
  }

  private follow(sessionId: string, players: readonly PlacedPlayer[]): void {
    const fight: LoadedFight = { sessionId, players, resultTimes: [] };
    this.fights.push(fight);
    for (const player of players) {
      const { socket } = player.client;
      let answered = 0;
      // A request is repeated when its deadline has been extended.
      const onTurn = ({ participantId, turn }: { participantId: string; turn: number }): void => {
        if (participantId !== player.characterId || turn <= answered) return;
        answered = turn;
        void this.act(player, sessionId, turn);
      };
      socket.on('combat:turn', (request) => request.sessionId === sessionId && onTurn(request));
      socket.on('combat:action_result', () => fight.resultTimes.push(performance.now()));
      // The request that came with the acknowledgement, or before the listener.
      for (const request of player.client.eventsNamed('combat:turn'))
        if (request.sessionId === sessionId) onTurn(request);
    }
  }

  private async act({ client }: PlacedPlayer, sessionId: string, turn: number): Promise<void> {
    await delay(THINKING_MS);
    const type = this.isAttacking ? 'attack' : 'defend';
    const action = { sessionId, actionId: randomUUID(), turn, type };
    const socket = client.socket.timeout(ANSWER_TIMEOUT_MS) as unknown as {
      emitWithAck(event: string, payload: object): Promise<Answer>;
    };
    for (;;) {
      const { success, error } = await socket
        .emitWithAck('combat:action', action)
        .catch((): Answer => ({ success: false, error: { code: 'TIMEOUT' } }));
      if (success) return;
      if (!RETRYABLE.includes(error?.code ?? '')) return void this.refusals.push({ turn, ...error });
      this.repeatedAfter.push(error?.code ?? '');
      await delay(RETRY_MS);
    }
  }
}

/** Bypasses the gates. */
export async function queryDatabase<Row extends object>(
  { database }: ChaosCluster,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
