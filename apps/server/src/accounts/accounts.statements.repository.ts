/** Cached statements for accounts: they run whenever a user connects or disconnects. */
import { type Placeholders, cachedQuery } from '@aeturnis/platform';
import { and, eq, exists, gt, isNull, sql } from 'drizzle-orm';
import { accounts } from './accounts.schema';
import { refreshTokens } from './sessions/refresh-tokens.schema';

const { displayName, roles, status, banReason, bannedUntil } = accounts;
export const STATE_COLUMNS = { id: accounts.id, displayName, roles, status, banReason, bannedUntil };

export const BY_ID = cachedQuery((db, { id }: Placeholders<{ id: string }>) =>
  db.select().from(accounts).where(eq(accounts.id, id)),
);

export const SELECT_STATE = cachedQuery((db, { id }: Placeholders<{ id: string }>) =>
  db.select(STATE_COLUMNS).from(accounts).where(eq(accounts.id, id)),
);

export const SELECT_STATE_IN_SESSION = cachedQuery(
  (db, { id, sessionId, now }: Placeholders<{ id: string; sessionId: string; now: Date }>) => {
    const { familyId, accountId, revokedAt, expiresAt } = refreshTokens;
    const session = db
      .select({ one: sql`1` })
      .from(refreshTokens)
      .where(and(eq(familyId, sessionId), eq(accountId, id), isNull(revokedAt), gt(expiresAt, now)));
    return db
      .select(STATE_COLUMNS)
      .from(accounts)
      .where(and(eq(accounts.id, id), exists(session)));
  },
);

export const SELECT_DISPLAY_NAMES = cachedQuery((db, { ids }: Placeholders<{ ids: readonly string[] }>) =>
  db
    .select({ id: accounts.id, displayName })
    .from(accounts)
    .where(sql`${accounts.id} = any(${ids})`),
);

export const UPDATE_LAST_SEEN = cachedQuery((db, { id, seenAt }: Placeholders<{ id: string; seenAt: Date }>) =>
  db
    .update(accounts)
    .set({ lastSeenAt: sql`greatest(${accounts.lastSeenAt}, ${seenAt})` })
    .where(eq(accounts.id, id))
    .returning({ displayName }),
);
