/** The conversations of the visitor with their unread counts, and the one that is open. */
import type { Client, OpenConversation } from '@aeturnis/client';
import type { ConversationPage, ConversationSummary } from '@aeturnis/contracts';
import { computed, signal } from '@preact/signals';
import { getJson } from '../session/account-api';

export class ConversationList {
  readonly summaries = signal<readonly ConversationSummary[]>([]);
  readonly open = signal<OpenConversation | undefined>(undefined);
  /** Whether the visitor sees the open conversation. */
  readonly isShown = signal(false);
  /** Whether the server has more of them than are listed. */
  readonly hasMore = signal(false);
  readonly unread = computed(() => this.summaries.value.reduce((sum, { unread }) => sum + unread, 0));
  private reading: Promise<void> | undefined;
  private pages = 1;
  /** Counts what the visitor has chosen to show or hide: only the latest choice is carried out. */
  private choices = 0;

  constructor(
    private readonly client: Client,
    private readonly getToken: () => Promise<string>,
  ) {
    client.on('system:sync', ({ conversations }) => {
      if (conversations && this.pages === 1) this.summaries.value = conversations;
    });
    client.on('message:new', (message) => {
      if ('hidden' in message && message.hidden) return;
      const isSeen = this.isShown.value && this.open.value?.id === message.conversationId;
      const isOwn = message.senderId === client.userId;
      this.bump(message.conversationId, message.createdAt, isSeen || isOwn ? 0 : 1);
      if (isSeen && !isOwn) this.open.value?.markRead().catch(() => undefined);
    });
    for (const name of ['conversation:created', 'conversation:updated', 'conversation:member_added'] as const)
      client.on(name, () => void this.read());
    client.on('conversation:member_removed', () => void this.read());
  }

  /** One at a time: a call during a read is served by it. */
  read(): Promise<void> {
    return (this.reading ??= this.readOnce().finally(() => (this.reading = undefined)));
  }

  /** Lists one more page. */
  async readMore(): Promise<void> {
    await this.reading;
    this.pages += 1;
    await this.read();
  }

  /** @throws RequestError */
  async show(id: string): Promise<void> {
    this.hide();
    const choice = this.choices;
    const conversation = await this.client.conversations.open(id);
    if (choice !== this.choices) return conversation.close();
    this.open.value = conversation;
    this.client.request('conversation:join', { conversationId: id }).catch(() => undefined);
    await this.markRead(id);
  }

  hide(): void {
    this.choices += 1;
    const { value: conversation } = this.open;
    if (!conversation) return;
    this.open.value = undefined;
    conversation.close();
    this.client.request('conversation:leave', { conversationId: conversation.id }).catch(() => undefined);
  }

  /** Opens the conversation with the player of a character, and creates it if there is none. @throws RequestError */
  async showWith(characterId: string): Promise<void> {
    const { id } = await this.client.request('conversation:create', {
      kind: 'direct',
      participantCharacterIds: [characterId],
    });
    await Promise.all([this.show(id), this.read()]);
  }

  async markRead(id: string): Promise<void> {
    this.change(id, () => ({ unread: 0 }));
    await this.open.value?.markRead().catch(() => undefined);
  }

  private async readOnce(): Promise<void> {
    try {
      const summaries: ConversationSummary[] = [];
      let next: string | undefined = '';
      for (let page = 0; page < this.pages && next !== undefined; page += 1) {
        const path: string = `/api/conversations${next && `?cursor=${encodeURIComponent(next)}`}`;
        const read: ConversationPage = await getJson<ConversationPage>(path, await this.getToken());
        summaries.push(...read.conversations);
        next = read.next;
      }
      this.summaries.value = summaries;
      this.hasMore.value = next !== undefined;
    } catch {
      // The next event or connection reads it again.
    }
  }

  private bump(id: string, lastMessageAt: string, more: number): void {
    const summary = this.summaries.value.find((each) => each.id === id);
    if (!summary) return void this.read();
    const others = this.summaries.value.filter((each) => each.id !== id);
    this.summaries.value = [{ ...summary, lastMessageAt, unread: summary.unread + more }, ...others];
  }

  private change(id: string, by: (summary: ConversationSummary) => Partial<ConversationSummary>): void {
    this.summaries.value = this.summaries.value.map((each) => (each.id === id ? { ...each, ...by(each) } : each));
  }
}
