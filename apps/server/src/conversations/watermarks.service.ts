/** How far members have read, and what has reached a device of theirs: told to those who wrote it. */
import { Injectable } from '@nestjs/common';
import { AppError, type Marked, type MessageIdsDto } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { refusal } from './conversation-access';
import { MembersRepository, type Watermark } from './members.repository';
import { MessagesRepository } from './messages.repository';
import { ConversationNotices } from './notices/conversation-notices';
import { ReceiptsService } from './receipts/receipts.service';

type Known = Awaited<ReturnType<MessagesRepository['seqsOf']>>;

interface Moved {
  /** Those of the messages named that the watermark has passed just now. */
  readonly passed: Known;
  readonly from: number;
  readonly to: number;
}

@Injectable()
export class WatermarksService {
  constructor(
    private readonly database: Database,
    private readonly members: MembersRepository,
    private readonly messages: MessagesRepository,
    private readonly notices: ConversationNotices,
    private readonly receipts: ReceiptsService,
    private readonly clock: Clock,
  ) {}

  /** These messages and all before them are read. Those who wrote one, and the reader's devices, are told soon. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async read(userId: string, dto: MessageIdsDto): Promise<Marked> {
    const { conversationId } = dto;
    const { passed, from, to } = await this.advance(userId, 'readSeq', dto);
    if (to > from) this.receipts.read({ conversationId, readerId: userId, from, to, named: passed, at: this.now() });
    return { conversationId, seq: to };
  }

  /** These messages and all before them have arrived. Those who wrote them are told soon. @throws AppError as `read`. */
  async delivered(userId: string, dto: MessageIdsDto): Promise<Marked> {
    const { conversationId } = dto;
    const { passed, to } = await this.advance(userId, 'deliveredSeq', dto);
    const others = passed.filter(({ senderId }) => senderId !== userId);
    const at = this.now();
    this.receipts.delivered(others.map((message) => ({ conversationId, message, userIds: [userId], at })));
    return { conversationId, seq: to };
  }

  private async advance(
    userId: string,
    watermark: Watermark,
    { conversationId, messageIds }: MessageIdsDto,
  ): Promise<Moved> {
    const named = await this.messages.seqsOf(conversationId, messageIds);
    const newest = named.at(-1)?.seq ?? 0;
    const moved = await this.database.transaction(async () => {
      const advanced = await this.members.advance(conversationId, userId, watermark, newest);
      if (advanced && watermark === 'readSeq') await this.notices.read(userId, conversationId, advanced.to);
      return advanced;
    });
    if (!moved) throw refusal((await this.members.find(conversationId, userId)) !== null);
    if (named.length === 0) throw new AppError('NOT_FOUND', 'There is no such message');
    return { ...moved, passed: named.filter(({ seq }) => seq > moved.from) };
  }

  private now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
