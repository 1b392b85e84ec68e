/** Stores accounts in PostgreSQL: inserts, finds, locks, updates and deletes them. */
import { Injectable } from '@nestjs/common';
import { nameKey, nameSkeleton, type WhoMayAdd } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, asc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Account, AccountState } from './account';
import { loginKey } from './account-name';
import { accounts } from './accounts.schema';
import {
  BY_ID,
  SELECT_DISPLAY_NAMES,
  SELECT_STATE,
  STATE_COLUMNS,
  SELECT_STATE_IN_SESSION,
  UPDATE_LAST_SEEN,
} from './accounts.statements.repository';
import { refreshTokens } from './sessions/refresh-tokens.schema';

export interface NewAccount {
  login: string;
  displayName: string;
  roles: string[];
  email?: string | undefined;
  passwordHash?: string;
  isGuest?: boolean;
  issuer?: string;
  subject?: string;
}

type AccountChange = Partial<
  Pick<Account, 'displayName' | 'roles' | 'status' | 'whoMayAdd' | 'banReason' | 'bannedUntil'>
>;

/** A guest that registers keeps its display name if none is given. */
export type Registration = Required<Pick<NewAccount, 'login' | 'roles' | 'passwordHash'>> &
  Pick<NewAccount, 'email'> &
  Partial<Pick<NewAccount, 'displayName'>>;

@Injectable()
export class AccountsRepository {
  constructor(private readonly database: Database) {}

  get isReady(): boolean {
    return this.database.state === 'ready';
  }

  /** Null if the login, the display name, or the subject of the issuer is taken. */
  async insert(account: NewAccount): Promise<Account | null> {
    const values = { ...account, ...displayNameKeysOf(account.displayName), loginKey: loginKey(account.login) };
    const [row] = await this.database.db.insert(accounts).values(values).onConflictDoNothing().returning();
    return row ?? null;
  }

  /** Null if the account is no longer a guest. @throws a unique violation if the login or the display name is taken. */
  async upgradeGuest(id: string, { displayName, ...registration }: Registration): Promise<Account | null> {
    const name = displayName === undefined ? {} : { displayName, ...displayNameKeysOf(displayName) };
    const [row] = await this.database.db
      .update(accounts)
      .set({ ...registration, ...name, loginKey: loginKey(registration.login), isGuest: false })
      .where(and(eq(accounts.id, id), accounts.isGuest))
      .returning();
    return row ?? null;
  }

  async find(id: string): Promise<Account | null> {
    const [row] = await BY_ID(this.database.db, { id });
    return row ?? null;
  }

  /** Case-insensitive. */
  async findByLogin(login: string): Promise<Account | null> {
    const [row] = await this.database.db
      .select()
      .from(accounts)
      .where(eq(accounts.loginKey, loginKey(login)));
    return row ?? null;
  }

  /** By display name, compared by `nameKey`. */
  async findByName(name: string): Promise<Account | null> {
    const [row] = await this.database.db
      .select()
      .from(accounts)
      .where(eq(accounts.displayNameKey, nameKey(name)));
    return row ?? null;
  }

  /** Takes a transaction-scoped advisory lock on the skeleton of the name: names that look alike share the lock. */
  async lockName(name: string): Promise<void> {
    const lock = `names:${nameSkeleton(name)}`;
    await this.database.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
  }

  /** Whether an account other than `exceptOf` has this display name, or one that looks like it. */
  async hasNameLike(name: string, exceptOf?: string): Promise<boolean> {
    const { displayNameKey, displayNameSkeleton } = displayNameKeysOf(name);
    const rows = await this.database.db
      .select({ id: accounts.id })
      .from(accounts)
      .where(or(eq(accounts.displayNameKey, displayNameKey), eq(accounts.displayNameSkeleton, displayNameSkeleton)));
    return rows.some(({ id }) => id !== exceptOf);
  }

  /** Account ids by `nameKey` of these display names. */
  async findAllByName(names: readonly string[]): Promise<Map<string, string>> {
    const { id, displayNameKey: key } = accounts;
    const rows = await this.database.db
      .select({ id, key })
      .from(accounts)
      .where(inArray(key, [...new Set(names.map(nameKey))]));
    return new Map(rows.flatMap((row): [string, string][] => (row.key === null ? [] : [[row.key, row.id]])));
  }

  async findBySubject(issuer: string, subject: string): Promise<Account | null> {
    const identity = and(eq(accounts.issuer, issuer), eq(accounts.subject, subject));
    const [row] = await this.database.db.select().from(accounts).where(identity);
    return row ?? null;
  }

  /** Locks the row until the transaction ends; other callers of this method wait. */
  async lock(id: string): Promise<Account | null> {
    const [row] = await this.database.db.select().from(accounts).where(eq(accounts.id, id)).for('no key update');
    return row ?? null;
  }

  /** Null if the account does not exist, or the session has ended; an empty `sessionId` skips the session check. */
  async stateInSession(id: string, sessionId: string, now: Date): Promise<AccountState | null> {
    const { db } = this.database;
    const [row] = await (sessionId === ''
      ? SELECT_STATE(db, { id })
      : SELECT_STATE_IN_SESSION(db, { id, sessionId, now }));
    return row ?? null;
  }

  /** The accounts that exist, each with those of the given sessions that are its own and still live. */
  async statesInSessions(
    ids: readonly string[],
    sessionIds: readonly string[],
    now: Date,
  ): Promise<Map<string, AccountState & { sessions: string[] }>> {
    const { db } = this.database;
    const { familyId, accountId, revokedAt, expiresAt } = refreshTokens;
    const sessions = db
      .select({ familyId })
      .from(refreshTokens)
      .where(
        and(eq(accountId, accounts.id), inArray(familyId, [...sessionIds]), isNull(revokedAt), gt(expiresAt, now)),
      );
    const rows = await db
      .select({ ...STATE_COLUMNS, sessions: sql<string[]>`array(${sessions})` })
      .from(accounts)
      .where(inArray(accounts.id, [...ids]));
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Display names by id; unknown ids are missing. */
  async namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await SELECT_DISPLAY_NAMES(this.database.db, { ids });
    return new Map(rows.map((row) => [row.id, row.displayName]));
  }

  /** The setting by id; unknown ids are missing. */
  async whoMayAdd(ids: readonly string[]): Promise<Map<string, WhoMayAdd>> {
    const { id, whoMayAdd } = accounts;
    const rows = await this.database.db
      .select({ id, whoMayAdd })
      .from(accounts)
      .where(inArray(id, [...ids]));
    return new Map(rows.map((row) => [row.id, row.whoMayAdd]));
  }

  async setPassword(id: string, passwordHash: string): Promise<void> {
    await this.database.db.update(accounts).set({ passwordHash }).where(eq(accounts.id, id));
  }

  /** Null if the account does not exist. @throws a unique violation if the display name is taken. */
  async update(id: string, { roles, ...fields }: AccountChange): Promise<Account | null> {
    const { displayName } = fields;
    const keys = displayName === undefined ? {} : displayNameKeysOf(displayName);
    const change = { ...fields, ...keys, ...(roles && { roles: [...roles] }) };
    const [row] = await this.database.db.update(accounts).set(change).where(eq(accounts.id, id)).returning();
    return row ?? null;
  }

  /** Never moves back in time. @returns the display name; null if the account does not exist. */
  async updateLastSeen(id: string, seenAt: Date): Promise<string | null> {
    const [row] = await UPDATE_LAST_SEEN(this.database.db, { id, seenAt });
    return row?.displayName ?? null;
  }

  /** Keeps the time of an earlier request. False if the account does not exist. */
  async requestDeletion(id: string, at: Date): Promise<boolean> {
    const { deletionRequestedAt } = accounts;
    const requested = sql`coalesce(${deletionRequestedAt}, ${at.toISOString()}::timestamptz)`;
    const rows = await this.database.db
      .update(accounts)
      .set({ deletionRequestedAt: requested })
      .where(eq(accounts.id, id))
      .returning({ id: accounts.id });
    return rows.length > 0;
  }

  /** Ids of accounts whose deletion was requested before a time, the earliest first. */
  async deletionsBefore(at: Date, limit: number): Promise<string[]> {
    const { id, deletionRequestedAt } = accounts;
    const rows = await this.database.db
      .select({ id })
      .from(accounts)
      .where(lt(deletionRequestedAt, at))
      .orderBy(asc(deletionRequestedAt))
      .limit(limit);
    return rows.map((row) => row.id);
  }

  async remove(id: string): Promise<void> {
    await this.database.db.delete(accounts).where(eq(accounts.id, id));
  }
}

const displayNameKeysOf = (displayName: string) => ({
  displayNameKey: nameKey(displayName),
  displayNameSkeleton: nameSkeleton(displayName),
});
