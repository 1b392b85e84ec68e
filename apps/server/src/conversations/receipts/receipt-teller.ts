/**
 * Tells receipts: that of reading to the reader's own devices, and both kinds to those who wrote what they are about, as
 * long as these are members and neither has blocked the other. In a large group its authors are told of none.
 */
import { Injectable } from '@nestjs/common';
import type { EventPayload } from '@aeturnis/contracts';
import { RealtimeService } from '@aeturnis/realtime';
import { BlockList, userRooms } from '../../social';
import { type Place, ReceiptsRepository } from './receipts.repository';
import type { Delivery, Read, WaitingReceipts } from './waiting-receipts';

/** In a group of more members nobody is told who has read what: there each message would cause as many events as readers. */
export const MOST_MEMBERS_WITH_RECEIPTS = 100;

type Receipt = EventPayload<'message:read:receipt'>;

@Injectable()
export class ReceiptTeller {
  constructor(
    private readonly repository: ReceiptsRepository,
    private readonly blocks: BlockList,
    private readonly realtime: RealtimeService,
  ) {}

  /** Reads all that it needs before it tells anything: where that fails, it can be done again. */
  async tell({ reads, deliveries }: WaitingReceipts): Promise<void> {
    const small = await this.smallOf([...reads, ...deliveries]);
    const [told, arrived] = [reads, deliveries].map((each) => each.filter(isIn(small))) as [Read[], Delivery[]];
    const there = await this.there(reads, arrived);
    const senders = told.length > 0 ? await this.repository.sendersPassed(told) : [];
    const hidden = await this.hiddenFrom([
      ...told.map(({ readerId }) => readerId),
      ...arrived.map(({ message }) => message.senderId),
    ]);
    for (const read of reads) if (there.has(keyOf(read.conversationId, read.readerId))) this.tellOwn(read);
    for (const [index, read] of told.entries()) {
      const unseen = hidden.get(read.readerId);
      const receivers = (senders[index] ?? []).filter((id) => id !== read.readerId && !unseen?.has(id));
      this.tellRead(read, receivers);
    }
    for (const delivery of arrived) {
      const { senderId } = delivery.message;
      if (!there.has(keyOf(delivery.conversationId, senderId))) continue;
      const unseen = hidden.get(senderId);
      this.tellDelivered(
        delivery,
        [...delivery.userIds].filter((id) => !unseen?.has(id)),
      );
    }
  }

  private tellOwn(read: Read): void {
    const messageIds = read.named.map(({ id }) => id);
    this.realtime.emitToUser(read.readerId, 'message:read:receipt', { ...receiptOf(read), messageIds });
  }

  /** Those none of whose messages was named get the same, and so one event together. */
  private tellRead(read: Read, receivers: readonly string[]): void {
    const named = new Map<string, string[]>(read.named.map(({ senderId }) => [senderId, []]));
    for (const { id, senderId } of read.named) named.get(senderId)?.push(id);
    const others = receivers.filter((id) => !named.has(id));
    const receipt = receiptOf(read);
    for (const receiver of receivers) {
      const messageIds = named.get(receiver);
      if (messageIds) this.realtime.emitToUser(receiver, 'message:read:receipt', { ...receipt, messageIds });
    }
    if (others.length > 0)
      this.realtime.emitToRoom(userRooms(others), 'message:read:receipt', { ...receipt, messageIds: [] });
  }

  private tellDelivered({ conversationId, message, at }: Delivery, to: string[]): void {
    if (to.length === 0) return;
    const { id: messageId, senderId, seq } = message;
    const receipt = { messageId, conversationId, seq, deliveredTo: to, deliveredAt: at };
    this.realtime.emitToUser(senderId, 'message:delivered', receipt);
  }

  private async smallOf(all: readonly { conversationId: string }[]): Promise<ReadonlySet<string>> {
    const ids = new Set(all.map(({ conversationId }) => conversationId));
    return this.repository.upTo(MOST_MEMBERS_WITH_RECEIPTS, [...ids]);
  }

  /** Who has gone is told nothing more. */
  private async there(reads: readonly Read[], arrived: readonly Delivery[]): Promise<ReadonlySet<string>> {
    const places = new Map<string, Place>();
    const add = (conversationId: string, userId: string) =>
      places.set(keyOf(conversationId, userId), { conversationId, userId });
    for (const { conversationId, readerId } of reads) add(conversationId, readerId);
    for (const { conversationId, message } of arrived) add(conversationId, message.senderId);
    if (places.size === 0) return new Set();
    const still = await this.repository.still([...places.values()]);
    return new Set(still.map(({ conversationId, userId }) => keyOf(conversationId, userId)));
  }

  private async hiddenFrom(userIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const distinct = [...new Set(userIds)];
    const found = distinct.map(async (id) => [id, await this.blocks.hiddenFrom(id)] as const);
    return new Map(await Promise.all(found));
  }
}

const keyOf = (conversationId: string, userId: string): string => `${conversationId} ${userId}`;

const isIn =
  (ids: ReadonlySet<string>) =>
  ({ conversationId }: Read | Delivery): boolean =>
    ids.has(conversationId);

const receiptOf = ({ conversationId, to, readerId, at }: Read): Omit<Receipt, 'messageIds'> => ({
  conversationId,
  seq: to,
  readBy: readerId,
  readAt: at,
});
