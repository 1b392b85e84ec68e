/** Receipts that wait to be told together: one per reader and conversation, and one per message that has arrived. */

export interface Named {
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
}

/** How far one reader has come, from one place in the log to another, and the messages named on the way. */
export interface Read {
  readonly conversationId: string;
  readonly readerId: string;
  readonly from: number;
  readonly to: number;
  readonly named: readonly Named[];
  readonly at: string;
}

/** To whom one message has been delivered. */
export interface Delivery {
  readonly conversationId: string;
  readonly message: Named;
  readonly userIds: Iterable<string>;
  readonly at: string;
}

export class WaitingReceipts {
  private readonly byReader = new Map<string, Read>();
  private readonly byMessage = new Map<string, Delivery & { userIds: Set<string>; at: string }>();

  get reads(): readonly Read[] {
    return [...this.byReader.values()];
  }

  get deliveries(): readonly Delivery[] {
    return [...this.byMessage.values()];
  }

  get empty(): boolean {
    return this.byReader.size === 0 && this.byMessage.size === 0;
  }

  read(read: Read): void {
    const key = `${read.conversationId} ${read.readerId}`;
    const known = this.byReader.get(key) ?? read;
    // No message is in two of them: each move of a watermark passes what no other one has passed.
    const named = known === read ? read.named : [...known.named, ...read.named];
    const at = known.at > read.at ? known.at : read.at;
    const [from, to] = [Math.min(known.from, read.from), Math.max(known.to, read.to)];
    this.byReader.set(key, { ...read, from, to, at, named });
  }

  delivered({ userIds, ...delivery }: Delivery): void {
    const { id } = delivery.message;
    const known = this.byMessage.get(id) ?? { ...delivery, userIds: new Set() };
    for (const userId of userIds) known.userIds.add(userId);
    known.at = known.at > delivery.at ? known.at : delivery.at;
    this.byMessage.set(id, known);
  }

  /** What could not be told waits on. */
  keep({ reads, deliveries }: WaitingReceipts): void {
    for (const read of reads) this.read(read);
    for (const delivery of deliveries) this.delivered(delivery);
  }
}
