/** Accounts on a real database: atomic deletion, lists, exports, and the purge of idle guests. */
import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { AccountsFixture } from '../../../../test/support/domains/accounts-fixture';
import { uniqueName } from '../../../../test/support/clients/client';
import type { SessionAnswer } from './sessions/sessions.service';

const DAY_MS = 86_400_000;
let world: AccountsFixture;

beforeEach(async () => {
  world = await AccountsFixture.open({ GUEST_RETENTION: '30d', LIMITS: 'off' });
});
afterEach(() => world.close());

const guest = (name?: string): Promise<SessionAnswer> => world.registration.playAsGuest({ name });
const exists = async (id: string): Promise<boolean> => (await world.accounts.find(id)) !== null;

describe('deleting an account', () => {
  it('runs the cleaners, ends the sessions, closes the connections and frees the name', async () => {
    const cleaned: string[] = [];
    world.service.onDelete(async (userId) => void cleaned.push(userId));
    const { user, accessToken, refreshToken } = await guest('Wanderer');
    await world.verifier.verify(accessToken);
    await world.data.deleteAccount(user.id);
    expect(cleaned).toEqual([user.id]);
    expect(world.disconnectCalls).toEqual([[user.id, 'LOGGED_OUT']]);
    expect(await world.outcomeOf(world.verifier.verify(accessToken))).toBe('INVALID_TOKEN');
    expect(await world.outcomeOf(world.sessions.rotate(refreshToken))).toBe('INVALID_TOKEN');
    expect((await guest('wanderer')).user.id).not.toBe(user.id);
  });

  it('changes nothing if a cleaner fails', async () => {
    const { user, accessToken } = await guest();
    const { user: witness } = await guest();
    // This cleaner succeeds before the next one fails.
    world.service.onDelete(async () => world.accounts.remove(witness.id));
    world.service.onDelete(() => Promise.reject(new Error('not now')));
    await expect(world.data.deleteAccount(user.id)).rejects.toThrow('not now');
    expect(await exists(user.id)).toBe(true);
    expect(await exists(witness.id)).toBe(true);
    expect(world.disconnectCalls).toEqual([]);
    expect(await world.outcomeOf(world.verifier.verify(accessToken))).toBe('ok');
  });

  it('continues after an interruption: unbounded data first, the account last', async () => {
    const { user } = await guest();
    const calls: string[] = [];
    let remaining = 3;
    world.service.onDelete(
      async () => {
        calls.push('rest');
        if (calls.length < 5) throw new Error('cut off');
      },
      async () => {
        calls.push('part');
        return --remaining > 0;
      },
    );
    await expect(world.data.deleteAccount(user.id)).rejects.toThrow('cut off');
    expect(calls).toEqual(['part', 'part', 'part', 'rest']);
    world.now += DAY_MS;
    expect(await world.purge.purge()).toBe(0);
    expect(await exists(user.id)).toBe(false);
  });

  it('runs once for concurrent calls, and keeps other accounts', async () => {
    const { user } = await guest();
    const { user: other } = await guest();
    let cleaned = 0;
    world.service.onDelete(async () => void (cleaned += 1));
    await Promise.all([world.data.deleteAccount(user.id), world.data.deleteAccount(user.id)]);
    expect(cleaned).toBe(1);
    expect(await exists(other.id)).toBe(true);
  });
});

it('account export: has one part per domain', async () => {
  const { user } = await guest();
  world.service.onExport('things', async (userId) => [`of ${userId}`]);
  expect(() => world.service.onExport('things', async () => [])).toThrow('already');
  world.service.onExport('pages', async function* (userId) {
    yield [userId];
    yield [];
    yield ['last'];
  });
  world.service.onExport('nothing', async function* () {
    yield [];
  });
  const pieces: string[] = [];
  for await (const piece of world.data.export(user.id)) pieces.push(piece);
  expect(JSON.parse(pieces.join(''))).toEqual({
    things: [`of ${user.id}`],
    pages: [user.id, 'last'],
    nothing: [],
  });
});

describe('guest purge', () => {
  it('deletes idle guests in batches, but neither active guests nor registered accounts', async () => {
    const idle = await Promise.all(Array.from({ length: 45 }, () => guest()));
    const password = 'correct horse battery';
    const { user: player } = await world.registration.register(
      { username: uniqueName(), password },
      null,
      '198.51.100.3',
    );
    world.now += 31 * DAY_MS;
    const fresh = await guest();
    const cleaned: string[] = [];
    world.service.onDelete(async (userId) => void cleaned.push(userId));
    expect(await world.purge.purge()).toBe(45);
    expect(cleaned.sort()).toEqual(idle.map(({ user }) => user.id).sort());
    expect(await exists(player.id)).toBe(true);
    expect(await exists(fresh.user.id)).toBe(true);
  });

  it('keeps a guest that was seen again', async () => {
    const { user } = await guest();
    world.now += 31 * DAY_MS;
    expect(await world.service.touchLastSeen(user.id, new Date(world.now))).toBe(user.name);
    await world.service.touchLastSeen(user.id, new Date(world.now - 40 * DAY_MS));
    expect(await world.service.touchLastSeen(randomUUID(), new Date(world.now))).toBeNull();
    expect(await world.purge.purge()).toBe(0);
  });

  it('does nothing while another node holds the claim', async () => {
    await guest();
    world.now += 31 * DAY_MS;
    const [first, second] = await Promise.all([world.purge.purge(), world.purge.purge()]);
    expect(first + second).toBe(1);
    await guest();
    world.now += 31 * DAY_MS;
    // As on another node: outside of the transaction that holds the claim.
    const elsewhere = AsyncResource.bind(() => world.purge.purge());
    await world.database.transaction(async () => {
      expect(await world.lists.tryClaimPurge()).toBe(true);
      expect(await elsewhere()).toBe(0);
    });
    expect(await world.purge.purge()).toBe(1);
  });
});

describe('AccountsService', () => {
  it('finds names by id, and ids by name', async () => {
    const { user } = await guest('Wanderer');
    expect(await world.service.findByName('wANDERER')).toEqual({ id: user.id, name: 'Wanderer' });
    expect(await world.service.findByName('nobody')).toBeNull();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await world.service.namesOf([user.id, nobody])).toEqual(new Map([[user.id, 'Wanderer']]));
    expect(await world.service.namesOf([])).toEqual(new Map());
    expect(await world.outcomeOf(world.service.requireUser(nobody))).toBe('NOT_FOUND');
    expect(await world.outcomeOf(world.service.ban(nobody, { reason: 'x' }))).toBe('NOT_FOUND');
  });

  it('lists users by name in pages, without emails', async () => {
    for (const name of ['Ann_a', 'annXb', 'ann_c', 'Ben']) await guest(name);
    const first = await world.service.listUsers({ query: 'ANN', limit: 2 });
    const second = await world.service.listUsers({ query: 'ANN', limit: 2, cursor: first.next });
    const names = [first, second].map(({ users }) => users.map(({ displayName }) => displayName));
    expect(names.flat().sort()).toEqual(['Ann_a', 'annXb', 'ann_c'].sort());
    expect([first.users.length, second.users.length, second.next]).toEqual([2, 1, undefined]);
    // Wildcards of LIKE are escaped.
    expect((await world.service.listUsers({ query: 'ann_' })).users).toHaveLength(2);
    expect(Object.keys(first.users[0]!).sort()).toEqual([
      'createdAt',
      'displayName',
      'id',
      'isGuest',
      'lastSeenAt',
      'login',
      'roles',
      'status',
    ]);
  });

  it('shows a ban until it expires', async () => {
    const { user } = await guest();
    const until = new Date(world.now + 60_000);
    await world.service.ban(user.id, { reason: 'cheating', until });
    expect(await world.service.requireUser(user.id)).toMatchObject({
      status: 'banned',
      banReason: 'cheating',
      bannedUntil: until.toISOString(),
    });
    world.now = until.getTime();
    expect(await world.service.requireUser(user.id)).toMatchObject({ status: 'active' });
  });
});

it('setRoles: takes effect on existing tokens at once', async () => {
  const { user, accessToken } = await guest();
  await world.verifier.verify(accessToken);
  await world.service.setRoles(user.id, ['player', 'moderator']);
  expect((await world.verifier.verify(accessToken)).roles).toEqual(['player', 'moderator']);
});
