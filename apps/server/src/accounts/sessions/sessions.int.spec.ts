/** Sessions on a real database: refresh tokens are single-use, reuse ends the session, and no token survives a revocation. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { AccountsFixture } from '../../../../../test/support/domains/accounts-fixture';
import { MAX_ENDED_TOKENS, MAX_SESSIONS, REUSE_GRACE_MS, type SessionAnswer } from './sessions.service';

let world: AccountsFixture;

beforeAll(async () => (world = await AccountsFixture.open({ REFRESH_TOKEN_TTL: '30d' })));
afterAll(() => world.close());
beforeEach(() => world.disconnectCalls.splice(0));

const guest = (): Promise<SessionAnswer> => world.registration.playAsGuest({});
const works = (session: SessionAnswer): Promise<unknown> => world.outcomeOf(world.verifier.verify(session.accessToken));
const rotate = (session: SessionAnswer): Promise<SessionAnswer> => world.sessions.rotate(session.refreshToken);
const sessionOf = async (session: SessionAnswer): Promise<string> =>
  (await world.verifier.verify(session.accessToken)).sessionId;

/** Moves the clock past the grace period of exchanged tokens. */
const later = (): void => void (world.now += REUSE_GRACE_MS + 1);

describe('rotation', () => {
  it('exchanges a token for the next one of the same session', async () => {
    const first = await guest();
    later();
    const second = await rotate(first);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.user).toEqual(first.user);
    expect(await sessionOf(second)).toBe(await sessionOf(first));
    later();
    expect(await world.outcomeOf(rotate(second))).toBe('ok');
    expect(world.disconnectCalls).toEqual([]);
  });

  it('stores tokens as hashes', async () => {
    const { refreshToken } = await guest();
    expect(await world.tokens.find(refreshToken)).toBeNull();
  });

  it('refuses unknown and expired tokens', async () => {
    expect(await world.outcomeOf(world.sessions.rotate(randomUUID()))).toBe('INVALID_TOKEN');
    const session = await guest();
    world.now += world.config.refreshTokenTtlMs;
    expect(await world.outcomeOf(rotate(session))).toBe('EXPIRED_TOKEN');
  });

  it('updates when the user was last seen', async () => {
    const session = await guest();
    world.now += 3_600_000;
    await rotate(session);
    expect((await world.accounts.find(session.user.id))?.lastSeenAt.getTime()).toBe(world.now);
  });
});

describe('a reused refresh token', () => {
  it('ends its own session only', async () => {
    const first = await guest();
    const other = await world.database.transaction(async () => {
      const account = await world.accounts.lock(first.user.id);
      return world.sessions.begin(account!);
    });
    const second = await rotate(first);
    const sessionId = await sessionOf(first);
    later();
    expect(await world.outcomeOf(rotate(first))).toBe('INVALID_TOKEN');
    expect(world.disconnectCalls).toEqual([[first.user.id, 'LOGGED_OUT', sessionId]]);
    for (const ended of [first, second]) {
      expect(await works(ended)).toBe('INVALID_TOKEN');
      expect(await world.outcomeOf(rotate(ended))).toBe('INVALID_TOKEN');
    }
    expect(await works(other)).toBe('ok');
    expect(await world.outcomeOf(rotate(other))).toBe('ok');
  });

  it('is valid within the grace period, for two tabs that refresh at once', async () => {
    const first = await guest();
    const tabs = await Promise.all([rotate(first), rotate(first)]);
    expect(new Set(tabs.map(({ refreshToken }) => refreshToken)).size).toBe(2);
    expect(await Promise.all(tabs.map(works))).toEqual(['ok', 'ok']);
    later();
    // Either of the two responses continues the session.
    expect(await world.outcomeOf(rotate(tabs[0]))).toBe('ok');
  });

  it('ends its session however long ago it was exchanged, without a stored row', async () => {
    const first = await guest();
    let latest = first;
    for (let round = 0; round < 5; round++) {
      later();
      latest = await rotate(latest);
    }
    expect(await world.outcomeOf(rotate(first))).toBe('INVALID_TOKEN');
    expect(await works(latest)).toBe('INVALID_TOKEN');
    expect(await world.outcomeOf(rotate(latest))).toBe('INVALID_TOKEN');
  });

  it('reveals a thief that used it within the grace period', async () => {
    const first = await guest();
    const [victim, thief] = await Promise.all([rotate(first), rotate(first)]);
    later();
    const next = await rotate(thief);
    later();
    expect(await world.outcomeOf(rotate(victim))).toBe('INVALID_TOKEN');
    expect(await works(next)).toBe('INVALID_TOKEN');
  });
});

describe('stored refresh tokens', () => {
  const rowsOf = async ({ user }: SessionAnswer): Promise<number> => {
    const { rows } = await world.database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from refresh_tokens where account_id = ${user.id}`,
    );
    return rows[0]?.count ?? 0;
  };

  it('of a long session are its latest ones only', async () => {
    let session = await guest();
    for (let round = 0; round < 20; round++) {
      later();
      session = await rotate(session);
    }
    expect(await rowsOf(session)).toBeLessThanOrEqual(2);
    expect(await works(session)).toBe('ok');
  });

  it('of an account belong to MAX_SESSIONS sessions at most; one more ends the oldest', async () => {
    const first = await guest();
    const begin = (): Promise<SessionAnswer> =>
      world.database.transaction(async () => {
        world.now += 1;
        return world.sessions.begin((await world.accounts.lock(first.user.id))!);
      });
    const second = await begin();
    for (let count = 2; count < MAX_SESSIONS; count++) await begin();
    expect(await Promise.all([first, second].map(works))).toEqual(['ok', 'ok']);
    const latest = await begin();
    expect(await Promise.all([first, second, latest].map(works))).toEqual(['INVALID_TOKEN', 'ok', 'ok']);
    expect(world.disconnectCalls).toEqual([[first.user.id, 'LOGGED_OUT', expect.any(String)]]);
  });
});

describe('the end of a session', () => {
  it('leaves at most MAX_ENDED_TOKENS tokens of earlier ended sessions', async () => {
    const { user } = await guest();
    for (let count = 0; count < MAX_ENDED_TOKENS + 20; count++)
      await world.database.transaction(async () => {
        const { refreshToken } = await world.sessions.begin((await world.accounts.lock(user.id))!);
        await world.sessions.endByToken(refreshToken);
      });
    const { rows } = await world.database.db.execute(sql`select from refresh_tokens where account_id = ${user.id}`);
    // One of the live session, one of the session that ended last, and those of earlier sessions.
    expect(rows).toHaveLength(MAX_ENDED_TOKENS + 2);
  });

  it('takes effect at once, and closes the connections of the session', async () => {
    const session = await guest();
    const sessionId = await sessionOf(session);
    await world.sessions.endByToken(session.refreshToken);
    expect(await works(session)).toBe('INVALID_TOKEN');
    expect(await world.outcomeOf(rotate(session))).toBe('INVALID_TOKEN');
    expect(world.disconnectCalls).toEqual([[session.user.id, 'LOGGED_OUT', sessionId]]);
  });

  it('is triggered by any of its tokens, however long ago that was exchanged', async () => {
    const first = await guest();
    let latest = first;
    for (let round = 0; round < 3; round++) {
      later();
      latest = await rotate(latest);
    }
    await world.sessions.endByToken(first.refreshToken);
    expect(await works(latest)).toBe('INVALID_TOKEN');
  });

  it('also ends a concurrent refresh', async () => {
    for (let round = 0; round < 25; round++) {
      const session = await guest();
      const [refreshed] = await Promise.allSettled([rotate(session), world.sessions.endByToken(session.refreshToken)]);
      if (refreshed.status === 'rejected') continue;
      expect(await works(refreshed.value)).toBe('INVALID_TOKEN');
      expect(await world.outcomeOf(rotate(refreshed.value))).toBe('INVALID_TOKEN');
    }
  });

  it('lasts as long as the ban that caused it', async () => {
    const session = await guest();
    await world.service.ban(session.user.id, { reason: 'cheating', until: new Date(world.now + 60_000) });
    expect(world.disconnectCalls).toEqual([[session.user.id, 'ACCOUNT_DISABLED']]);
    expect(await works(session)).toBe('ACCOUNT_DISABLED');
    expect(await world.outcomeOf(rotate(session))).toBe('ACCOUNT_DISABLED');
    world.now += 60_000;
    expect(await works(session)).toBe('ok');
    expect(await world.outcomeOf(rotate(session))).toBe('ok');
  });
});

describe('a connection that opens', () => {
  const open = async (session: SessionAnswer, beforeOpening: () => Promise<void>): Promise<void> => {
    const principal = await world.verifier.verify(session.accessToken);
    await beforeOpening();
    world.disconnectCalls.splice(0);
    await world.hooks.runOpenHooks({
      socketId: 'socket',
      principal,
      reply: () => undefined,
      sendPrepared: () => true,
      measureRoundTrip: () => null,
    });
  };

  it('is closed if its session ended after the check of its token', async () => {
    const session = await guest();
    const sessionId = await sessionOf(session);
    await open(session, () => world.sessions.endByToken(session.refreshToken));
    expect(world.disconnectCalls).toEqual([[session.user.id, 'LOGGED_OUT', sessionId]]);
  });

  it('is closed if its user was banned after the check of its token', async () => {
    const session = await guest();
    await open(session, () => world.service.ban(session.user.id, { reason: 'cheating' }));
    expect(world.disconnectCalls).toEqual([[session.user.id, 'ACCOUNT_DISABLED']]);
  });

  it('stays open if the account is unchanged', async () => {
    await open(await guest(), async () => undefined);
    expect(world.disconnectCalls).toEqual([]);
  });
});

it('the purge: removes expired refresh tokens only', async () => {
  const old = await guest();
  world.now += world.config.refreshTokenTtlMs + 1;
  const fresh = await guest();
  await world.purge.purge();
  expect(await world.outcomeOf(rotate(old))).toBe('INVALID_TOKEN');
  expect(await world.outcomeOf(rotate(fresh))).toBe('ok');
});

describe('currentStatuses', () => {
  it('reads the stored accounts and sessions, and drops cached ones', async () => {
    const [banned, loggedOut, promoted, deleted, same] = await Promise.all(Array.from({ length: 5 }, guest));
    const sessions = [banned, loggedOut, promoted, deleted, same].map((session) => session as SessionAnswer);
    const principals = await Promise.all(sessions.map(({ accessToken }) => world.verifier.verify(accessToken)));
    const [bannedId = '', , promotedId = '', deletedId = ''] = principals.map(({ userId }) => userId);
    // Changed in the database only, as by another node whose invalidation was lost.
    await world.accounts.update(bannedId, { status: 'banned', banReason: 'spam' });
    await world.tokens.revokeFamily(principals[1]?.sessionId ?? '', new Date(world.now));
    await world.accounts.update(promotedId, { roles: ['player', 'moderator'] });
    await world.accounts.remove(deletedId);
    expect(await world.verifier.currentStatuses(principals)).toEqual([
      { revoked: { code: 'ACCOUNT_DISABLED', message: expect.any(String) } },
      { revoked: { code: 'LOGGED_OUT', message: expect.any(String) } },
      { roles: ['player', 'moderator'] },
      { revoked: { code: 'LOGGED_OUT', message: expect.any(String) } },
      { roles: same?.user.roles },
    ]);
    expect(await Promise.all(sessions.map(works))).toEqual([
      'ACCOUNT_DISABLED',
      'INVALID_TOKEN',
      'ok',
      'INVALID_TOKEN',
      'ok',
    ]);
  });
});
