/** Cheats in movement, over real connections: each is answered as the contract says, changes nothing, and is counted. */
import { closeClients, connect, post, type TestClient, uniqueCharacterName } from '../support/client';
import { type Game, startGame } from '../support/game';
import { metric } from '../support/metrics';

const SPEED = 5;
const EVERY_MS = 100;

interface Place {
  x: number;
  y: number;
}
interface Cheat {
  client: TestClient;
  characterId: string;
  at: Place;
  seq: number;
}

let game: Game;
let cheat: Cheat;

beforeAll(async () => {
  game = await startGame();
});
beforeEach(async () => {
  cheat = await playAsGuest();
});
afterEach(closeClients);
afterAll(() => game.close());

async function playAsGuest(): Promise<Cheat> {
  const { url } = game.server;
  const { accessToken } = await post<{ accessToken: string }>(url, '/api/auth/guest', {});
  const client = await connect(url, accessToken);
  const body = { name: uniqueCharacterName(), class: 'mage' };
  const { id } = await post<{ id: string }>(url, '/api/characters', body, accessToken);
  const { character } = (await client.send('character:select', { characterId: id })) as unknown as { character: Place };
  return { client, characterId: id, at: { x: character.x, y: character.y }, seq: 0 };
}

const errors = (event: string, code: string): Promise<number> =>
  metric(game.server.url, `aeturnis_command_errors_total{event="${event}",code="${code}"}`);
const refusals = (reason: string): Promise<number> =>
  metric(game.server.url, `aeturnis_moves_refused_total{reason="${reason}"}`);
const standsAt = async ({ client, characterId }: Cheat): Promise<Place> => {
  const { character } = (await client.send('character:select', { characterId })) as unknown as { character: Place };
  return { x: character.x, y: character.y };
};
const move = (to: Place, { client } = cheat, seq = ++cheat.seq) => client.send('character:move', { seq, ...to });

/** Sends a step and expects it to be refused for this reason: answered, corrected, counted, and nothing moved. */
async function expectRefused(to: Place, reason: string, seq = ++cheat.seq): Promise<void> {
  const before = await refusals(reason);
  expect(await move(to, cheat, seq)).toEqual({ success: true, accepted: false });
  const correction = await cheat.client.event('character:correction', (sent) => sent.seq === seq);
  expect(correction).toEqual({ seq, ...cheat.at, reason });
  expect(await refusals(reason)).toBe(before + 1);
  expect(await standsAt(cheat)).toEqual(cheat.at);
}

/** Sends a step again and again until there is time for it, and tells what became of it then. */
async function tryFor(to: Place): Promise<string> {
  for (;;) {
    const seq = ++cheat.seq;
    const answer = await move(to, cheat, seq);
    if (answer['accepted'] === true) {
      cheat.at = to;
      return 'accepted';
    }
    expect(answer).toEqual({ success: true, accepted: false });
    const { reason, ...corrected } = await cheat.client.event('character:correction', (sent) => sent.seq === seq);
    expect(corrected).toEqual({ seq, ...cheat.at });
    if (reason !== 'speed') return reason;
    await pause();
  }
}
const pause = (ms = EVERY_MS): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Walks to and fro along a free street, ten steps a second by the clock, until a step is refused or the time is over.
 * @returns how many were refused, and where the last one led that was not.
 */
async function run(factor: number, forMs: number): Promise<{ refused: number; at: Place }> {
  const { client, at } = cheat;
  const startedAt = performance.now();
  let accepted = at;
  let refused = 0;
  for (let beat = 1; beat * EVERY_MS <= forMs; beat++) {
    const due = startedAt + beat * EVERY_MS;
    await pause(Math.max(0, due - performance.now()));
    // By the client's own clock, however late its timer was.
    const walked = (SPEED * factor * (performance.now() - startedAt)) / 1000;
    const to = { x: at.x - (walked % 24 < 12 ? walked % 12 : 12 - (walked % 12)), y: at.y };
    client.socket.emit('character:move', { seq: ++cheat.seq, ...to }, (answer) => {
      if (!('accepted' in answer)) return;
      if (answer.accepted) accepted = to;
      else refused++;
    });
    if (client.all('character:correction').length > 0) break;
  }
  await client.settled();
  return { refused, at: accepted };
}

it('a walk at full speed is never corrected', async () => {
  const { refused, at } = await run(1, 5_000);
  expect(cheat.client.all('character:correction')).toEqual([]);
  expect(refused).toBe(0);
  expect(await standsAt(cheat)).toEqual(at);
});

it.each([1.2, 1.1])('a run at %f times the speed is refused, and leads no farther', async (factor) => {
  const before = await refusals('speed');
  const { refused, at } = await run(factor, 12_000);
  const corrections = cheat.client.all('character:correction');
  expect(refused).toBeGreaterThan(0);
  expect(corrections.map(({ reason }) => reason)).toEqual(Array(refused).fill('speed'));
  expect(await refusals('speed')).toBe(before + refused);
  expect(await standsAt(cheat)).toEqual(at);
});

it('a teleport is refused at once', async () => {
  await expectRefused({ x: 190, y: 190 }, 'teleport');
  await expectRefused({ x: cheat.at.x + 15, y: cheat.at.y }, 'speed');
});

it('a step out of the zone is refused', async () => {
  await expectRefused({ x: -0.5, y: 100 }, 'bounds');
});

it('a step into or through a fence is refused, however often it is tried, until there was time to walk around', async () => {
  // From the square towards the training yard, whose fence stands at x = 122 to 122.5; its gate is at y = 97 to 103.
  for (const to of [
    { x: 112, y: 94 },
    { x: 121.5, y: 92 },
  ])
    expect(await tryFor(to)).toBe('accepted');
  const before = await refusals('obstacle');
  // There is time for 1.5 units straight through long before there is time for 12 around.
  expect(await tryFor({ x: 123, y: 92 })).toBe('obstacle');
  expect(await tryFor({ x: 122.2, y: 92 })).toBe('obstacle');
  expect(await refusals('obstacle')).toBe(before + 2);
  expect(await standsAt(cheat)).toEqual({ x: 121.5, y: 92 });
});

it('a number that was used, or an older one, is refused', async () => {
  const to = { x: 101, y: 100 };
  expect(await move(to, cheat, 50)).toMatchObject({ accepted: true });
  cheat.at = to;
  for (const seq of [50, 49, 0]) await expectRefused({ x: 101.2, y: 100 }, 'sequence', seq);
});

it('a flood is cut to the limit, answered, and takes nobody farther', async () => {
  const before = await errors('character:move', 'dropped');
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => move({ x: 100 + index / 100, y: 100 })));
  const dropped = answers.filter((answer) => answer.dropped === true);
  expect(dropped.length).toBeGreaterThan(0);
  for (const answer of dropped) expect(answer).toEqual({ success: true, dropped: true });
  expect(await errors('character:move', 'dropped')).toBe(before + dropped.length);
  const last = answers.findLastIndex((answer) => answer['accepted'] === true);
  expect(await standsAt(cheat)).toEqual({ x: 100 + last / 100, y: 100 });
});

it("another's character is not moved, by its name or by selecting it", async () => {
  const victim = await playAsGuest();
  const { characterId } = victim;
  const invalid = await errors('character:move', 'VALIDATION');
  const named = await cheat.client.send('character:move', { seq: 1, x: 101, y: 100, characterId });
  expect(named).toMatchObject({ success: false, error: { code: 'VALIDATION' } });
  expect(await errors('character:move', 'VALIDATION')).toBe(invalid + 1);
  const foreign = await errors('character:select', 'NOT_FOUND');
  const selected = await cheat.client.send('character:select', { characterId });
  expect(selected).toMatchObject({ success: false, error: { code: 'NOT_FOUND' } });
  expect(await errors('character:select', 'NOT_FOUND')).toBe(foreign + 1);
  // The cheat still plays its own, and the victim its own.
  expect(await move({ x: 100.2, y: 100 })).toMatchObject({ accepted: true });
  expect(await standsAt(victim)).toEqual(victim.at);
  expect(victim.client.all('character:released')).toEqual([]);
});

it('a step with coordinates of the zone before is refused, and leads neither there nor back', async () => {
  const stay = cheat.at;
  const entered = await cheat.client.send('zone:enter', { exitId: 'waystone' });
  expect(entered).toMatchObject({ success: true, zone: 'harbor' });
  const { x, y } = (entered as unknown as { character: Place }).character;
  cheat.at = { x, y };
  expect(cheat.at).not.toEqual(stay);
  await expectRefused({ x: stay.x + 0.5, y: stay.y }, 'teleport');
  const { players, zone } = cheat.client.all('zone:state').at(-1) ?? { players: [], zone: '' };
  expect(zone).toBe('harbor');
  expect(players.find(({ id }) => id === cheat.characterId)).toMatchObject(cheat.at);
});

it('a step without a character is an error, and counted', async () => {
  const before = await refusals('no_character');
  const { client } = await game.join();
  const answer = await client.send('character:move', { seq: 1, x: 100, y: 100 });
  expect(answer).toMatchObject({ success: false, error: { code: 'NO_CHARACTER' } });
  expect(await refusals('no_character')).toBe(before + 1);
  expect(client.all('character:correction')).toEqual([]);
});
