/** Actions and statuses of characters: which clients see them, and which are refused. */
import { randomUUID } from 'node:crypto';
import { closeClients, createCharacter, type TestClient } from '../support/clients/client';
import { type Game, type PlayerInWorld, startGame } from '../support/servers/game';
import { untilJoined } from '../support/zones/playing-clients';

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const act = (client: TestClient, action: string, targetId?: string) =>
  client.send('character:action', { action, ...(targetId !== undefined && { targetId }) });
const setStatus = (client: TestClient, status: string) => client.send('character:status', { status });
/** Uses the waystone, which is within reach of where characters start. */
const leaveZone = (client: TestClient) => client.send('zone:enter', { exitId: 'waystone' });

/** Two characters that see each other, and one in another zone. */
async function enterThreePlayers(): Promise<{ ann: PlayerInWorld; bob: PlayerInWorld; far: PlayerInWorld }> {
  const far = await game.play();
  expect(await leaveZone(far.client)).toMatchObject({ success: true, zone: 'harbor' });
  const [ann, bob] = [await game.play(), await game.play()];
  await untilJoined(ann.client, bob.character.id);
  return { ann, bob, far };
}

describe('an action', () => {
  it('is seen by the whole zone, the acting character included, and by no other zone', async () => {
    const { ann, bob, far } = await enterThreePlayers();
    const { id } = ann.character;
    expect(await act(ann.client, 'jump')).toEqual({ success: true, cooldownMs: 1_000 });
    const seen = await bob.client.waitForEvent('character:acted');
    expect(seen).toEqual({ zone: 'starting_village', id, action: 'jump', timestamp: expect.any(Number) });
    expect(await ann.client.waitForEvent('character:acted')).toEqual(seen);
    await far.client.roundTrip();
    expect(far.client.eventsNamed('character:acted')).toEqual([]);
  });

  it('takes as target a character of the zone, in any case, oneself, or a monster of the zone', async () => {
    const { ann, bob } = await enterThreePlayers();
    const rat = 'starting_village:yard_rats:2';
    expect(await act(ann.client, 'wave_at', bob.character.id.toUpperCase())).toMatchObject({ success: true });
    await bob.client.waitForEvent('character:acted', ({ targetId }) => targetId === bob.character.id);
    expect(await act(ann.client, 'scratch', ann.character.id)).toMatchObject({ success: true });
    expect(await act(ann.client, 'taunt', rat)).toMatchObject({ success: true });
    await bob.client.waitForEvent('character:acted', ({ action, targetId }) => action === 'taunt' && targetId === rat);
  });

  it('is refused and does not happen if its target is in another zone, offline or unknown', async () => {
    const { ann, bob, far } = await enterThreePlayers();
    const idle = await createCharacter(game.server.url, bob);
    const elsewhere = [far.character.id, idle.id, randomUUID(), 'harbor:crabs:1', 'starting_village:yard_rats:7', 'x'];
    const refusals = new Set<string | undefined>();
    for (const targetId of elsewhere) {
      const { error } = await act(ann.client, 'inspect', targetId);
      expect(error).toMatchObject({ code: 'NOT_FOUND', retryable: false });
      refusals.add(error?.message);
    }
    expect(refusals.size).toBe(1);
    // A refused action does not start the cooldown.
    expect(await act(ann.client, 'inspect', bob.character.id)).toMatchObject({ success: true });
    await bob.client.waitForEvent('character:acted');
    expect(bob.client.eventsNamed('character:acted')).toHaveLength(1);
    expect(far.client.eventsNamed('character:acted')).toEqual([]);
  });

  it('requires a character', async () => {
    const { client } = await game.join();
    expect(await act(client, 'jump')).toMatchObject({ error: { code: 'NO_CHARACTER' } });
    expect(await setStatus(client, 'resting')).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  });

  it('is refused during its cooldown, also on another connection; other actions are not', async () => {
    const { ann, bob } = await enterThreePlayers();
    expect(await act(ann.client, 'challenge', bob.character.id)).toMatchObject({ success: true, cooldownMs: 10_000 });
    const { error } = await act(ann.client, 'challenge', bob.character.id);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(10_000);
    expect(await act(ann.client, 'bow')).toMatchObject({ success: true });
    const second = await game.connect(ann);
    await second.send('character:select', { characterId: ann.character.id });
    expect(await act(second, 'challenge', bob.character.id)).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    await bob.client.waitForEvent('character:acted', ({ action }) => action === 'bow');
    expect(bob.client.eventsNamed('character:acted').map(({ action }) => action)).toEqual(['challenge', 'bow']);
  });

  it('is refused beyond ten at once, even if all are different', async () => {
    const { ann, bob } = await enterThreePlayers();
    const answers = [];
    for (const letter of 'abcdefghijklm') answers.push(await act(ann.client, `act_${letter}`));
    expect(answers.filter(({ success }) => success)).toHaveLength(10);
    expect(answers.at(-1)?.error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    await bob.client.waitForEvent('character:acted', ({ action }) => action === 'act_j');
    await bob.client.roundTrip();
    expect(bob.client.eventsNamed('character:acted')).toHaveLength(10);
  });

  it.each([{ action: 'Jump' }, { action: 'jump up' }, { action: '' }, { action: 7 }, { targetId: 'x' }, {}])(
    'is refused with the payload %j',
    async (payload) => {
      const { client } = await game.join();
      expect(await client.send('character:action', payload)).toMatchObject({ error: { code: 'VALIDATION' } });
    },
  );
});

describe('a status', () => {
  it('is announced to the zone once, and to newcomers in the snapshot, until the character leaves', async () => {
    const { ann, bob, far } = await enterThreePlayers();
    const { id } = ann.character;
    expect(await setStatus(ann.client, 'resting')).toEqual({ success: true, status: 'resting' });
    expect(await setStatus(ann.client, 'resting')).toEqual({ success: true, status: 'resting' });
    const seen = await bob.client.waitForEvent('character:status_changed');
    expect(seen).toEqual({ zone: 'starting_village', id, status: 'resting' });
    const late = await game.play();
    const { players } = await late.client.waitForEvent('zone:state');
    expect(players.find((player) => player.id === id)).toMatchObject({ status: 'resting' });
    await Promise.all([bob.client.roundTrip(), far.client.roundTrip()]);
    expect(bob.client.eventsNamed('character:status_changed')).toHaveLength(1);
    expect(far.client.eventsNamed('character:status_changed')).toEqual([]);

    ann.client.close();
    await late.client.waitForEvent('zone:player_left', (entity) => entity.id === id);
    const reconnected = await game.connect(ann);
    await reconnected.send('character:select', { characterId: id });
    const { player } = await untilJoined(late.client, id);
    expect(player).not.toHaveProperty('status');
  });

  it('moves to the connection that takes the character over', async () => {
    const { ann } = await enterThreePlayers();
    await setStatus(ann.client, 'trading');
    const second = await game.connect(ann);
    await second.send('character:select', { characterId: ann.character.id });
    const { players } = await second.waitForEvent('zone:state');
    expect(players.find(({ id }) => id === ann.character.id)).toMatchObject({ status: 'trading' });
  });

  it('applies to the character of the connection; a payload that names another one is refused', async () => {
    const { ann, bob } = await enterThreePlayers();
    const forged = { status: 'resting', characterId: bob.character.id };
    expect(await ann.client.send('character:status', forged)).toMatchObject({ error: { code: 'VALIDATION' } });
    await bob.client.roundTrip();
    expect(bob.client.eventsNamed('character:status_changed')).toEqual([]);
  });
});
