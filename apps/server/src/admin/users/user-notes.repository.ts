/** Stores and reads administrators' notes about users. They are deleted with the account of the user. */
import { Injectable } from '@nestjs/common';
import type { Timestamp, Uuid } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { and, desc, eq, lt } from 'drizzle-orm';
import { userNotes } from './user-notes.schema';

export interface UserNote {
  id: string;
  author: { id: Uuid; name: string };
  text: string;
  createdAt: Timestamp;
}

interface NewUserNote extends Pick<UserNote, 'author' | 'text'> {
  userId: string;
}

@Injectable()
export class UserNotesRepository {
  constructor(private readonly database: Database) {}

  async insert({ userId, author, text }: NewUserNote): Promise<UserNote> {
    const values = { userId, author: author.id, authorName: author.name, text };
    const [row] = await this.database.db.insert(userNotes).values(values).returning();
    if (!row) throw new Error('insert into user_notes returned no row');
    return toNote(row);
  }

  /** Whether a user has this number of notes, or more. */
  async hasAtLeast(userId: string, count: number): Promise<boolean> {
    const { db } = this.database;
    const { id } = userNotes;
    const ofUser = eq(userNotes.userId, userId);
    const [row] = await db
      .select({ id })
      .from(userNotes)
      .where(ofUser)
      .orderBy(desc(id))
      .offset(count - 1)
      .limit(1);
    return row !== undefined;
  }

  /** Returns the newest notes first. @param before only notes with a lower id. */
  async newest(userId: string, limit: number, before?: bigint): Promise<UserNote[]> {
    const older = before === undefined ? undefined : lt(userNotes.id, before);
    const rows = await this.database.db
      .select()
      .from(userNotes)
      .where(and(eq(userNotes.userId, userId), older))
      .orderBy(desc(userNotes.id))
      .limit(limit);
    return rows.map(toNote);
  }
}

function toNote({ id, author, authorName, text, createdAt }: typeof userNotes.$inferSelect): UserNote {
  return { id: String(id), author: { id: author, name: authorName }, text, createdAt: createdAt.toISOString() };
}
