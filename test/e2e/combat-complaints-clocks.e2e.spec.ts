/**
 * Complaints about the clocks of turn-based games, as tests: each title begins with the public report it comes from (PS Pokémon
 * Showdown, LI lila). Times are changed in the database instead of waited for.
 */
import { randomUUID } from 'node:crypto';
import { combatCommands } from '@aeturnis/contracts';
import { OutageCreditRepository } from '../../apps/server/src/combat/clocks/outage-credit.repository';
import { CurrentFights } from '../../apps/server/src/combat/fighters/current-fights';
import { callApi } from '../support/clients/http';
import { closeClients, connect, waitUntil } from '../support/clients/client';
import {
  act,
  duel,
  hunt,
  latestRequest,
  passUntilTurnOf,
  placeFighter,
  succeed,
  untilOwnTurn,
} from '../support/domains/combat-players';
import { ageAbsence, fightRow, passDeadline, userIdOf } from '../support/domains/fight-rows';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf, type PlacedPlayer } from '../support/zones/placed-players';

const BANK_MS = 60_000;
const GRACE_MS = 500;
/** The round trip of a client over a slow connection. */
const SLOW_MS = 150;
const server = usePrivateServer({ LIMITS: 'off' });
// A stall of this machine is an outage of the server, which gives its time back; combat-restarts.e2e.spec.ts is about that.
beforeAll(() => void jest.spyOn(OutageCreditRepository.prototype, 'extendDeadlines').mockResolvedValue([]));
afterEach(closeClients);

const rowOf = (id: string) => fightRow(server, id);
const clocksOf = async (id: string, { characterId }: PlacedPlayer) => (await rowOf(id)).clocks[characterId]!;
const missedTurnsOf = async (id: string, { characterId }: PlacedPlayer) =>
  (await rowOf(id)).state.participants.find((participant) => participant.id === characterId)?.missedTurns;

/** A duel between new players: the one whose turn it is, and the other. */
async function newDuel(): Promise<{ sessionId: string; current: PlacedPlayer; waiting: PlacedPlayer }> {
  const place = () => placeFighter(placementServerOf(server));
  const players = [await place(), await place()] as const;
  const { sessionId } = await duel(...players);
  const [anna, ben] = players;
  const { participantId } = await anna.client.waitForEvent('combat:turn', (turn) => turn.sessionId === sessionId);
  const isAnna = participantId === anna.characterId;
  return { sessionId, current: isAnna ? anna : ben, waiting: isAnna ? ben : anna };
}

/** Disconnects the player, and resolves once its absence is counted. */
async function leave(player: PlacedPlayer, sessionId: string): Promise<void> {
  player.client.socket.disconnect();
  await waitUntil(async () => (await clocksOf(sessionId, player)).awaySince !== null, 'the absence is counted');
}

async function reconnectPlayer(player: PlacedPlayer): Promise<void> {
  player.client = await connect(server.url, player.accessToken);
}

const turnAfter = ({ client }: PlacedPlayer, { turn }: { turn: number }, sessionId: string) =>
  client.waitForEvent('combat:turn', (request) => request.sessionId === sessionId && request.turn > turn);

it('PS#2769: the absence of one player does not shorten the clock of the other', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const before = await rowOf(sessionId);
  await leave(waiting, sessionId);
  const after = await rowOf(sessionId);
  expect(after.deadlineMs).toBe(before.deadlineMs);
  expect(after.dueAtMs).toBe(before.dueAtMs);
  expect(after.clocks[current.characterId]).toEqual(before.clocks[current.characterId]);
});

it('PS#3815: a return ends the count of an absence, and the next fight begins with a full bank', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const startedAt = performance.now();
  const spent = 10_000;
  await leave(waiting, sessionId);
  await ageAbsence(server, sessionId, [waiting.characterId], spent);
  for (const _ of [1, 2]) {
    await reconnectPlayer(waiting);
    const { awaySince, bankMs } = await clocksOf(sessionId, waiting);
    expect(awaySince).toBeNull();
    expect(bankMs).toBeLessThanOrEqual(BANK_MS - spent);
    expect(bankMs).toBeGreaterThanOrEqual(BANK_MS - spent - (performance.now() - startedAt));
    await leave(waiting, sessionId);
  }
  await reconnectPlayer(waiting);
  await succeed(current.client, 'combat:flee', { sessionId });
  await waiting.client.waitForEvent('combat:ended');
  await succeed(waiting.client, 'character:select', { characterId: waiting.characterId });
  const next = await duel(waiting, current);
  expect((await clocksOf(next.sessionId, waiting)).bankMs).toBe(BANK_MS);
});

it('a recovered connection ends its absence, which stays used, and gets the fight as it is', async () => {
  const { sessionId, current } = await newDuel();
  const { socket } = current.client;
  await waitUntil(() => current.client.eventsNamed('combat:turn').length > 0, 'an offset');
  await ageAbsence(server, sessionId, [current.characterId], 10_000);
  socket.io.engine.close();
  await waitUntil(() => !socket.connected, 'the cut');
  socket.connect();
  const state = await current.client.waitForEvent('combat:state');
  expect([socket.recovered, state.sessionId]).toEqual([true, sessionId]);
  const { awaySince, bankMs } = await clocksOf(sessionId, current);
  expect(awaySince).toBeNull();
  expect(bankMs).toBeLessThanOrEqual(BANK_MS - 10_000);
});

it('PS#6381: a choice that is refused, or made out of turn, does not stop the clock', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const before = await rowOf(sessionId);
  expect(await act(current, sessionId, { type: 'skill', skillId: 'cleave' })).toMatchObject({ success: false });
  expect(await act(waiting, sessionId)).toMatchObject({ success: false });
  expect(await rowOf(sessionId)).toEqual(before);
  await passDeadline(server, sessionId);
  await turnAfter(waiting, before.state, sessionId);
  expect(await missedTurnsOf(sessionId, current)).toBe(1);
});

it('PS#11240: the timeout of one player is not charged to the one who waited', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const before = await rowOf(sessionId);
  await passDeadline(server, sessionId);
  const request = await turnAfter(waiting, before.state, sessionId);
  const after = await rowOf(sessionId);
  expect(await missedTurnsOf(sessionId, current)).toBe(1);
  expect(await missedTurnsOf(sessionId, waiting)).toBe(0);
  expect(after.clocks[waiting.characterId]).toMatchObject({ bankMs: BANK_MS, awaySince: null, graceMs: 2_000 });
  expect(request.deadline - request.serverTime).toBeGreaterThan(19_000);
});

it('PS#11251: reading the request again, or reconnecting, adds no time', async () => {
  const { sessionId, current } = await newDuel();
  const { deadlineMs, dueAtMs } = await rowOf(sessionId);
  const { body } = await callApi(server.url, 'GET', `/api/combats/${sessionId}`, { token: current.accessToken });
  expect(body['request']).toMatchObject({ deadline: deadlineMs });
  current.client.socket.disconnect();
  await reconnectPlayer(current);
  const { combat } = current.client.eventsNamed('system:sync').at(-1) as unknown as SyncedCombat;
  expect(combat.current.request.deadline).toBe(deadlineMs);
  expect(await rowOf(sessionId)).toMatchObject({ deadlineMs, dueAtMs });
});

interface SyncedCombat {
  readonly combat: { readonly current: { readonly request: { readonly deadline: number } } };
}

it('PS#10311: two players who run out of time at once both do not win', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const spectator = await placeFighter(placementServerOf(server));
  await succeed(spectator.client, 'combat:spectate', { sessionId });
  await Promise.all([leave(current, sessionId), leave(waiting, sessionId)]);
  await ageAbsence(server, sessionId, [current.characterId, waiting.characterId], BANK_MS + 1_000);
  const end = await spectator.client.waitForEvent('combat:ended');
  expect(end.outcome).toEqual({ result: 'aborted', winningSide: null });
});

it('a player that has used up its time of absence loses, also to one that is away for a moment', async () => {
  const { sessionId, current, waiting } = await newDuel();
  const spectator = await placeFighter(placementServerOf(server));
  await succeed(spectator.client, 'combat:spectate', { sessionId });
  await Promise.all([leave(current, sessionId), leave(waiting, sessionId)]);
  await ageAbsence(server, sessionId, [waiting.characterId], BANK_MS + 1_000);
  const { outcome } = await spectator.client.waitForEvent('combat:ended');
  const winner = (await rowOf(sessionId)).state.participants.find(({ side }) => side === outcome.winningSide);
  expect(winner?.id).toBe(current.characterId);
});

it('PS#3901: the player that is away is the one that is named', async () => {
  const { sessionId, current, waiting } = await newDuel();
  await leave(waiting, sessionId);
  await ageAbsence(server, sessionId, [waiting.characterId], BANK_MS + 1_000);
  const left = await current.client.waitForEvent('combat:participant_left');
  expect(left).toEqual({ sessionId, participantId: waiting.characterId, reason: 'disconnected' });
  const side = (await rowOf(sessionId)).state.participants.find(({ id }) => id === current.characterId)?.side;
  expect((await current.client.waitForEvent('combat:ended')).outcome).toEqual({ result: 'victory', winningSide: side });
});

/** From now on this client answers pings as late as over a slow connection. */
function delayPongs({ client }: PlacedPlayer, delayMs: number): void {
  const engine = client.socket.io.engine as unknown as { _sendPacket(type: string, ...rest: unknown[]): void };
  const send = engine._sendPacket.bind(engine);
  engine._sendPacket = (type, ...rest) => {
    if (type === 'pong') setTimeout(() => send(type, ...rest), delayMs);
    else send(type, ...rest);
  };
}

async function passOverHttp({ accessToken }: PlacedPlayer, sessionId: string): Promise<void> {
  const body = { actionId: randomUUID(), type: 'pass' };
  const path = `/api/combats/${sessionId}/actions`;
  expect(await callApi(server.url, 'POST', path, { token: accessToken, body })).toMatchObject({ status: 200 });
}

/** Lets both players pass until the server has recorded a slow round trip of this one, and it is its turn. */
async function passUntilMeasured(player: PlacedPlayer, other: PlacedPlayer, sessionId: string): Promise<void> {
  do {
    await passUntilTurnOf(player, [other], sessionId);
    await act(player, sessionId, { type: 'pass' });
  } while (((await clocksOf(sessionId, player)).roundTripMs ?? 0) < SLOW_MS - 1);
  await passUntilTurnOf(player, [other], sessionId);
}

it('the grace of a player is the round trip that the server has measured, and an action over HTTP adds none', async () => {
  const { sessionId, current, waiting } = await newDuel();
  delayPongs(current, SLOW_MS);
  await passUntilMeasured(current, waiting, sessionId);
  const { roundTripMs } = await clocksOf(sessionId, current);
  const { deadlineMs, dueAtMs } = await rowOf(sessionId);
  // A busy machine adds to the round trip.
  expect(dueAtMs - deadlineMs).toBeCloseTo(Math.min(roundTripMs ?? NaN, GRACE_MS), 0);
  await passOverHttp(current, sessionId);
  expect((await clocksOf(sessionId, current)).roundTripMs).toBe(roundTripMs);
});

it('an action over HTTP of a player whose round trip was never measured leaves it no grace', async () => {
  const player = await placeFighter(placementServerOf(server));
  const { sessionId } = await hunt(player);
  await untilOwnTurn(player, sessionId);
  await passOverHttp(player, sessionId);
  const { deadlineMs, dueAtMs } = await rowOf(sessionId);
  expect(dueAtMs).toBe(deadlineMs);
});

it('online-go#687: the time that a client shows is the time it has, and in its first turn a grace of half a second', async () => {
  const { sessionId, current } = await newDuel();
  const { deadlineMs, dueAtMs } = await rowOf(sessionId);
  expect(latestRequest(current, sessionId)?.deadline).toBe(deadlineMs);
  expect(dueAtMs - deadlineMs).toBeCloseTo(GRACE_MS, 0);
});

it('LI#3170: no player can claim a victory; a player that lets its own turn pass misses it, also while the other is away', async () => {
  const { sessionId, current, waiting } = await newDuel();
  await leave(waiting, sessionId);
  const { turn } = (await rowOf(sessionId)).state;
  await passDeadline(server, sessionId);
  await turnAfter(current, { turn }, sessionId);
  expect(await missedTurnsOf(sessionId, current)).toBe(1);
  expect(await missedTurnsOf(sessionId, waiting)).toBe(0);
  expect((await rowOf(sessionId)).phase).toBe('active');
  expect(combatCommands.map(({ name }) => name).filter((name) => /claim|victory|win/.test(name))).toEqual([]);
});

describe('LI#15601: a player who is present is not reported to have left', () => {
  it('although one of its two devices has disconnected', async () => {
    const { sessionId, current, waiting } = await newDuel();
    const second = await connect(server.url, waiting.accessToken);
    waiting.client.socket.disconnect();
    await leave(current, sessionId);
    // Left later than the device, and counted: that of the device would have been counted by now.
    expect((await clocksOf(sessionId, waiting)).awaySince).toBeNull();
    expect(second.eventsNamed('combat:participant_left')).toEqual([]);
  });

  it('although an absence was recorded after its return', async () => {
    const { sessionId, current, waiting } = await newDuel();
    await ageAbsence(server, sessionId, [waiting.characterId], BANK_MS + 1_000);
    await waitUntil(async () => (await clocksOf(sessionId, waiting)).awaySince === null, 'the absence is corrected');
    expect((await rowOf(sessionId)).phase).toBe('active');
    expect(current.client.eventsNamed('combat:participant_left')).toEqual([]);
  });

  it('although its departure is noticed after its return', async () => {
    const { sessionId, waiting } = await newDuel();
    const userId = userIdOf(await rowOf(sessionId), waiting);
    const fights = server.app.get(CurrentFights, { strict: false });
    await (Reflect.get(fights, 'onAway') as (userId: string) => Promise<void>).call(fights, userId);
    expect((await clocksOf(sessionId, waiting)).awaySince).toBeNull();
  });

  it('although it has no connection, as long as it acts over HTTP', async () => {
    const { sessionId, current } = await newDuel();
    await leave(current, sessionId);
    await passOverHttp(current, sessionId);
    expect((await clocksOf(sessionId, current)).awaySince).toBeNull();
  });
});

it('a player away from monsters defends, and the fight goes on', async () => {
  const player = await placeFighter(placementServerOf(server));
  const { sessionId } = await hunt(player);
  await untilOwnTurn(player, sessionId);
  const { turn } = (await rowOf(sessionId)).state;
  player.client.socket.disconnect();
  await passDeadline(server, sessionId);
  await waitUntil(async () => (await rowOf(sessionId)).state.turn > turn, 'the next turn');
  expect(await missedTurnsOf(sessionId, player)).toBe(1);
});
