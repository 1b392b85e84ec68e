/** Changing a conversation: under its lock, with entries in its log, which are told once they are committed. */
import { Injectable } from '@nestjs/common';
import { AppError, RoomKind, roomName } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { FanOut } from '@aeturnis/realtime';
import { ConversationLogRepository } from './conversation-log.repository';
import type { Appended, NewEntry } from './log-entry';
import { ConversationPublisher } from './publishing/conversation-publisher';

@Injectable()
export class ConversationChanges {
  constructor(
    private readonly database: Database,
    private readonly log: ConversationLogRepository,
    private readonly publisher: ConversationPublisher,
    private readonly fanOut: FanOut,
  ) {}

  /** What the work reads, nobody else changes until its transaction has ended. @throws AppError NOT_FOUND. */
  under<T>(conversationId: string, work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      if (!(await this.log.lock(conversationId))) throw new AppError('NOT_FOUND', 'There is no such conversation');
      return work();
    });
  }

  /** The number of the last entry; to be called inside `under`. */
  head(conversationId: string): Promise<number> {
    return this.log.head(conversationId);
  }

  /** To be called inside `under`. @returns about the last of the entries. */
  async append(conversationId: string, ...entries: NewEntry[]): Promise<Appended> {
    const appended = await this.log.append(conversationId, entries);
    this.database.afterCommit(() => {
      this.publisher.committed(appended);
      const [first] = entries;
      if (first) this.fanOut.charge(first.actorId, roomName(RoomKind.Conversation, conversationId), entries);
    });
    return appended;
  }
}
