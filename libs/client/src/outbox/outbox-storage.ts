/** Where messages wait until the server has stored them. */

export interface OutboxEntry {
  /** Unique for its sender: the server stores one message under it, however often it is sent. */
  readonly tempId: string;
  /** The sender: another user on the same device neither sends nor sees it. */
  readonly userId: string;
  readonly conversationId: string;
  readonly content: string;
  /** Entries are sent in this order. */
  readonly order: number;
  /** Set once the server has refused it for good: it is sent again only when the application says so. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** Shared by all tabs of a browser. May reject: the outbox then works in memory. */
export interface OutboxStorage {
  /** In any order. */
  list(userId: string): Promise<readonly OutboxEntry[]>;
  /** Adds or replaces. */
  put(entry: OutboxEntry): Promise<void>;
  remove(entry: OutboxEntry): Promise<void>;
  /** Gives the device back what it holds, until the next call. */
  close?(): void;
}

/** Keeps entries for as long as the page lives. */
export class MemoryStorage implements OutboxStorage {
  private readonly entries = new Map<string, OutboxEntry>();

  async list(userId: string): Promise<readonly OutboxEntry[]> {
    return [...this.entries.values()].filter((entry) => entry.userId === userId);
  }

  async put(entry: OutboxEntry): Promise<void> {
    this.entries.set(entry.tempId, entry);
  }

  async remove({ tempId }: OutboxEntry): Promise<void> {
    this.entries.delete(tempId);
  }
}
