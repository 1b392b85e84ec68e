/** What characters do besides walking: acts and statuses, who sees them, and what is refused. */
import { randomUUID } from 'node:crypto';
import { closeClients, createCharacter, type TestClient } from '../support/client';
import { type Game, type PlayerInWorld, startGame } from '../support/game';

let game: Game;

beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const act = (client: TestClient, action: string, targetId?: string) =>
  client.send('character:action', { action, ...(targetId !== undefined && { targetId }) });
const tell = (client: TestClient, status: string) => client.send('character:status', { status });
/** Through the waystone, which stands within reach of where characters begin. */
const away = (client: TestClient) => client.send('zone:enter', { exitId: 'waystone' });
const joined = (client: TestClient, id: string) => client.event('zone:player_joined', ({ player }) => player.id === id);

/** Two who see each other, and somebody in another zone. */
async function company(): Promise<{ ann: PlayerInWorld; bob: PlayerInWorld; far: PlayerInWorld }> {
  const far = await game.play();
  expect(await away(far.client)).toMatchObject({ success: true, zone: 'harbor' });
  const [ann, bob] = [await game.play(), await game.play()];
  await joined(ann.client, bob.character.id);
  return { ann, bob, far };
}

describe('an action', () => {
  it('is seen by the zone, its doer included, and by nobody else', async () => {
    const { ann, bob, far } = await company();
    const { id } = ann.character;
    expect(await act(ann.client, 'jump')).toEqual({ success: true, cooldownMs: 1_000 });
    const seen = await bob.client.event('character:acted');
    expect(seen).toEqual({ zone: 'starting_village', id, action: 'jump', timestamp: expect.any(Number) });
    expect(await ann.client.event('character:acted')).toEqual(seen);
    await far.client.settled();
    expect(far.client.all('character:acted')).toEqual([]);
  });

  it('has a target: a character of the zone, in any case, oneself, or a monster of the zone', async () => {
    const { ann, bob } = await company();
    const rat = 'starting_village:yard_rats:2';
    expect(await act(ann.client, 'wave_at', bob.character.id.toUpperCase())).toMatchObject({ success: true });
    await bob.client.event('character:acted', ({ targetId }) => targetId === bob.character.id);
    expect(await act(ann.client, 'scratch', ann.character.id)).toMatchObject({ success: true });
    expect(await act(ann.client, 'taunt', rat)).toMatchObject({ success: true });
    await bob.client.event('character:acted', ({ action, targetId }) => action === 'taunt' && targetId === rat);
  });

  it('finds nobody elsewhere: in another zone, out of the world, or nowhere, and then has not been done', async () => {
    const { ann, bob, far } = await company();
    const idle = await createCharacter(game.server.url, bob);
    const elsewhere = [far.character.id, idle.id, randomUUID(), 'harbor:crabs:1', 'starting_village:yard_rats:7', 'x'];
    const refusals = new Set<string | undefined>();
    for (const targetId of elsewhere) {
      const { error } = await act(ann.client, 'inspect', targetId);
      expect(error).toMatchObject({ code: 'NOT_FOUND', retryable: false });
      refusals.add(error?.message);
    }
    expect(refusals.size).toBe(1);
    // What was refused has not begun the time to wait.
    expect(await act(ann.client, 'inspect', bob.character.id)).toMatchObject({ success: true });
    await bob.client.event('character:acted');
    expect(bob.client.all('character:acted')).toHaveLength(1);
    expect(far.client.all('character:acted')).toEqual([]);
  });

  it('needs a character', async () => {
    const { client } = await game.join();
    expect(await act(client, 'jump')).toMatchObject({ error: { code: 'NO_CHARACTER' } });
    expect(await tell(client, 'resting')).toMatchObject({ error: { code: 'NO_CHARACTER' } });
  });

  it('is refused while it is too soon, with the time to wait, also on another connection; another action is not', async () => {
    const { ann, bob } = await company();
    expect(await act(ann.client, 'challenge', bob.character.id)).toMatchObject({ success: true, cooldownMs: 10_000 });
    const { error } = await act(ann.client, 'challenge', bob.character.id);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(10_000);
    expect(await act(ann.client, 'bow')).toMatchObject({ success: true });
    const second = await game.connect(ann);
    await second.send('character:select', { characterId: ann.character.id });
    expect(await act(second, 'challenge', bob.character.id)).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    await bob.client.event('character:acted', ({ action }) => action === 'bow');
    expect(bob.client.all('character:acted').map(({ action }) => action)).toEqual(['challenge', 'bow']);
  });

  it('is refused after ten, however different they are', async () => {
    const { ann, bob } = await company();
    const answers = [];
    for (const letter of 'abcdefghijklm') answers.push(await act(ann.client, `act_${letter}`));
    expect(answers.filter(({ success }) => success)).toHaveLength(10);
    expect(answers.at(-1)?.error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    await bob.client.event('character:acted', ({ action }) => action === 'act_j');
    await bob.client.settled();
    expect(bob.client.all('character:acted')).toHaveLength(10);
  });

  it.each([{ action: 'Jump' }, { action: 'jump up' }, { action: '' }, { action: 7 }, { targetId: 'x' }, {}])(
    'is not %j',
    async (payload) => {
      const { client } = await game.join();
      expect(await client.send('character:action', payload)).toMatchObject({ error: { code: 'VALIDATION' } });
    },
  );
});

describe('a status', () => {
  it('is told to the zone once, and to newcomers with the picture, until the character leaves the world', async () => {
    const { ann, bob, far } = await company();
    const { id } = ann.character;
    expect(await tell(ann.client, 'resting')).toEqual({ success: true, status: 'resting' });
    expect(await tell(ann.client, 'resting')).toEqual({ success: true, status: 'resting' });
    const seen = await bob.client.event('character:status_changed');
    expect(seen).toEqual({ zone: 'starting_village', id, status: 'resting' });
    const late = await game.play();
    const { players } = await late.client.event('zone:state');
    expect(players.find((player) => player.id === id)).toMatchObject({ status: 'resting' });
    await Promise.all([bob.client.settled(), far.client.settled()]);
    expect(bob.client.all('character:status_changed')).toHaveLength(1);
    expect(far.client.all('character:status_changed')).toEqual([]);

    ann.client.close();
    await late.client.event('zone:player_left', (gone) => gone.id === id);
    const again = await game.connect(ann);
    await again.send('character:select', { characterId: id });
    const { player } = await joined(late.client, id);
    expect(player).not.toHaveProperty('status');
  });

  it('goes over to the connection that takes the character over', async () => {
    const { ann } = await company();
    await tell(ann.client, 'trading');
    const second = await game.connect(ann);
    await second.send('character:select', { characterId: ann.character.id });
    const { players } = await second.event('zone:state');
    expect(players.find(({ id }) => id === ann.character.id)).toMatchObject({ status: 'trading' });
  });

  it('is of the character the connection plays, whatever else the payload names', async () => {
    const { ann, bob } = await company();
    const forged = { status: 'resting', characterId: bob.character.id };
    expect(await ann.client.send('character:status', forged)).toMatchObject({ error: { code: 'VALIDATION' } });
    await bob.client.settled();
    expect(bob.client.all('character:status_changed')).toEqual([]);
  });
});
