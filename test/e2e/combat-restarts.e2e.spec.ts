/**
 * A fight outlives the nodes of its cluster, as complaints about restarts demand (LI lila): no turn is lost to an outage, and
 * what happens afterwards follows from the seeds.
 */
import { randomUUID } from 'node:crypto';
import { Database, NodeIdentity } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { OutageCredit } from '../../apps/server/src/combat/clocks/outage-credit';
import type { RunningServer } from '../../apps/server/src/server';
import { waitUntil } from '../support/clients/client';
import { duel, hunt, latestRequest, passUntilTurnOf, placeFighter, succeed } from '../support/domains/combat-players';
import { historyProblems } from '../support/domains/fight-histories';
import { type FightRow, fightRow } from '../support/domains/fight-rows';
import {
  actionsOf,
  beginStoredFight,
  type Fighter,
  historyOf,
  newFighter,
  nextBotAction,
  storedFight,
} from '../support/domains/stored-fights';
import { useNodeCluster } from '../support/servers/node-cluster';
import { placementServerOf } from '../support/zones/placed-players';

/** Longer than a turn, and than the time that a player may be away. */
const OUTAGE_MS = 90_000;
const cluster = useNodeCluster({ LIMITS: 'off' });

interface InterruptedFight {
  readonly sessionId: string;
  readonly fighters: readonly Fighter[];
  readonly before: FightRow;
  /** A node that was started after the outage. */
  readonly node: RunningServer;
}

async function interruptedFight(players: number): Promise<InterruptedFight> {
  const first = await cluster.startNode();
  const fighters = await Promise.all(Array.from({ length: players }, () => newFighter(first)));
  const sessionId = await beginStoredFight(first, fighters, { rats: 6 });
  await takeActions(first, sessionId, 2);
  const before = await fightRow(first, sessionId);
  await first.close();
  const client = new Client({ connectionString: first.config.databaseUrl });
  await client.connect();
  // As if the outage had begun earlier, for all at once: nodes of other tests may be running.
  await client.query('begin');
  // No turn is extended for the death of a node, which would hide a missing credit.
  await client.query(`update combat_state set swept_at = swept_at - interval '${OUTAGE_MS} milliseconds'`);
  await client.query(`update fights set deadline = deadline - interval '${OUTAGE_MS} milliseconds',
    due_at = due_at - interval '${OUTAGE_MS} milliseconds', updated_at = updated_at - interval '${OUTAGE_MS} milliseconds',
    clocks = (select jsonb_object_agg(key, value || '{"node": null}') from jsonb_each(clocks))
    from (select id from fights where phase = 'active' order by id for update) as locked where fights.id = locked.id`);
  await client.query('commit');
  await client.end();
  return { sessionId, fighters, before, node: await cluster.startNode() };
}

async function takeActions(node: RunningServer, sessionId: string, limit = Infinity): Promise<void> {
  for (let count = 0; count < limit; count++) {
    const next = nextBotAction(await storedFight(node, sessionId));
    if (!next) return;
    await actionsOf(node).act(next.userId, next.dto);
  }
}

const missedTurnsIn = ({ state }: FightRow): number[] => state.participants.map(({ missedTurns }) => missedTurns);

it.each([
  ['LI#6957: no player loses a duel by an outage', 2],
  ['LI#13630: no player loses a turn against monsters by an outage', 1],
])('%s', async (_, players) => {
  const { sessionId, before, node } = await interruptedFight(players);
  // The first sweep extends the deadline; one that missed the turn instead would have begun the next.
  await waitUntil(async () => {
    const { deadlineMs, state } = await fightRow(node, sessionId);
    return deadlineMs > Date.now() || state.turn !== before.state.turn;
  }, 'the first sweep');
  const after = await fightRow(node, sessionId);
  expect(after).toMatchObject({ phase: 'active', state: before.state });
  expect(missedTurnsIn(after)).toEqual(missedTurnsIn(after).map(() => 0));
});

it('NetherwingBugtracker#7802: a crash decides nothing; the fight goes on to the end that its seeds give', async () => {
  const { sessionId, fighters, node } = await interruptedFight(2);
  await takeActions(node, sessionId);
  const after = await fightRow(node, sessionId);
  expect(after.state.outcome).toMatchObject({ result: 'victory' });
  const pages = await historyOf(node, fighters[0]?.userId ?? '', sessionId);
  expect(pages.flatMap(({ inputs }) => inputs).filter(({ type }) => type !== 'act')).toEqual([]);
  expect(historyProblems(JSON.parse(JSON.stringify(pages)) as object[])).toEqual([]);
});

describe('a turn whose player was served by a node that died just before the deadline', () => {
  /** The node was seen for the last time before the deadline, which has passed. */
  async function lateTurn(dueInMs: number): Promise<{ node: RunningServer; sessionId: string; row: FightRow }> {
    const node = await cluster.startNode();
    const fighters = [await newFighter(node), await newFighter(node)];
    const sessionId = await beginStoredFight(node, fighters);
    const row = await fightRow(node, sessionId);
    const [current = ''] = row.state.queue;
    const dead = randomUUID();
    const { db } = node.app.get(Database);
    await db.execute(sql`insert into nodes (id, name, alone, started_at, seen_at) values
      (${dead}, 'dead', false, clock_timestamp(), clock_timestamp() - interval '3 seconds')`);
    await db.execute(sql`update fights set deadline = clock_timestamp() - interval '2 seconds',
      due_at = clock_timestamp() + ${dueInMs}::float8 * interval '1 millisecond',
      clocks = jsonb_set(clocks, ${sql.param([current, 'node'])}::text[], to_jsonb(${dead}::text)) where id = ${sessionId}`);
    return { node, sessionId, row };
  }

  it('is extended instead of missed', async () => {
    const { node, sessionId, row } = await lateTurn(0);
    await waitUntil(async () => {
      const { deadlineMs, state } = await fightRow(node, sessionId);
      return deadlineMs > Date.now() || state.turn !== row.state.turn;
    }, 'a decision about the turn');
    expect((await fightRow(node, sessionId)).state).toEqual(row.state);
  });

  it('takes the action that its player sends as soon as it is back', async () => {
    const { node, sessionId } = await lateTurn(60_000);
    const next = nextBotAction(await storedFight(node, sessionId))!;
    expect(await actionsOf(node).act(next.userId, next.dto)).toMatchObject({ sessionId, turn: next.dto.turn });
  });
});

it.each([
  ['has challenged the other', 0],
  ['has accepted the challenge', 1],
])('the first turn of a player who %s is extended if the node of the player is killed', async (_, index) => {
  const [node, killed] = await Promise.all([cluster.startNode(), cluster.startProcess()]);
  const { place } = placementServerOf(node);
  const [player, other] = await Promise.all([killed, node].map(({ url }) => placeFighter({ url, place })));
  const { sessionId } = await (index === 0 ? duel(player!, other!) : duel(other!, player!));
  await passUntilTurnOf(player!, [other!], sessionId);
  const { turn } = latestRequest(player!, sessionId)!;
  killed.kill('SIGKILL');
  await killed.exited;
  await node.app
    .get(Database)
    .db.execute(
      sql`update fights set deadline = clock_timestamp(), due_at = clock_timestamp() where id = ${sessionId}`,
    );
  await waitUntil(async () => {
    const { deadlineMs, state } = await fightRow(node, sessionId);
    return deadlineMs > Date.now() || state.turn !== turn;
  }, 'a decision about the turn');
  expect((await fightRow(node, sessionId)).state.turn).toBe(turn);
});

it('a player who joins a fight is recorded with its node before its first action', async () => {
  const node = await cluster.startNode();
  const server = placementServerOf(node);
  const [anna, ben] = [await placeFighter(server), await placeFighter(server)];
  const { sessionId } = await hunt(anna);
  await succeed(ben.client, 'combat:join', { sessionId });
  const { incarnation } = node.app.get(NodeIdentity);
  const { clocks } = await fightRow(node, sessionId);
  for (const { characterId } of [anna, ben]) expect(clocks[characterId]?.node).toBe(incarnation);
});

it('an action that comes before the first sweep after an outage is taken, although its deadline passed in the outage', async () => {
  const node = await cluster.startNode();
  const credit = jest.spyOn(OutageCredit.prototype, 'creditOutage').mockRejectedValue(new Error('no sweep yet'));
  try {
    const fighters = [await newFighter(node), await newFighter(node)];
    const sessionId = await beginStoredFight(node, fighters);
    const { db } = node.app.get(Database);
    await waitUntil(() => credit.mock.calls.length > 0, 'a sweep that fails');
    await db.execute(sql`update combat_state set swept_at = clock_timestamp() - interval '10 seconds'`);
    await db.execute(
      sql`update fights set deadline = clock_timestamp() - interval '2 seconds' where id = ${sessionId}`,
    );
    const next = nextBotAction(await storedFight(node, sessionId))!;
    expect(await actionsOf(node).act(next.userId, next.dto)).toMatchObject({ sessionId, turn: next.dto.turn });
  } finally {
    credit.mockRestore();
  }
});

it('a deadline that is extended by an outage is announced to the players of the fight', async () => {
  const node = await cluster.startNode();
  const placement = placementServerOf(node);
  const players = [await placeFighter(placement), await placeFighter(placement)] as const;
  const { sessionId } = await duel(...players);
  const first = await players[0].client.waitForEvent('combat:turn', (request) => request.sessionId === sessionId);
  // As if no node had looked at the deadlines for some time, and no step been taken.
  await node.app.get(Database).transaction(async () => {
    const { db } = node.app.get(Database);
    await db.execute(sql`update combat_state set swept_at = swept_at - interval '30 seconds'`);
    await db.execute(sql`update fights set updated_at = updated_at - interval '30 seconds' where id = ${sessionId}`);
  });
  for (const { client, characterId } of players) {
    const isExtended = (request: { deadline: number }) => request.deadline > first.deadline + 29_000;
    const { deadline, legal, ...request } = await client.waitForEvent('combat:turn', isExtended);
    expect(request).toMatchObject({ sessionId, turn: first.turn, participantId: first.participantId });
    expect(deadline).toBe((await fightRow(node, sessionId)).deadlineMs);
    expect(legal.length > 0).toBe(characterId === first.participantId);
  }
});
