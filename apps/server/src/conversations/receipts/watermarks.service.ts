/** Advances the read and delivered watermarks of members, and queues receipts for the authors of the messages. */
import { Injectable } from '@nestjs/common';
import { AppError, type WatermarkResult, type MessageIdsDto } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { Clock } from '@aeturnis/realtime';
import { noAccessError } from '../members/conversation-access';
import { MembersRepository, type WatermarkColumn } from '../members/members.repository';
import { MessagesRepository } from '../messages/messages.repository';
import { ConversationNotices } from '../notices/conversation-notices';
import { ReceiptsService } from './receipts.service';

type SeqsOfMessages = Awaited<ReturnType<MessagesRepository['seqsOf']>>;

interface WatermarkAdvance {
  /** The named messages that this advance has passed. */
  readonly passed: SeqsOfMessages;
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

  /** Marks these messages and all before them as read. The authors and the reader's devices get receipts. @throws AppError NOT_FOUND, NOT_PARTICIPANT. */
  async markRead(userId: string, dto: MessageIdsDto): Promise<WatermarkResult> {
    const { conversationId } = dto;
    const { passed, from, to } = await this.advance(userId, 'readSeq', dto);
    if (to > from) this.receipts.addRead({ conversationId, readerId: userId, from, to, named: passed, at: this.now() });
    return { conversationId, seq: to };
  }

  /** Marks these messages and all before them as delivered. Their authors get receipts. @throws AppError as `markRead`. */
  async markDelivered(userId: string, dto: MessageIdsDto): Promise<WatermarkResult> {
    const { conversationId } = dto;
    const { passed, to } = await this.advance(userId, 'deliveredSeq', dto);
    const others = passed.filter(({ senderId }) => senderId !== userId);
    const at = this.now();
    this.receipts.addDeliveries(others.map((message) => ({ conversationId, message, userIds: [userId], at })));
    return { conversationId, seq: to };
  }

  private async advance(
    userId: string,
    watermark: WatermarkColumn,
    { conversationId, messageIds }: MessageIdsDto,
  ): Promise<WatermarkAdvance> {
    const named = await this.messages.seqsOf(conversationId, messageIds);
    const newest = named.at(-1)?.seq ?? 0;
    const advance = await this.database.transaction(async () => {
      const advanced = await this.members.advanceWatermark(conversationId, userId, watermark, newest);
      if (advanced && watermark === 'readSeq') await this.notices.markRead(userId, conversationId, advanced.to);
      return advanced;
    });
    if (!advance) throw noAccessError((await this.members.find(conversationId, userId)) !== null);
    if (named.length === 0) throw new AppError('NOT_FOUND', 'There is no such message');
    return { ...advance, passed: named.filter(({ seq }) => seq > advance.from) };
  }

  private now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
