/** Sessions on a real database: a refresh token is good once, a copy ends the family, and nothing escapes a revocation. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { AccountsWorld } from '../../../../../test/support/accounts';
import { MAX_ENDED_TOKENS, MAX_SESSIONS, REUSE_GRACE_MS, type SessionAnswer } from './sessions.service';

let world: AccountsWorld;

beforeAll(async () => (world = await AccountsWorld.open({ REFRESH_TOKEN_TTL: '30d' })));
afterAll(() => world.close());
beforeEach(() => world.disconnected.splice(0));

const guest = (): Promise<SessionAnswer> => world.registration.playAsGuest({});
const works = (session: SessionAnswer): Promise<unknown> => world.outcome(world.verifier.verify(session.accessToken));
const rotate = (session: SessionAnswer): Promise<SessionAnswer> => world.sessions.rotate(session.refreshToken);
const sessionOf = async (session: SessionAnswer): Promise<string> =>
  (await world.verifier.verify(session.accessToken)).sessionId;

/** Past the time in which an exchanged token is good yet. */
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
    expect(await world.outcome(rotate(second))).toBe('ok');
    expect(world.disconnected).toEqual([]);
  });

  it('keeps no token that could be read from the database', async () => {
    const { refreshToken } = await guest();
    expect(await world.tokens.find(refreshToken)).toBeNull();
  });

  it('refuses what it never gave, and what has expired', async () => {
    expect(await world.outcome(world.sessions.rotate(randomUUID()))).toBe('INVALID_TOKEN');
    const session = await guest();
    world.now += world.config.refreshTokenTtlMs;
    expect(await world.outcome(rotate(session))).toBe('EXPIRED_TOKEN');
  });

  it('notes that the user was there', async () => {
    const session = await guest();
    world.now += 3_600_000;
    await rotate(session);
    expect((await world.accounts.find(session.user.id))?.lastSeenAt.getTime()).toBe(world.now);
  });
});

describe('a token that comes back', () => {
  it('ends its session and no other one', async () => {
    const first = await guest();
    const other = await world.database.transaction(async () => {
      const account = await world.accounts.lock(first.user.id);
      return world.sessions.begin(account!);
    });
    const second = await rotate(first);
    const sessionId = await sessionOf(first);
    later();
    expect(await world.outcome(rotate(first))).toBe('INVALID_TOKEN');
    expect(world.disconnected).toEqual([[first.user.id, 'LOGGED_OUT', sessionId]]);
    for (const ended of [first, second]) {
      expect(await works(ended)).toBe('INVALID_TOKEN');
      expect(await world.outcome(rotate(ended))).toBe('INVALID_TOKEN');
    }
    expect(await works(other)).toBe('ok');
    expect(await world.outcome(rotate(other))).toBe('ok');
  });

  it('is good for a moment, for two tabs that refresh at once', async () => {
    const first = await guest();
    const tabs = await Promise.all([rotate(first), rotate(first)]);
    expect(new Set(tabs.map(({ refreshToken }) => refreshToken)).size).toBe(2);
    expect(await Promise.all(tabs.map(works))).toEqual(['ok', 'ok']);
    later();
    // Whichever of the two answers a browser kept, it goes on.
    expect(await world.outcome(rotate(tabs[0]))).toBe('ok');
  });

  it('ends its session however long ago it was exchanged, and whatever is kept of it', async () => {
    const first = await guest();
    let latest = first;
    for (let round = 0; round < 5; round++) {
      later();
      latest = await rotate(latest);
    }
    expect(await world.outcome(rotate(first))).toBe('INVALID_TOKEN');
    expect(await works(latest)).toBe('INVALID_TOKEN');
    expect(await world.outcome(rotate(latest))).toBe('INVALID_TOKEN');
  });

  it('gives away a thief who was as fast as that', async () => {
    const first = await guest();
    const [victim, thief] = await Promise.all([rotate(first), rotate(first)]);
    later();
    const next = await rotate(thief);
    later();
    expect(await world.outcome(rotate(victim))).toBe('INVALID_TOKEN');
    expect(await works(next)).toBe('INVALID_TOKEN');
  });
});

describe('what is kept', () => {
  const rowsOf = async ({ user }: SessionAnswer): Promise<number> => {
    const { rows } = await world.database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from refresh_tokens where account_id = ${user.id}`,
    );
    return rows[0]?.count ?? 0;
  };

  it('of a session that refreshes for long are its latest tokens alone', async () => {
    let session = await guest();
    for (let round = 0; round < 20; round++) {
      later();
      session = await rotate(session);
    }
    expect(await rowsOf(session)).toBeLessThanOrEqual(2);
    expect(await works(session)).toBe('ok');
  });

  it('of an account are so many sessions at most; one more ends the oldest', async () => {
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
    expect(world.disconnected).toEqual([[first.user.id, 'LOGGED_OUT', expect.any(String)]]);
  });
});

describe('the end of a session', () => {
  it('leaves no more than so many tokens of an account, however many sessions have ended', async () => {
    const { user } = await guest();
    for (let count = 0; count < MAX_ENDED_TOKENS + 20; count++)
      await world.database.transaction(async () => {
        const { refreshToken } = await world.sessions.begin((await world.accounts.lock(user.id))!);
        await world.sessions.endByToken(refreshToken);
      });
    const { rows } = await world.database.db.execute(sql`select from refresh_tokens where account_id = ${user.id}`);
    // Of the one that goes on, of the last one that has ended, and of those before it.
    expect(rows).toHaveLength(MAX_ENDED_TOKENS + 2);
  });

  it('is known at once, and closes its connections', async () => {
    const session = await guest();
    const sessionId = await sessionOf(session);
    await world.sessions.endByToken(session.refreshToken);
    expect(await works(session)).toBe('INVALID_TOKEN');
    expect(await world.outcome(rotate(session))).toBe('INVALID_TOKEN');
    expect(world.disconnected).toEqual([[session.user.id, 'LOGGED_OUT', sessionId]]);
  });

  it('comes with a token of it, however long ago that was exchanged', async () => {
    const first = await guest();
    let latest = first;
    for (let round = 0; round < 3; round++) {
      later();
      latest = await rotate(latest);
    }
    await world.sessions.endByToken(first.refreshToken);
    expect(await works(latest)).toBe('INVALID_TOKEN');
  });

  it('cannot be escaped by refreshing at the same moment', async () => {
    for (let round = 0; round < 25; round++) {
      const session = await guest();
      const [refreshed] = await Promise.allSettled([rotate(session), world.sessions.endByToken(session.refreshToken)]);
      if (refreshed.status === 'rejected') continue;
      expect(await works(refreshed.value)).toBe('INVALID_TOKEN');
      expect(await world.outcome(rotate(refreshed.value))).toBe('INVALID_TOKEN');
    }
  });

  it('comes with a ban, for as long as that lasts', async () => {
    const session = await guest();
    await world.service.ban(session.user.id, { reason: 'cheating', until: new Date(world.now + 60_000) });
    expect(world.disconnected).toEqual([[session.user.id, 'ACCOUNT_DISABLED']]);
    expect(await works(session)).toBe('ACCOUNT_DISABLED');
    expect(await world.outcome(rotate(session))).toBe('ACCOUNT_DISABLED');
    world.now += 60_000;
    expect(await works(session)).toBe('ok');
    expect(await world.outcome(rotate(session))).toBe('ok');
  });
});

describe('a connection that opens', () => {
  const open = async (session: SessionAnswer, meanwhile: () => Promise<void>): Promise<void> => {
    const principal = await world.verifier.verify(session.accessToken);
    await meanwhile();
    world.disconnected.splice(0);
    await world.hooks.opened({ socketId: 'socket', principal, reply: () => undefined, give: () => true });
  };

  it('is closed where its session ended between the check of its token and its opening', async () => {
    const session = await guest();
    const sessionId = await sessionOf(session);
    await open(session, () => world.sessions.endByToken(session.refreshToken));
    expect(world.disconnected).toEqual([[session.user.id, 'LOGGED_OUT', sessionId]]);
  });

  it('is closed where its user was banned meanwhile', async () => {
    const session = await guest();
    await open(session, () => world.service.ban(session.user.id, { reason: 'cheating' }));
    expect(world.disconnected).toEqual([[session.user.id, 'ACCOUNT_DISABLED']]);
  });

  it('stays where nothing happened', async () => {
    await open(await guest(), async () => undefined);
    expect(world.disconnected).toEqual([]);
  });
});

it('forgets tokens that have expired, and no others', async () => {
  const old = await guest();
  world.now += world.config.refreshTokenTtlMs + 1;
  const fresh = await guest();
  await world.purge.purge();
  expect(await world.outcome(rotate(old))).toBe('INVALID_TOKEN');
  expect(await world.outcome(rotate(fresh))).toBe('ok');
});

describe('how connections stand', () => {
  it('is told by the accounts and sessions as they are stored, whatever is remembered', async () => {
    const [banned, loggedOut, promoted, deleted, same] = await Promise.all(Array.from({ length: 5 }, guest));
    const sessions = [banned, loggedOut, promoted, deleted, same].map((session) => session as SessionAnswer);
    const principals = await Promise.all(sessions.map(({ accessToken }) => world.verifier.verify(accessToken)));
    const [bannedId = '', , promotedId = '', deletedId = ''] = principals.map(({ userId }) => userId);
    // As another node does it: nothing here is told.
    await world.accounts.change(bannedId, { status: 'banned', banReason: 'spam' });
    await world.tokens.revokeFamily(principals[1]?.sessionId ?? '', new Date(world.now));
    await world.accounts.change(promotedId, { roles: ['player', 'moderator'] });
    await world.accounts.remove(deletedId);
    expect(await world.verifier.standing(principals)).toEqual([
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
