/** Movement cheats over real connections: each step is answered as the contract says, changes nothing and is counted. */
import { connect, postJson, type TestClient, uniqueCharacterName } from '../support/clients/client';
import { useGame } from '../support/servers/game';
import { readMetric } from '../support/servers/metrics';

const SPEED = 5;
const STEP_MS = 100;

interface Position {
  x: number;
  y: number;
}
interface Cheat {
  client: TestClient;
  characterId: string;
  at: Position;
  seq: number;
}

const game = useGame();
let cheat: Cheat;

beforeEach(async () => {
  cheat = await playAsGuest();
});

async function playAsGuest(): Promise<Cheat> {
  const { url } = game.server;
  const { accessToken } = await postJson<{ accessToken: string }>(url, '/api/auth/guest', {});
  const client = await connect(url, accessToken);
  const body = { name: uniqueCharacterName(), class: 'mage' };
  const { id } = await postJson<{ id: string }>(url, '/api/characters', body, accessToken);
  const { character } = (await client.send('character:select', { characterId: id })) as unknown as {
    character: Position;
  };
  return { client, characterId: id, at: { x: character.x, y: character.y }, seq: 0 };
}

const errors = (event: string, code: string): Promise<number> =>
  readMetric(game.server.url, `aeturnis_command_errors_total{event="${event}",code="${code}"}`);
const refusals = (reason: string): Promise<number> =>
  readMetric(game.server.url, `aeturnis_moves_refused_total{reason="${reason}"}`);
const serverPosition = async ({ client, characterId }: Cheat): Promise<Position> => {
  const { character } = (await client.send('character:select', { characterId })) as unknown as { character: Position };
  return { x: character.x, y: character.y };
};
const move = (to: Position, { client } = cheat, seq = ++cheat.seq) => client.send('character:move', { seq, ...to });

/** Sends a step and expects a refusal for this reason: answered, corrected and counted, with the position unchanged. */
async function expectRefused(to: Position, reason: string, seq = ++cheat.seq): Promise<void> {
  const before = await refusals(reason);
  expect(await move(to, cheat, seq)).toEqual({ success: true, accepted: false });
  const correction = await cheat.client.waitForEvent('character:correction', (sent) => sent.seq === seq);
  expect(correction).toEqual({ seq, ...cheat.at, reason });
  expect(await refusals(reason)).toBe(before + 1);
  expect(await serverPosition(cheat)).toEqual(cheat.at);
}

/** Repeats a step until it is no longer refused for its speed. @returns 'accepted', or the reason of the refusal. */
async function tryFor(to: Position): Promise<string> {
  for (;;) {
    const seq = ++cheat.seq;
    const answer = await move(to, cheat, seq);
    if (answer['accepted'] === true) {
      cheat.at = to;
      return 'accepted';
    }
    expect(answer).toEqual({ success: true, accepted: false });
    const { reason, ...corrected } = await cheat.client.waitForEvent(
      'character:correction',
      (sent) => sent.seq === seq,
    );
    expect(corrected).toEqual({ seq, ...cheat.at });
    if (reason !== 'speed') return reason;
    await pause();
  }
}
const pause = (ms = STEP_MS): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Walks to and fro along a free street, ten steps a second by the clock, until a step is refused or the time is over.
 * @returns the number of refused steps, and the position after the last accepted one.
 */
async function run(factor: number, forMs: number): Promise<{ refused: number; at: Position }> {
  const { client, at } = cheat;
  const startedAt = performance.now();
  let accepted = at;
  let refused = 0;
  for (let beat = 1; beat * STEP_MS <= forMs; beat++) {
    const due = startedAt + beat * STEP_MS;
    await pause(Math.max(0, due - performance.now()));
    // The distance follows the client's own clock, even when its timer fires late.
    const walked = (SPEED * factor * (performance.now() - startedAt)) / 1000;
    const to = { x: at.x - (walked % 24 < 12 ? walked % 12 : 12 - (walked % 12)), y: at.y };
    client.socket.emit('character:move', { seq: ++cheat.seq, ...to }, (answer) => {
      if (!('accepted' in answer)) return;
      if (answer.accepted) accepted = to;
      else refused++;
    });
    if (client.eventsNamed('character:correction').length > 0) break;
  }
  await client.roundTrip();
  return { refused, at: accepted };
}

it('a walk at full speed is never corrected', async () => {
  const { refused, at } = await run(1, 5_000);
  expect(cheat.client.eventsNamed('character:correction')).toEqual([]);
  expect(refused).toBe(0);
  expect(await serverPosition(cheat)).toEqual(at);
});

it.each([1.2, 1.1])('a run at %f times the speed is refused and gains no distance', async (factor) => {
  const before = await refusals('speed');
  const { refused, at } = await run(factor, 12_000);
  const corrections = cheat.client.eventsNamed('character:correction');
  expect(refused).toBeGreaterThan(0);
  expect(corrections.map(({ reason }) => reason)).toEqual(Array(refused).fill('speed'));
  expect(await refusals('speed')).toBe(before + refused);
  expect(await serverPosition(cheat)).toEqual(at);
});

it('a teleport is refused at once', async () => {
  await expectRefused({ x: 190, y: 190 }, 'teleport');
  await expectRefused({ x: cheat.at.x + 15, y: cheat.at.y }, 'speed');
});

it('a step out of the zone is refused', async () => {
  await expectRefused({ x: -0.5, y: 100 }, 'bounds');
});

it('a step into or through a fence is refused as an obstacle, however often it is repeated', async () => {
  // From the square towards the training yard, whose fence stands at x = 122 to 122.5; its gate is at y = 97 to 103.
  for (const to of [
    { x: 112, y: 94 },
    { x: 121.5, y: 92 },
  ])
    expect(await tryFor(to)).toBe('accepted');
  const before = await refusals('obstacle');
  // The movement budget covers 1.5 units straight through long before it covers the 12 units around the fence.
  expect(await tryFor({ x: 123, y: 92 })).toBe('obstacle');
  expect(await tryFor({ x: 122.2, y: 92 })).toBe('obstacle');
  expect(await refusals('obstacle')).toBe(before + 2);
  expect(await serverPosition(cheat)).toEqual({ x: 121.5, y: 92 });
});

it('a step with a used or older sequence number is refused', async () => {
  const to = { x: 101, y: 100 };
  expect(await move(to, cheat, 50)).toMatchObject({ accepted: true });
  cheat.at = to;
  for (const seq of [50, 49, 0]) await expectRefused({ x: 101.2, y: 100 }, 'sequence', seq);
});

it('a flood of steps is cut to the limit and answered, and dropped steps do not move the character', async () => {
  const before = await errors('character:move', 'dropped');
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => move({ x: 100 + index / 100, y: 100 })));
  const dropped = answers.filter((answer) => answer.dropped === true);
  expect(dropped.length).toBeGreaterThan(0);
  for (const answer of dropped) expect(answer).toEqual({ success: true, dropped: true });
  expect(await errors('character:move', 'dropped')).toBe(before + dropped.length);
  const last = answers.findLastIndex((answer) => answer['accepted'] === true);
  expect(await serverPosition(cheat)).toEqual({ x: 100 + last / 100, y: 100 });
});

it("another player's character cannot be moved, neither by naming it nor by selecting it", async () => {
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
  // Both players still play their own characters.
  expect(await move({ x: 100.2, y: 100 })).toMatchObject({ accepted: true });
  expect(await serverPosition(victim)).toEqual(victim.at);
  expect(victim.client.eventsNamed('character:released')).toEqual([]);
});

it('a step with coordinates of the previous zone is refused and moves the character in neither zone', async () => {
  const previous = cheat.at;
  const entered = await cheat.client.send('zone:enter', { exitId: 'waystone' });
  expect(entered).toMatchObject({ success: true, zone: 'harbor' });
  const { x, y } = (entered as unknown as { character: Position }).character;
  cheat.at = { x, y };
  expect(cheat.at).not.toEqual(previous);
  await expectRefused({ x: previous.x + 0.5, y: previous.y }, 'teleport');
  const { players, zone } = cheat.client.eventsNamed('zone:state').at(-1) ?? { players: [], zone: '' };
  expect(zone).toBe('harbor');
  expect(players.find(({ id }) => id === cheat.characterId)).toMatchObject(cheat.at);
});

it('a step without a character is refused and counted', async () => {
  const before = await refusals('no_character');
  const { client } = await game.join();
  const answer = await client.send('character:move', { seq: 1, x: 100, y: 100 });
  expect(answer).toMatchObject({ success: false, error: { code: 'NO_CHARACTER' } });
  expect(await refusals('no_character')).toBe(before + 1);
  expect(client.eventsNamed('character:correction')).toEqual([]);
});
