/** Fights: against monsters and duels, from their start to their end, over real connections. */
import { randomUUID } from 'node:crypto';
import { closeClients, connect, waitUntil } from '../support/clients/client';
import {
  act,
  duel,
  fightToTheEnd,
  hunt,
  latestRequest,
  passUntilTurnOf,
  placeFighter,
  succeed,
  untilOwnTurn,
} from '../support/domains/combat-players';
import { Database } from '@aeturnis/platform';
import { sql } from 'drizzle-orm';
import { CharactersService } from '../../apps/server/src/characters';
import { CombatAdminService } from '../../apps/server/src/combat';
import { callApi } from '../support/clients/http';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf } from '../support/zones/placed-players';

/** Of a character that no rat can defeat. */
const VETERAN_EXPERIENCE = 50_000;
const server = usePrivateServer({ LIMITS: 'off' });
afterEach(closeClients);
const newFighter = () => placeFighter(placementServerOf(server));

describe('a fight against a monster', () => {
  it('goes on turn by turn to its end, and rewards the victory', async () => {
    const player = await newFighter();
    const characters = server.app.get(CharactersService);
    const { experience: before } = await characters.award(player.characterId, VETERAN_EXPERIENCE);
    const { sessionId, state, request } = await hunt(player);
    expect(state?.participants).toHaveLength(2);
    expect(request).toMatchObject({ participantId: player.characterId });
    const started = await player.client.waitForEvent('combat:started');
    expect(started).toMatchObject({ sessionId, phase: 'active', mode: 'monsters' });
    await fightToTheEnd([player], sessionId);
    const end = await player.client.waitForEvent('combat:ended');
    expect(end).toMatchObject({ sessionId, serverSeed: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(end.outcome).toEqual({ result: 'victory', winningSide: 0 });
    const gained = end.rewards[player.characterId]?.experience ?? 0;
    expect(gained).toBeGreaterThan(0);
    const updated = await player.client.waitForEvent('character:updated', ({ experience = 0 }) => experience > before);
    expect(updated).toMatchObject({ id: player.characterId, experience: before + gained });
  });
});

describe('a duel', () => {
  it('begins with the consent of both, and ends with a winner', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const { sessionId } = await duel(anna, ben);
    await fightToTheEnd([anna, ben], sessionId);
    const [one, other] = [
      await anna.client.waitForEvent('combat:ended'),
      await ben.client.waitForEvent('combat:ended'),
    ];
    expect(one).toEqual(other);
    expect(one.outcome).toMatchObject({ result: 'victory' });
  });

  it('of three players begins once the last of them has accepted', async () => {
    const [anna, ben, carl] = [await newFighter(), await newFighter(), await newFighter()];
    const targetIds = [ben.characterId, carl.characterId];
    const { sessionId } = await succeed(anna.client, 'combat:start', { targetIds });
    const accepted = await succeed(ben.client, 'combat:accept', { sessionId });
    expect(accepted).toMatchObject({ phase: 'invited', state: null });
    expect(await act(anna, String(sessionId))).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await succeed(carl.client, 'combat:accept', { sessionId })).toMatchObject({ phase: 'active' });
    for (const { client } of [anna, ben, carl])
      expect(await client.waitForEvent('combat:started')).toMatchObject({ sessionId, phase: 'active' });
  });
});

it('holds characters in their place until they leave the fight', async () => {
  const [anna, ben] = [await newFighter(), await newFighter()];
  const { sessionId } = await duel(anna, ben);
  expect([await anna.step(136.5, 93), await ben.step(136.5, 93)]).toEqual([false, false]);
  expect(await anna.client.send('zone:enter', { exitId: 'waystone' })).toMatchObject({ error: { code: 'CONFLICT' } });
  await passUntilTurnOf(anna, [ben], sessionId);
  await succeed(anna.client, 'combat:flee', { sessionId });
  await ben.client.waitForEvent('combat:fled');
  // The time of a hold adds nothing to the walking time that a character has saved.
  for (const { step } of [anna, ben]) await waitUntil(() => step(136.6, 93), 'a step after the fight');
});

describe('an action', () => {
  it('out of turn is refused with the current request', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const { sessionId } = await duel(anna, ben);
    await anna.client.waitForEvent('combat:turn');
    await ben.client.waitForEvent('combat:turn');
    const waiting = latestRequest(anna, sessionId)?.participantId === anna.characterId ? ben : anna;
    expect(await act(waiting, sessionId)).toMatchObject({
      success: false,
      error: {
        code: 'CONFLICT',
        details: { reason: 'not_your_turn', request: { turn: expect.any(Number), legal: [] } },
      },
    });
  });

  it('sent again with the same id is answered by the first result', async () => {
    const player = await newFighter();
    const { sessionId } = await hunt(player);
    await untilOwnTurn(player, sessionId);
    const actionId = '77aa51d2-7f0e-4d0c-9a55-0d8b1a2f6c77';
    const first = await act(player, sessionId, { actionId, type: 'defend' });
    expect(first).toMatchObject({ success: true });
    expect(await act(player, sessionId, { actionId, type: 'attack' })).toEqual(first);
  });

  it('over HTTP lets a player flee from a duel, once', async () => {
    const [anna, ben] = [await newFighter(), await newFighter()];
    const { sessionId } = await duel(anna, ben);
    const { participantId } = await anna.client.waitForEvent('combat:turn');
    const [current, waiting] = participantId === anna.characterId ? [anna, ben] : [ben, anna];
    const flee = () =>
      callApi(server.url, 'POST', `/api/combats/${sessionId}/actions`, {
        token: current.accessToken,
        body: { actionId, type: 'flee' },
      });
    const actionId = randomUUID();
    const first = await flee();
    expect(first).toMatchObject({ status: 200, body: { sessionId, turn: 1 } });
    expect(await waiting.client.waitForEvent('combat:fled')).toEqual({ sessionId, participantId });
    const { outcome } = await waiting.client.waitForEvent('combat:ended');
    expect(outcome).toEqual({ result: 'victory', winningSide: current === anna ? 1 : 0 });
    expect(await flee()).toEqual(first);
    await hunt(current);
  });
});

it('keeps a fight that has ended, even if a deadline is stored for it', async () => {
  const player = await newFighter();
  const { sessionId } = await hunt(player);
  await server.app.get(CombatAdminService, { strict: false }).endAsDraw(sessionId);
  const { db } = server.app.get(Database);
  await db.execute(sql`update fights set due_at = clock_timestamp() where id = ${sessionId}`);
  await waitUntil(async () => {
    const { rows } = await db.execute(sql`select from fights where id = ${sessionId} and due_at is not null`);
    return rows.length === 0;
  }, 'a sweep');
  await succeed(player.client, 'combat:history', { sessionId });
});

it('brings a player who reconnects back into the fight', async () => {
  const player = await newFighter();
  const { sessionId } = await hunt(player);
  player.client.socket.disconnect();
  const again = await connect(server.url, player.accessToken);
  const sync = await again.waitForEvent('system:sync');
  expect(sync).toMatchObject({ combat: { current: { sessionId, request: { participantId: player.characterId } } } });
  const acted = await succeed(again, 'combat:flee', { sessionId });
  expect(acted).toMatchObject({ sessionId });
  await again.waitForEvent('combat:action_result');
});
