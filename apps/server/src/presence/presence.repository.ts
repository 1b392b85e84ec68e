/** Keeps the presence settings of users. */
import { Injectable } from '@nestjs/common';
import { Database, type Placeholders, prepared } from '@aeturnis/platform';
import { eq, ne, sql } from 'drizzle-orm';
import { DEFAULT_SETTINGS, type Settings } from './presence-view';
import { presenceSettings } from './presence.schema';

const { userId, status, activity, lastSeenAt } = presenceSettings;
const COLUMNS = { status, activity, lastSeenAt };

@Injectable()
export class PresenceRepository {
  constructor(private readonly database: Database) {}

  /** By user id; users who never chose anything are absent. */
  async find(userIds: readonly string[]): Promise<Map<string, Settings>> {
    const rows = await SETTINGS(this.database.db, { userIds });
    return new Map(rows.map(({ userId: id, ...settings }) => [id, settings]));
  }

  /** Reads the settings and keeps others from changing them until the transaction ends. */
  async lock(id: string): Promise<Settings> {
    const { db } = this.database;
    const { status, activity } = DEFAULT_SETTINGS;
    await db.insert(presenceSettings).values({ userId: id, status, activity }).onConflictDoNothing();
    const [row] = await db.select(COLUMNS).from(presenceSettings).where(eq(userId, id)).for('update');
    return row ?? DEFAULT_SETTINGS;
  }

  async save(id: string, settings: Settings, updatedAt: Date): Promise<void> {
    await this.database.db
      .update(presenceSettings)
      .set({ ...settings, updatedAt })
      .where(eq(userId, id));
  }

  /** Notes that a user has left, unless the user is invisible. Tells whether it was noted. */
  async noteLeft(id: string, at: Date): Promise<boolean> {
    return (await NOTE_LEFT(this.database.db, { id, at })).length > 0;
  }

  async forget(id: string): Promise<void> {
    await this.database.db.delete(presenceSettings).where(eq(userId, id));
  }
}

const SETTINGS = prepared((db, { userIds }: Placeholders<{ userIds: readonly string[] }>) =>
  db
    .select({ userId, ...COLUMNS })
    .from(presenceSettings)
    .where(sql`${userId} = any(${userIds})`),
);

const NOTE_LEFT = prepared((db, { id, at }: Placeholders<{ id: string; at: Date }>) =>
  db
    .insert(presenceSettings)
    .values({ userId: id, status: DEFAULT_SETTINGS.status, lastSeenAt: at })
    .onConflictDoUpdate({ target: userId, set: { lastSeenAt: sql`${at}` }, setWhere: ne(status, 'invisible') })
    .returning({ userId }),
);
