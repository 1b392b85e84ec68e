/** Administrators' notes about users, which administrators alone see. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { Database, pageOf } from '@aeturnis/platform';
import { AccountsService } from '../../accounts';
import { AdminAuditService } from '../admin-audit.service';
import type { UserNotePageDto } from './user-notes.dto';
import { type UserNote, UserNotesRepository } from './user-notes.repository';

/** Per user: bounds what the deletion of an account removes in one transaction. */
export const MAX_NOTES = 1_000;
const DEFAULT_LIMIT = 50;

export interface UserNotesPage {
  /** Newest first. */
  notes: UserNote[];
  /** Cursor of the next older page; absent on the last page. */
  next?: string;
}

@Injectable()
export class UserNotesService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly repository: UserNotesRepository,
    private readonly audit: AdminAuditService,
  ) {}

  /**
   * The audit log records that the note was written, but not its text: the log is kept forever, the note as long as the account.
   * @throws AppError NOT_FOUND, CONFLICT past MAX_NOTES.
   */
  async add(actor: Principal, userId: string, text: string): Promise<UserNote> {
    return this.database.transaction(async () => {
      await this.accounts.lockUser(userId);
      if (await this.repository.hasAtLeast(userId, MAX_NOTES))
        throw new AppError('CONFLICT', `This user has ${MAX_NOTES} notes, which is the maximum`);
      const note = await this.repository.insert({ userId, author: { id: actor.userId, name: actor.name }, text });
      await this.audit.record(actor, 'user.note', userId, { noteId: note.id });
      return note;
    });
  }

  /** @throws AppError NOT_FOUND. */
  async list(userId: string, page: UserNotePageDto): Promise<UserNotesPage> {
    await this.accounts.requireUser(userId);
    return this.page(userId, page);
  }

  /** The notes about a user who exists. */
  async page(userId: string, { cursor, limit = DEFAULT_LIMIT }: UserNotePageDto): Promise<UserNotesPage> {
    const before = cursor === undefined ? undefined : BigInt(cursor);
    const found = await this.repository.newest(userId, limit + 1, before);
    const { rows, next } = pageOf(found, limit, ({ id }) => id);
    return { notes: rows, ...next };
  }
}
