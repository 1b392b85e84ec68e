/** Coalesces receipts until they are published: one per reader and conversation, and one per delivered message. */

interface ReceiptMessage {
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
}

/** A read watermark that moved from one entry to another, and the messages that the reader's requests named. */
export interface ReadReceipt {
  readonly conversationId: string;
  readonly readerId: string;
  readonly from: number;
  readonly to: number;
  readonly named: readonly ReceiptMessage[];
  readonly at: string;
}

/** The users to whom one message has been delivered. */
export interface DeliveryReceipt {
  readonly conversationId: string;
  readonly message: ReceiptMessage;
  readonly userIds: Iterable<string>;
  readonly at: string;
}

export class PendingReceipts {
  private readonly byReader = new Map<string, ReadReceipt>();
  private readonly byMessage = new Map<string, DeliveryReceipt & { userIds: Set<string>; at: string }>();

  get reads(): readonly ReadReceipt[] {
    return [...this.byReader.values()];
  }

  get deliveries(): readonly DeliveryReceipt[] {
    return [...this.byMessage.values()];
  }

  get isEmpty(): boolean {
    return this.byReader.size === 0 && this.byMessage.size === 0;
  }

  addRead(read: ReadReceipt): void {
    const key = `${read.conversationId} ${read.readerId}`;
    const known = this.byReader.get(key) ?? read;
    // No message is in both: each advance of a watermark passes different entries.
    const named = known === read ? read.named : [...known.named, ...read.named];
    const at = known.at > read.at ? known.at : read.at;
    const [from, to] = [Math.min(known.from, read.from), Math.max(known.to, read.to)];
    this.byReader.set(key, { ...read, from, to, at, named });
  }

  addDelivery({ userIds, ...delivery }: DeliveryReceipt): void {
    const { id } = delivery.message;
    const known = this.byMessage.get(id) ?? { ...delivery, userIds: new Set() };
    for (const userId of userIds) known.userIds.add(userId);
    known.at = known.at > delivery.at ? known.at : delivery.at;
    this.byMessage.set(id, known);
  }

  /** Returns receipts whose publication failed. */
  putBack({ reads, deliveries }: PendingReceipts): void {
    for (const read of reads) this.addRead(read);
    for (const delivery of deliveries) this.addDelivery(delivery);
  }
}
