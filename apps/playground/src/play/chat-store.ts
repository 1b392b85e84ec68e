/** The chat of the visitor: the lines of the channels, the whispers, and the users that are typing. */
import type { Client } from '@aeturnis/client';
import type { ChatChannel, ChatEntry, WhisperEntry } from '@aeturnis/contracts';
import { signal } from '@preact/signals';

export type ShownChannel = Extract<ChatChannel, 'zone' | 'global'>;
export interface ChatLine {
  readonly id: string;
  readonly fromUserId: string;
  readonly fromName: string;
  readonly text: string;
  readonly createdAt: string;
  /** Of whispers of the visitor. */
  readonly toName?: string;
  readonly kind: ShownChannel | 'whisper' | 'emote';
}

const MAX_LINES = 200;
const HISTORY = 30;
const TYPING_MS = 3_000;

export class ChatStore {
  /** The oldest line first; whispers and emotes appear in the channel of the zone. */
  readonly zone = signal<readonly ChatLine[]>([]);
  readonly global = signal<readonly ChatLine[]>([]);
  readonly whispers = signal<readonly ChatLine[]>([]);
  readonly typing = signal<readonly { readonly name: string; readonly channel: string }[]>([]);
  readonly unread = signal(0);
  /** The recipient of the next line; undefined: the channel. */
  readonly whisperTo = signal<string | undefined>(undefined);
  private zoneId: string | undefined;

  constructor(
    private readonly client: Client,
    private readonly userId: () => string | undefined,
  ) {
    client.on('chat:message', (entry) => this.addMessage(entry));
    client.on('chat:whisper', (entry) => this.addWhisper(entry));
    client.on('chat:emote', ({ from, emote, timestamp }) =>
      this.add(this.zone, {
        id: `emote ${from.userId} ${timestamp}`,
        fromUserId: from.userId,
        fromName: from.name,
        text: emote,
        createdAt: new Date(timestamp).toISOString(),
        kind: 'emote',
      }),
    );
    client.on('chat:typing', ({ from, channel = 'whisper' }) => this.addTyping(from.name, channel));
    client.on('zone:state', ({ zone }) => this.enterZone(zone));
  }

  /** Reads the latest lines; those that are shown already stay. */
  async load(channel: ShownChannel): Promise<void> {
    const { zoneId } = this;
    const { messages } = await this.client.request('chat:history', { channel, limit: HISTORY }).catch(() => ({
      messages: [],
    }));
    if (channel === 'zone' && zoneId !== this.zoneId) return;
    const lines = (messages as ChatEntry[]).map((entry) => lineOf(entry, channel));
    this[channel].value = mergeLines(this[channel].value, lines);
  }

  async say(channel: ShownChannel, text: string): Promise<void> {
    await this.client.request('chat:message', { channel, text });
  }

  async whisper(toName: string, text: string): Promise<void> {
    await this.client.request('chat:whisper', { toName, text });
  }

  announceTyping(channel: ShownChannel): void {
    this.client.send('chat:typing', { channel });
  }

  markRead(): void {
    this.unread.value = 0;
  }

  /** What was said in another zone is not shown any more. */
  private enterZone(id: string): void {
    if (id !== this.zoneId) this.zone.value = [];
    this.zoneId = id;
    void this.load('zone');
  }

  private addMessage(entry: ChatEntry): void {
    if (entry.channel !== 'zone' && entry.channel !== 'global') return;
    this.removeTyping(entry.from.name);
    this.add(this[entry.channel], lineOf(entry, entry.channel));
  }

  private addWhisper(entry: WhisperEntry): void {
    this.add(this.whispers, { ...lineOf(entry, 'whisper'), toName: entry.to.name });
  }

  private add(lines: ChatStore['zone'], line: ChatLine): void {
    lines.value = mergeLines(lines.value, [line]);
    if (line.fromUserId !== this.userId()) this.unread.value += 1;
  }

  private addTyping(name: string, channel: string): void {
    this.removeTyping(name);
    const user = { name, channel };
    this.typing.value = [...this.typing.value, user];
    // By identity: the timer of an earlier announcement does not end this one.
    setTimeout(() => (this.typing.value = this.typing.value.filter((each) => each !== user)), TYPING_MS);
  }

  private removeTyping(name: string): void {
    this.typing.value = this.typing.value.filter((user) => user.name !== name);
  }
}

function lineOf({ id, from, text, createdAt }: ChatEntry | WhisperEntry, kind: ChatLine['kind']): ChatLine {
  return { id, fromUserId: from.userId, fromName: from.name, text, createdAt, kind };
}

/** A line that is read again is the same line. */
function mergeLines(lines: readonly ChatLine[], more: readonly ChatLine[]): ChatLine[] {
  const known = new Set(lines.map(({ id }) => id));
  const merged = [...lines, ...more.filter(({ id }) => !known.has(id))];
  return merged.sort((one, other) => one.createdAt.localeCompare(other.createdAt)).slice(-MAX_LINES);
}
