/** Presence for other users: online and offline, statuses, and invisible users. */
import type { PresenceView } from '@aeturnis/contracts';
import { RealtimeService } from '@aeturnis/realtime';
import { createTestClient, connect, registerPlayer, type TestClient, waitUntil } from '../support/clients/client';
import { type JoinedPlayer, useGame } from '../support/servers/game';
import { Gate } from '../support/faults/gate';
import { createMigratedDatabase } from '../support/databases/postgres';
import { startTestServer } from '../support/servers/server';

const game = useGame();

const NOBODY = '00000000-0000-4000-8000-000000000000';

const presenceOf = async (client: TestClient, ...userIds: string[]): Promise<PresenceView[]> =>
  (await client.send('presence:get', { userIds }))['users'] as PresenceView[];

const update = (client: TestClient, change: object) => client.send('presence:update', change);

/** A user, and a second one subscribed to the presence of the first. */
async function enterPlayerAndFollower(): Promise<{ anna: JoinedPlayer; ben: JoinedPlayer }> {
  const [anna, ben] = [await game.join(), await game.join()];
  await ben.client.send('presence:subscribe', { userIds: [anna.id] });
  return { anna, ben };
}

/** The presence events about a user that the client received, in order. */
const eventsAbout = (client: TestClient, userId: string): string[] =>
  client.received
    .filter(({ event, payload }) => event.startsWith('player:') && (payload as { userId: string }).userId === userId)
    .map(({ event, payload }) => [event, (payload as { status?: string }).status].filter(Boolean).join(' '));

describe('presence:get', () => {
  it('answers in the order requested; unknown users are offline with no last seen time', async () => {
    const [anna, ben] = [await game.join(), await game.play()];
    const { client } = ben;
    await client.send('presence:update', { status: 'away', activity: 'baking' });
    await waitUntil(async () => (await presenceOf(client, ben.id))[0]?.zone !== undefined, 'the zone is known');
    expect(await presenceOf(client, NOBODY, ben.id.toUpperCase(), anna.id)).toEqual([
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
    ['an empty list', { userIds: [] }],
    ['101 users', { userIds: Array(101).fill(NOBODY) }],
    ['an invalid id', { userIds: ['x'] }],
    ['an id without a list', { userIds: NOBODY }],
    ['nothing', {}],
  ])('refuses %s', async (_, wrong) => {
    const anna = await game.join();
    expect(await anna.client.send('presence:get', wrong)).toMatchObject({ error: { code: 'VALIDATION' } });
  });
});

describe('going online and offline', () => {
  it('is announced once, however many connections the user has', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
    const second = await game.connect(anna);
    anna.client.close();
    await second.roundTrip();
    expect(await presenceOf(ben.client, anna.id)).toMatchObject([{ online: true }]);
    second.close();
    const offline = await ben.client.waitForEvent('player:offline');
    expect(offline).toEqual({
      userId: anna.id,
      username: anna.name,
      lastSeen: expect.any(String),
      timestamp: expect.any(Number),
    });
    expect(await presenceOf(ben.client, anna.id)).toEqual([
      { userId: anna.id, online: false, status: 'offline', lastSeen: offline.lastSeen },
    ]);
    await game.connect(anna);
    expect(await ben.client.waitForEvent('player:online')).toEqual({
      userId: anna.id,
      username: anna.name,
      timestamp: expect.any(Number),
    });
    expect(eventsAbout(ben.client, anna.id)).toEqual(['player:offline', 'player:online']);
  });

  it('is not announced for an immediate reconnect', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
    const carl = await game.join();
    await ben.client.send('presence:subscribe', { userIds: [carl.id] });
    anna.client.close();
    carl.client.close();
    await game.connect(anna);
    // Both connections closed together: when Carl is announced offline, Anna would have been too.
    await ben.client.waitForEvent('player:offline', ({ userId }) => userId === carl.id);
    expect(eventsAbout(ben.client, anna.id)).toEqual([]);
  });

  it('is announced to subscribers, as long as they are subscribed', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
    const carl = await game.join();
    await ben.client.send('presence:unsubscribe', { userIds: [anna.id] });
    await carl.client.send('presence:subscribe', { userIds: [anna.id.toUpperCase(), NOBODY] });
    await update(anna.client, { status: 'busy' });
    await carl.client.waitForEvent('player:status_change');
    await ben.client.roundTrip();
    expect(eventsAbout(ben.client, anna.id)).toEqual([]);
  });
});

describe('presence:subscribe', () => {
  it('answers the present state', async () => {
    const [anna, ben] = [await game.join(), await game.join()];
    const answer = await ben.client.send('presence:subscribe', { userIds: [anna.id, NOBODY] });
    expect(answer).toEqual({ success: true, users: await presenceOf(ben.client, anna.id, NOBODY) });
  });

  it('accepts at most 500 users on one connection', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
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
  it('are announced when they change, and kept for the next session', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
    expect(await update(anna.client, { status: 'busy', activity: 'fishing' })).toEqual({
      success: true,
      status: 'busy',
      activity: 'fishing',
    });
    await update(anna.client, { status: 'busy' });
    await update(anna.client, {});
    expect(await update(anna.client, { activity: null })).toEqual({ success: true, status: 'busy' });
    await ben.client.roundTrip();
    expect(ben.client.eventsNamed('player:status_change')).toEqual([
      { userId: anna.id, status: 'busy', activity: 'fishing', timestamp: expect.any(Number) },
      { userId: anna.id, status: 'busy', timestamp: expect.any(Number) },
    ]);
    const reconnected = await game.connect(anna);
    expect((await reconnected.waitForEvent('system:sync'))['presence']).toEqual({ status: 'busy' });
  });

  it.each([{ status: 'offline' }, { activity: '' }, { activity: 'x'.repeat(81) }, { activity: 'a\nb' }, { zone: 'x' }])(
    'are refused as %j',
    async (wrong) => {
      const anna = await game.join();
      expect(await update(anna.client, wrong)).toMatchObject({ error: { code: 'VALIDATION' } });
    },
  );
});

describe('an invisible user', () => {
  it('appears offline, changes unnoticed, and appears online again', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
    expect(await update(anna.client, { status: 'invisible' })).toMatchObject({ success: true, status: 'invisible' });
    const { lastSeen } = await ben.client.waitForEvent('player:offline');
    expect(await presenceOf(ben.client, anna.id)).toEqual([
      { userId: anna.id, online: false, status: 'offline', lastSeen },
    ]);
    await update(anna.client, { activity: 'hiding' });
    await update(anna.client, { status: 'busy' });
    await ben.client.waitForEvent('player:status_change');
    expect(eventsAbout(ben.client, anna.id)).toEqual(['player:offline', 'player:online', 'player:status_change busy']);
  });

  it('stays invisible over a reconnect, with an unchanged last seen time', async () => {
    const { anna, ben } = await enterPlayerAndFollower();
    await update(anna.client, { status: 'invisible' });
    const { lastSeen } = await ben.client.waitForEvent('player:offline');
    anna.client.close();
    const carl = await game.join();
    await ben.client.send('presence:subscribe', { userIds: [carl.id] });
    carl.client.close();
    // Carl left later than Anna: when he is announced offline, she would have been too.
    await ben.client.waitForEvent('player:offline', ({ userId }) => userId === carl.id);
    const reconnected = await game.connect(anna);
    expect((await reconnected.waitForEvent('system:sync'))['presence']).toEqual({ status: 'invisible' });
    await ben.client.roundTrip();
    expect(eventsAbout(ben.client, anna.id)).toEqual(['player:offline']);
    expect(await presenceOf(ben.client, anna.id)).toEqual([
      { userId: anna.id, online: false, status: 'offline', lastSeen },
    ]);
  });
});

it('a user that was online when the server stopped has that time as last seen', async () => {
  const database = await createMigratedDatabase();
  const first = await startTestServer({ DATABASE_URL: database.url });
  const [ben, ...others] = await Promise.all(Array.from({ length: 10 }, () => registerPlayer(first.url)));
  await Promise.all(others.map(({ accessToken }) => connect(first.url, accessToken)));
  await first.close();
  const second = await startTestServer({ DATABASE_URL: database.url });
  try {
    const client = await connect(second.url, ben?.accessToken ?? '');
    expect(await presenceOf(client, ...others.map(({ id }) => id))).toEqual(
      others.map(({ id }) => ({ userId: id, online: false, status: 'offline', lastSeen: expect.any(String) })),
    );
  } finally {
    await second.close();
    await database.drop();
  }
});

describe('during an outage of the database', () => {
  it('a user that goes online and offline is announced with both after the outage', async () => {
    const database = await createMigratedDatabase();
    const gate = await Gate.openInFrontOf(database.url);
    const server = await startTestServer({ DATABASE_URL: gate.url });
    const presence = server.app.get(RealtimeService);
    try {
      const [anna, ben] = [await registerPlayer(server.url), await registerPlayer(server.url)];
      const watcher = await connect(server.url, ben.accessToken);
      await watcher.send('presence:subscribe', { userIds: [anna.id] });
      const before = await connect(server.url, anna.accessToken);
      before.close();
      await watcher.waitForEvent('player:offline', ({ userId }) => userId === anna.id);
      gate.stall();
      const client = createTestClient(server.url, anna.accessToken);
      await waitUntil(() => presence.isUserOnline(anna.id), 'online');
      await gate.close();
      client.close();
      await waitUntil(async () => !(await presence.isUserOnline(anna.id)), 'offline');
      watcher.clearReceived();
      gate.resume();
      await gate.open();
      await watcher.waitForEvent('player:offline', ({ userId }) => userId === anna.id);
      expect(eventsAbout(watcher, anna.id)).toEqual(['player:online', 'player:offline']);
    } finally {
      await server.close();
      await gate.close();
      await database.drop();
    }
  });

  it('a user that goes offline is announced after the outage', async () => {
    const database = await createMigratedDatabase();
    const gate = await Gate.openInFrontOf(database.url);
    const server = await startTestServer({ DATABASE_URL: gate.url });
    try {
      const [anna, ben] = [await registerPlayer(server.url), await registerPlayer(server.url)];
      const [client, watcher] = [
        await connect(server.url, anna.accessToken),
        await connect(server.url, ben.accessToken),
      ];
      await watcher.send('presence:subscribe', { userIds: [anna.id] });
      await gate.close();
      client.close();
      const realtime = server.app.get(RealtimeService);
      await waitUntil(async () => !(await realtime.isUserOnline(anna.id)), 'offline');
      await watcher.roundTrip();
      expect(eventsAbout(watcher, anna.id)).toEqual([]);
      await gate.open();
      await watcher.waitForEvent('player:offline', ({ userId }) => userId === anna.id);
      expect(eventsAbout(watcher, anna.id)).toEqual(['player:offline']);
    } finally {
      await server.close();
      await gate.close();
      await database.drop();
    }
  });
});
