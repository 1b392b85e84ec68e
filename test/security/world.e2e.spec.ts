/** World cheats and malformed input: what a hostile client sends changes nothing, is answered and is counted. */
import { closeClients, connect, createCharacter, type TestClient } from '../support/clients/client';
import { type Game, startGame } from '../support/servers/game';
import { readMetric } from '../support/servers/metrics';
import { type PlayingClient, playNewCharacter, untilLeft, untilMoved } from '../support/zones/playing-clients';

let game: Game;
let ann: PlayingClient;

beforeAll(async () => {
  game = await startGame();
});
beforeEach(async () => {
  ann = await playNewCharacter(game.server);
});
afterEach(closeClients);
afterAll(() => game.close());

const move = (client: TestClient, payload: unknown) => client.send('character:move', payload);
/** In units: the movement budget saves 2.8 seconds of walking and tolerates half a percent. */
const farthest = (startedAt: number): number => 5.025 * ((Date.now() - startedAt) / 1000 + 2.8);
const correction = (seq: number) => ann.client.waitForEvent('character:correction', (sent) => sent.seq === seq);
const position = async (): Promise<unknown> => {
  ann.client.clearReceived();
  const { character } = await ann.client.send('character:select', { characterId: ann.id });
  const { x, y } = character as { x: number; y: number };
  return [x, y];
};
const metric = (series: string): Promise<number> => readMetric(game.server.url, series);

describe("another player's character", () => {
  it('is answered like one that does not exist', async () => {
    const { client } = await game.join();
    const answer = await client.send('character:select', { characterId: ann.id });
    expect(answer).toEqual({
      success: false,
      error: { code: 'NOT_FOUND', message: 'There is no such character', retryable: false },
    });
    await client.roundTrip();
    expect(client.eventsNamed('zone:state')).toEqual([]);
    expect(ann.client.eventsNamed('character:released')).toEqual([]);
    expect(await move(ann.client, { seq: 1, x: 100.5, y: 100 })).toMatchObject({ accepted: true });
  });

  it('cannot be moved: a move that names a character is invalid', async () => {
    const bob = await playNewCharacter(game.server);
    const answer = await move(bob.client, { seq: 1, x: 101, y: 100, characterId: ann.id });
    expect(answer).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await position()).toEqual([100, 100]);
  });
});

describe('an impossible step', () => {
  it.each([
    ['bounds', { x: -1, y: 100 }],
    ['bounds', { x: 100, y: 200.5 }],
    ['bounds', { x: 999_999, y: 999_999 }],
    ['speed', { x: 115, y: 100 }],
    ['teleport', { x: 180, y: 180 }],
  ])('is refused for %s, corrected and counted', async (reason, to) => {
    const line = `aeturnis_moves_refused_total{reason="${reason}"}`;
    const before = await metric(line);
    expect(await move(ann.client, { seq: 7, ...to })).toEqual({ success: true, accepted: false });
    expect(await correction(7)).toEqual({ seq: 7, x: 100, y: 100, reason });
    expect(await metric(line)).toBe(before + 1);
    expect(await position()).toEqual([100, 100]);
  });

  it('is refused for a used sequence number, and does not use up its number when refused', async () => {
    expect(await move(ann.client, { seq: 5, x: 101, y: 100 })).toMatchObject({ accepted: true });
    for (const seq of [5, 4, 0]) {
      expect(await move(ann.client, { seq, x: 102, y: 100 })).toMatchObject({ accepted: false });
      expect(await correction(seq)).toEqual({ seq, x: 101, y: 100, reason: 'sequence' });
    }
    expect(await move(ann.client, { seq: 9, x: 190, y: 100 })).toMatchObject({ accepted: false });
    expect(await move(ann.client, { seq: 9, x: 102, y: 100 })).toMatchObject({ accepted: true });
  });

  it('does not become possible by splitting it into small steps', async () => {
    let accepted = 0;
    const startedAt = Date.now();
    for (let seq = 1; seq <= 12; seq++) {
      const answer = await move(ann.client, { seq, x: 100 + 5 * seq, y: 100 });
      if (answer['accepted'] === true) accepted += 5;
    }
    expect(accepted).toBeLessThanOrEqual(farthest(startedAt));
    const [x] = (await position()) as [number, number];
    expect(x).toBe(100 + accepted);
  });

  it('does not become possible by selecting the character again', async () => {
    let x = 100;
    const startedAt = Date.now();
    for (let round = 0; round < 6; round++) {
      const other = await connect(game.server.url, ann.player.accessToken);
      await other.send('character:select', { characterId: ann.id });
      const answer = await move(other, { seq: 1, x: x + 12, y: 100 });
      if (answer['accepted'] === true) x += 12;
      other.close();
    }
    expect(x - 100).toBeLessThanOrEqual(farthest(startedAt));
  });

  it('is not sent to other players', async () => {
    const bob = await playNewCharacter(game.server);
    bob.client.clearReceived();
    await move(ann.client, { seq: 1, x: 180, y: 100 });
    await move(ann.client, { seq: 2, x: 100.5, y: 100 });
    await untilMoved(bob.client, ann.id, 100.5);
    const positions = bob.client
      .eventsNamed('zone:moves')
      .flatMap(({ moves }) => moves.filter(([id]) => id === ann.id));
    expect(positions.map(([, x]) => x).filter((x) => x > 100.5)).toEqual([]);
  });
});

describe('malformed input', () => {
  const deep = JSON.parse('{"a":'.repeat(200) + '1' + '}'.repeat(200)) as unknown;
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'north'],
    ['a list', [1, 2, 3]],
    ['NaN, which travels as null', { seq: 1, x: NaN, y: 1 }],
    ['Infinity, which travels as null', { seq: 1, x: 1, y: Infinity }],
    ['numbers in strings', { seq: '1', x: '101', y: '100' }],
    ['a number past all zones', { seq: 1, x: 1e300, y: 100 }],
    ['a fraction for a sequence number', { seq: 1.5, x: 101, y: 100 }],
    ['a negative sequence number', { seq: -1, x: 101, y: 100 }],
    ['a sequence number past what is exact', { seq: 2 ** 53, x: 101, y: 100 }],
    ['an object for a number', { seq: 1, x: { $gt: 0 }, y: 100 }],
    ['lists for numbers', { seq: [1], x: [101], y: [100] }],
    ['a facing past a full turn', { seq: 1, x: 101, y: 100, facing: 400 }],
    ['deep nesting', { seq: 1, x: 101, y: 100, facing: deep }],
    ['unknown fields', { seq: 1, x: 101, y: 100, speed: 500 }],
    ['a prototype', JSON.parse('{"seq":1,"x":101,"y":100,"__proto__":{"accepted":true}}')],
    ['a constructor', { seq: 1, x: 101, y: 100, constructor: { name: 'Step' } }],
  ])('a step is refused: %s', async (_, payload) => {
    expect(await move(ann.client, payload)).toMatchObject({ success: false, error: { code: 'VALIDATION' } });
    expect(await position()).toEqual([100, 100]);
  });

  it.each<[string, unknown]>([
    ['no id', {}],
    ['no UUID', { characterId: "' or 1=1 --" }],
    ['a list of ids', { characterId: ['7b0cf4c4-5d0c-4d4e-8f5e-1b6f3f1e0a11'] }],
    ['an object', { characterId: { $ne: null } }],
  ])('a selection is refused: %s', async (_, payload) => {
    const answer = await ann.client.send('character:select', payload);
    expect(answer).toMatchObject({ success: false, error: { code: 'VALIDATION' } });
  });
});

describe('a step without a character', () => {
  it('is refused by ack, or by an error event when no ack was requested', async () => {
    const { client } = await game.join();
    expect(await move(client, { seq: 1, x: 1, y: 1 })).toMatchObject({
      success: false,
      error: { code: 'NO_CHARACTER' },
    });
    client.socket.emit('character:move', { seq: 2, x: 1, y: 1 });
    expect(await client.waitForEvent('error')).toMatchObject({ code: 'NO_CHARACTER', event: 'character:move' });
  });
});

describe('a flood of steps', () => {
  it('is cut to the limit; dropped steps are answered, counted and have no effect', async () => {
    const line = 'aeturnis_command_errors_total{event="character:move",code="dropped"}';
    const before = await metric(line);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => move(ann.client, { seq: index + 1, x: 100 + index / 100, y: 100 })),
    );
    const dropped = answers.filter((answer) => answer.dropped === true);
    expect(dropped.length).toBeGreaterThan(0);
    expect(answers.filter(({ success }) => success)).toHaveLength(40);
    expect(await metric(line)).toBe(before + dropped.length);
    const last = answers.findLastIndex((answer) => answer['accepted'] === true);
    expect(await position()).toEqual([100 + last / 100, 100]);
  });

  it('does not delay other players', async () => {
    const bob = await playNewCharacter(game.server);
    const flood = Promise.all(Array.from({ length: 50 }, (_, seq) => move(ann.client, { seq, x: 100, y: 100 })));
    expect(await move(bob.client, { seq: 1, x: 101, y: 100 })).toMatchObject({ accepted: true });
    await flood;
  });
});

describe('concurrent selections', () => {
  it('leave one character per connection', async () => {
    const second = await createCharacter(game.server.url, ann.player);
    const ids = [second.id, ann.id, second.id, ann.id];
    const answers = await Promise.all(ids.map((characterId) => ann.client.send('character:select', { characterId })));
    expect(answers.every(({ success }) => success)).toBe(true);
    const bob = await playNewCharacter(game.server);
    const { players } = await bob.client.waitForEvent('zone:state');
    const seen = players.map(({ id }) => id);
    expect(seen).toContain(ann.id);
    expect(seen).not.toContain(second.id);
  });

  it('leave no ghost when the connection closes during a selection', async () => {
    const { client, ...player } = await game.join();
    const { id } = await createCharacter(game.server.url, player);
    client.socket.emit('character:select', { characterId: id });
    client.close();
    const reconnected = await game.connect(player);
    expect(await reconnected.send('character:select', { characterId: id })).toMatchObject({ success: true });
    // The leave of the first connection may have been announced before.
    ann.client.clearReceived();
    reconnected.close();
    await untilLeft(ann.client, id);
    const bob = await playNewCharacter(game.server);
    const { players } = await bob.client.waitForEvent('zone:state');
    expect(players.map(({ id: playerId }) => playerId)).not.toContain(id);
  });
});
