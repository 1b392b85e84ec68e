/** Stores the presence settings of users. */
import { Injectable } from '@nestjs/common';
import { Database, type Placeholders, cachedQuery } from '@aeturnis/platform';
import { eq, ne, sql } from 'drizzle-orm';
import { DEFAULT_PRESENCE_SETTINGS, type PresenceSettings } from './presence-view';
import { presenceSettings } from './presence.schema';

const { userId, status, activity, lastSeenAt } = presenceSettings;
const COLUMNS = { status, activity, lastSeenAt };

@Injectable()
export class PresenceRepository {
  constructor(private readonly database: Database) {}

  /** By user id; users without stored settings are absent. */
  async find(userIds: readonly string[]): Promise<Map<string, PresenceSettings>> {
    const rows = await SELECT_SETTINGS(this.database.db, { userIds });
    return new Map(rows.map(({ userId: id, ...settings }) => [id, settings]));
  }

  /** Reads the settings and locks them until the transaction ends. */
  async lockSettings(id: string): Promise<PresenceSettings> {
    const { db } = this.database;
    const { status, activity } = DEFAULT_PRESENCE_SETTINGS;
    await db.insert(presenceSettings).values({ userId: id, status, activity }).onConflictDoNothing();
    const [row] = await db.select(COLUMNS).from(presenceSettings).where(eq(userId, id)).for('update');
    return row ?? DEFAULT_PRESENCE_SETTINGS;
  }

  async save(id: string, settings: PresenceSettings, updatedAt: Date): Promise<void> {
    await this.database.db
      .update(presenceSettings)
      .set({ ...settings, updatedAt })
      .where(eq(userId, id));
  }

  /** Stores when a user was last seen, unless the user is invisible. @returns whether it was stored. */
  async recordLastSeen(id: string, at: Date): Promise<boolean> {
    return (await RECORD_LAST_SEEN(this.database.db, { id, at })).length > 0;
  }

  async deleteSettings(id: string): Promise<void> {
    await this.database.db.delete(presenceSettings).where(eq(userId, id));
  }
}

const SELECT_SETTINGS = cachedQuery((db, { userIds }: Placeholders<{ userIds: readonly string[] }>) =>
  db
    .select({ userId, ...COLUMNS })
    .from(presenceSettings)
    .where(sql`${userId} = any(${userIds})`),
);

const RECORD_LAST_SEEN = cachedQuery((db, { id, at }: Placeholders<{ id: string; at: Date }>) =>
  db
    .insert(presenceSettings)
    .values({ userId: id, status: DEFAULT_PRESENCE_SETTINGS.status, lastSeenAt: at })
    .onConflictDoUpdate({ target: userId, set: { lastSeenAt: sql`${at}` }, setWhere: ne(status, 'invisible') })
    .returning({ userId }),
);
