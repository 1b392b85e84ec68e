/** Presence as others see it: coming, going, moods, and being there without being seen. */
import type { PresenceView } from '@aeturnis/contracts';
import { RealtimeService } from '@aeturnis/realtime';
import { client, closeClients, connect, registerPlayer, type TestClient, until } from '../support/client';
import { type Game, type JoinedPlayer, startGame } from '../support/game';
import { Gate } from '../support/gate';
import { createMigratedDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

let game: Game;
beforeAll(async () => {
  game = await startGame();
});
afterEach(closeClients);
afterAll(() => game.close());

const NOBODY = '00000000-0000-4000-8000-000000000000';

const look = async (client: TestClient, ...userIds: string[]): Promise<PresenceView[]> =>
  (await client.send('presence:get', { userIds }))['users'] as PresenceView[];

const update = (client: TestClient, wish: object) => client.send('presence:update', wish);

/** A player, and another one who follows that player. */
async function watched(): Promise<{ anna: JoinedPlayer; ben: JoinedPlayer }> {
  const [anna, ben] = [await game.join(), await game.join()];
  await ben.client.send('presence:subscribe', { userIds: [anna.id] });
  return { anna, ben };
}

/** What the client was told of that user, in order. */
const told = (client: TestClient, userId: string): string[] =>
  client.received
    .filter(({ event, payload }) => event.startsWith('player:') && (payload as { userId: string }).userId === userId)
    .map(({ event, payload }) => [event, (payload as { status?: string }).status].filter(Boolean).join(' '));

describe('presence:get', () => {
  it('answers in the order asked; unknown users are offline and were never seen', async () => {
    const [anna, ben] = [await game.join(), await game.play()];
    const { client } = ben;
    await client.send('presence:update', { status: 'away', activity: 'baking' });
    await until(async () => (await look(client, ben.id))[0]?.zone !== undefined, 'the zone is known');
    expect(await look(client, NOBODY, ben.id.toUpperCase(), anna.id)).toEqual([
      { userId: NOBODY, online: false, status: 'offline', lastSeen: null },
      {
        userId: ben.id,
        online: true,
        status: 'away',
        activity: 'baking',
        characterId: ben.character.id,
        zone: 'starting_village',
        lastSeen: null,
      },
      { userId: anna.id, online: true, status: 'online', lastSeen: null },
    ]);
  });

  it.each([
    ['nobody', { userIds: [] }],
    ['101 users', { userIds: Array(101).fill(NOBODY) }],
    ['what is no id', { userIds: ['x'] }],
    ['an id without a list', { userIds: NOBODY }],
    ['nothing', {}],
  ])('refuses %s', async (_, wrong) => {
    const anna = await game.join();
    expect(await anna.client.send('presence:get', wrong)).toMatchObject({ error: { code: 'VALIDATION' } });
  });
});

describe('coming and going', () => {
  it('is told once, however many connections there are', async () => {
    const { anna, ben } = await watched();
    const second = await game.connect(anna);
    anna.client.close();
    await second.settled();
    expect(await look(ben.client, anna.id)).toMatchObject([{ online: true }]);
    second.close();
    const offline = await ben.client.event('player:offline');
    expect(offline).toEqual({
      userId: anna.id,
      username: anna.name,
      lastSeen: expect.any(String),
      timestamp: expect.any(Number),
    });
    expect(await look(ben.client, anna.id)).toEqual([
      { userId: anna.id, online: false, status: 'offline', lastSeen: offline.lastSeen },
    ]);
    await game.connect(anna);
    expect(await ben.client.event('player:online')).toEqual({
      userId: anna.id,
      username: anna.name,
      timestamp: expect.any(Number),
    });
    expect(told(ben.client, anna.id)).toEqual(['player:offline', 'player:online']);
  });

  it('is not told for a reconnection without a pause', async () => {
    const { anna, ben } = await watched();
    const carl = await game.join();
    await ben.client.send('presence:subscribe', { userIds: [carl.id] });
    anna.client.close();
    carl.client.close();
    await game.connect(anna);
    // Both closed together: when the one is told, the other would have been.
    await ben.client.event('player:offline', ({ userId }) => userId === carl.id);
    expect(told(ben.client, anna.id)).toEqual([]);
  });

  it('is told to those who follow, as long as they do', async () => {
    const { anna, ben } = await watched();
    const carl = await game.join();
    await ben.client.send('presence:unsubscribe', { userIds: [anna.id] });
    await carl.client.send('presence:subscribe', { userIds: [anna.id.toUpperCase(), NOBODY] });
    await update(anna.client, { status: 'busy' });
    await carl.client.event('player:status_change');
    await ben.client.settled();
    expect(told(ben.client, anna.id)).toEqual([]);
  });
});

describe('presence:subscribe', () => {
  it('answers how they are now', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const answer = await ben.client.send('presence:subscribe', { userIds: [anna.id, NOBODY] });
    expect(answer).toEqual({ success: true, users: await look(ben.client, anna.id, NOBODY) });
  });

  it('follows at most 500 users on one connection, and then none more', async () => {
    const { anna, ben } = await watched();
    const ids = Array.from({ length: 500 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    const subscribe = (userIds: string[]) => ben.client.send('presence:subscribe', { userIds });
    for (let start = 0; start < 400; start += 100) {
      expect(await subscribe(ids.slice(start, start + 100))).toMatchObject({ success: true });
    }
    expect(await subscribe(ids.slice(400))).toMatchObject({ error: { code: 'VALIDATION' } });
    expect(await subscribe(ids.slice(401))).toMatchObject({ success: true });
    expect(await subscribe([anna.id, ...ids.slice(0, 99)])).toMatchObject({ success: true });
    expect(await subscribe(ids.slice(400, 401))).toMatchObject({ error: { code: 'VALIDATION' } });
  });
});

describe('status and activity', () => {
  it('are told when they really change, and kept for the next time', async () => {
    const { anna, ben } = await watched();
    expect(await update(anna.client, { status: 'busy', activity: 'fishing' })).toEqual({
      success: true,
      status: 'busy',
      activity: 'fishing',
    });
    await update(anna.client, { status: 'busy' });
    await update(anna.client, {});
    expect(await update(anna.client, { activity: null })).toEqual({ success: true, status: 'busy' });
    await ben.client.settled();
    expect(ben.client.all('player:status_change')).toEqual([
      { userId: anna.id, status: 'busy', activity: 'fishing', timestamp: expect.any(Number) },
      { userId: anna.id, status: 'busy', timestamp: expect.any(Number) },
    ]);
    const again = await game.connect(anna);
    expect((await again.event('system:sync'))['presence']).toEqual({ status: 'busy' });
  });

  it.each([{ status: 'offline' }, { activity: '' }, { activity: 'x'.repeat(81) }, { activity: 'a\nb' }, { zone: 'x' }])(
    'may not be %j',
    async (wrong) => {
      const anna = await game.join();
      expect(await update(anna.client, wrong)).toMatchObject({ error: { code: 'VALIDATION' } });
    },
  );
});

describe('an invisible user', () => {
  it('seems to go, changes without a trace, and seems to come back', async () => {
    const { anna, ben } = await watched();
    expect(await update(anna.client, { status: 'invisible' })).toMatchObject({ success: true, status: 'invisible' });
    const { lastSeen } = await ben.client.event('player:offline');
    expect(await look(ben.client, anna.id)).toEqual([{ userId: anna.id, online: false, status: 'offline', lastSeen }]);
    await update(anna.client, { activity: 'hiding' });
    await update(anna.client, { status: 'busy' });
    await ben.client.event('player:status_change');
    expect(told(ben.client, anna.id)).toEqual(['player:offline', 'player:online', 'player:status_change busy']);
  });

  it('stays unseen over a reconnection, and so does the time of it', async () => {
    const { anna, ben } = await watched();
    await update(anna.client, { status: 'invisible' });
    const { lastSeen } = await ben.client.event('player:offline');
    anna.client.close();
    const carl = await game.join();
    await ben.client.send('presence:subscribe', { userIds: [carl.id] });
    carl.client.close();
    // Carl left later than Anna: when that is told, hers would have been.
    await ben.client.event('player:offline', ({ userId }) => userId === carl.id);
    const again = await game.connect(anna);
    expect((await again.event('system:sync'))['presence']).toEqual({ status: 'invisible' });
    await ben.client.settled();
    expect(told(ben.client, anna.id)).toEqual(['player:offline']);
    expect(await look(ben.client, anna.id)).toEqual([{ userId: anna.id, online: false, status: 'offline', lastSeen }]);
  });
});

it('who was there when the server ended was last seen then', async () => {
  const database = await createMigratedDatabase();
  const first = await startTestServer({ DATABASE_URL: database.url });
  const [ben, ...others] = await Promise.all(Array.from({ length: 10 }, () => registerPlayer(first.url)));
  await Promise.all(others.map(({ accessToken }) => connect(first.url, accessToken)));
  await first.close();
  const second = await startTestServer({ DATABASE_URL: database.url });
  try {
    const client = await connect(second.url, ben?.accessToken ?? '');
    expect(await look(client, ...others.map(({ id }) => id))).toEqual(
      others.map(({ id }) => ({ userId: id, online: false, status: 'offline', lastSeen: expect.any(String) })),
    );
  } finally {
    await second.close();
    await database.drop();
  }
});

describe('while the database is away', () => {
  it('who came and went is told as come and gone when it is back', async () => {
    const database = await createMigratedDatabase();
    const gate = await Gate.before(database.url);
    await gate.open();
    const server = await startTestServer({ DATABASE_URL: gate.url });
    const presence = server.app.get(RealtimeService);
    try {
      const [anna, ben] = [await registerPlayer(server.url), await registerPlayer(server.url)];
      const watching = await connect(server.url, ben.accessToken);
      await watching.send('presence:subscribe', { userIds: [anna.id] });
      const before = await connect(server.url, anna.accessToken);
      before.close();
      await watching.event('player:offline', ({ userId }) => userId === anna.id);
      gate.hold();
      const coming = client(server.url, anna.accessToken);
      await until(() => presence.isUserOnline(anna.id), 'online');
      await gate.shut();
      coming.close();
      await until(async () => !(await presence.isUserOnline(anna.id)), 'offline');
      watching.forget();
      gate.release();
      await gate.open();
      await watching.event('player:offline', ({ userId }) => userId === anna.id);
      expect(told(watching, anna.id)).toEqual(['player:online', 'player:offline']);
    } finally {
      await server.close();
      await gate.shut();
      await database.drop();
    }
  });

  it('nobody can be told who left, and everybody is told when it is back', async () => {
    const database = await createMigratedDatabase();
    const gate = await Gate.before(database.url);
    await gate.open();
    const server = await startTestServer({ DATABASE_URL: gate.url });
    try {
      const [anna, ben] = [await registerPlayer(server.url), await registerPlayer(server.url)];
      const [leaving, watching] = [
        await connect(server.url, anna.accessToken),
        await connect(server.url, ben.accessToken),
      ];
      await watching.send('presence:subscribe', { userIds: [anna.id] });
      await gate.shut();
      leaving.close();
      const realtime = server.app.get(RealtimeService);
      await until(async () => !(await realtime.isUserOnline(anna.id)), 'offline');
      await watching.settled();
      expect(told(watching, anna.id)).toEqual([]);
      await gate.open();
      await watching.event('player:offline', ({ userId }) => userId === anna.id);
      expect(told(watching, anna.id)).toEqual(['player:offline']);
    } finally {
      await server.close();
      await gate.shut();
      await database.drop();
    }
  });
});
