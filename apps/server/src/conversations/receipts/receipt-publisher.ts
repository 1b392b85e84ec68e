/**
 * Publishes receipts: read receipts to the reader's own devices, and both kinds to the authors of the messages, if the author
 * is still a member and neither user has blocked the other. In a large group authors get no receipts.
 */
import { Injectable } from '@nestjs/common';
import type { EventPayload } from '@aeturnis/contracts';
import { RealtimeService } from '../../realtime';
import { BlockList, userRooms } from '../../social';
import { type MembershipKey, ReceiptsRepository } from './receipts.repository';
import type { DeliveryReceipt, ReadReceipt, PendingReceipts } from './pending-receipts';

/** Larger groups send authors no receipts: each message would cause as many events as it has readers. */
export const MAX_MEMBERS_WITH_RECEIPTS = 100;

type ReceiptPayload = EventPayload<'message:read:receipt'>;

@Injectable()
export class ReceiptPublisher {
  constructor(
    private readonly repository: ReceiptsRepository,
    private readonly blocks: BlockList,
    private readonly realtime: RealtimeService,
  ) {}

  /** Completes all reads before the first emit, so that a call that fails can be repeated. */
  async publishReceipts({ reads, deliveries }: PendingReceipts): Promise<void> {
    const smallConversationIds = await this.smallConversations([...reads, ...deliveries]);
    const isShown = ({ conversationId }: ReadReceipt | DeliveryReceipt) => smallConversationIds.has(conversationId);
    const [shownReads, shownDeliveries] = [reads.filter(isShown), deliveries.filter(isShown)];
    const currentMembers = await this.currentMembersOf(reads, shownDeliveries);
    const senders = shownReads.length > 0 ? await this.repository.authorsOfRead(shownReads) : [];
    const hidden = await this.hiddenFrom([
      ...shownReads.map(({ readerId }) => readerId),
      ...shownDeliveries.map(({ message }) => message.senderId),
    ]);
    for (const read of reads)
      if (currentMembers.has(membershipKey(read.conversationId, read.readerId))) this.emitToReader(read);
    for (const [index, read] of shownReads.entries()) {
      const unseen = hidden.get(read.readerId);
      const receivers = (senders[index] ?? []).filter((id) => id !== read.readerId && !unseen?.has(id));
      this.emitReadToAuthors(read, receivers);
    }
    for (const delivery of shownDeliveries) {
      const { senderId } = delivery.message;
      if (!currentMembers.has(membershipKey(delivery.conversationId, senderId))) continue;
      const unseen = hidden.get(senderId);
      this.emitDelivered(
        delivery,
        [...delivery.userIds].filter((id) => !unseen?.has(id)),
      );
    }
  }

  private emitToReader(read: ReadReceipt): void {
    const messageIds = read.named.map(({ id }) => id);
    this.realtime.emitToUser(read.readerId, 'message:read:receipt', { ...toReceiptPayload(read), messageIds });
  }

  /** Authors without a named message share one event, because its payload is the same for all of them. */
  private emitReadToAuthors(read: ReadReceipt, receivers: readonly string[]): void {
    const named = new Map<string, string[]>(read.named.map(({ senderId }) => [senderId, []]));
    for (const { id, senderId } of read.named) named.get(senderId)?.push(id);
    const others = receivers.filter((id) => !named.has(id));
    const receipt = toReceiptPayload(read);
    for (const receiver of receivers) {
      const messageIds = named.get(receiver);
      if (messageIds) this.realtime.emitToUser(receiver, 'message:read:receipt', { ...receipt, messageIds });
    }
    if (others.length > 0)
      this.realtime.emitToRoom(userRooms(others), 'message:read:receipt', { ...receipt, messageIds: [] });
  }

  private emitDelivered({ conversationId, message, at }: DeliveryReceipt, to: string[]): void {
    if (to.length === 0) return;
    const { id: messageId, senderId, seq } = message;
    const receipt = { messageId, conversationId, seq, deliveredTo: to, deliveredAt: at };
    this.realtime.emitToUser(senderId, 'message:delivered', receipt);
  }

  private async smallConversations(all: readonly { conversationId: string }[]): Promise<ReadonlySet<string>> {
    const ids = new Set(all.map(({ conversationId }) => conversationId));
    return this.repository.conversationsWithAtMost(MAX_MEMBERS_WITH_RECEIPTS, [...ids]);
  }

  /** The readers and authors among these receipts that are still members. Former members get no receipts. */
  private async currentMembersOf(
    reads: readonly ReadReceipt[],
    deliveries: readonly DeliveryReceipt[],
  ): Promise<ReadonlySet<string>> {
    const memberships = new Map<string, MembershipKey>();
    const add = (conversationId: string, userId: string) =>
      memberships.set(membershipKey(conversationId, userId), { conversationId, userId });
    for (const { conversationId, readerId } of reads) add(conversationId, readerId);
    for (const { conversationId, message } of deliveries) add(conversationId, message.senderId);
    if (memberships.size === 0) return new Set();
    const current = await this.repository.currentMembersAmong([...memberships.values()]);
    return new Set(current.map(({ conversationId, userId }) => membershipKey(conversationId, userId)));
  }

  private async hiddenFrom(userIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const distinct = [...new Set(userIds)];
    const found = distinct.map(async (id) => [id, await this.blocks.hiddenFrom(id)] as const);
    return new Map(await Promise.all(found));
  }
}

const membershipKey = (conversationId: string, userId: string): string => `${conversationId} ${userId}`;

const toReceiptPayload = ({ conversationId, to, readerId, at }: ReadReceipt): Omit<ReceiptPayload, 'messageIds'> => ({
  conversationId,
  seq: to,
  readBy: readerId,
  readAt: at,
});
