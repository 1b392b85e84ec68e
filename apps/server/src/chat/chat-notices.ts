/** Notifies those who are mentioned, and those who were away when somebody whispered to them, or were about to be found so. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChatAuthor, ChatChannel, ChatSent } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { RealtimeService } from '@aeturnis/realtime';
import {
  type Absence,
  AbsencesService,
  type AddressedNotice,
  type Notice,
  NotificationService,
} from '../notifications';
import { BlockList } from '../social';
import { ChatMentions } from './chat-mentions';
import type { ChatPlace } from './chat-places';
import { type UndeliveredWhisper, WhisperDeliveryRepository } from './whisper-delivery.repository';

const EXCERPT = 140;

@Injectable()
export class ChatNotices implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly mentions: ChatMentions,
    private readonly notifications: NotificationService,
    private readonly realtime: RealtimeService,
    private readonly absences: AbsencesService,
    private readonly deliveries: WhisperDeliveryRepository,
    private readonly blocks: BlockList,
  ) {}

  onModuleInit(): void {
    this.absences.onDelivered((delivered) => this.deliveries.markDelivered(delivered));
    this.absences.onAbsent((absent) => this.notifyUndelivered(absent));
  }

  /** Stores what is said on a channel, together with the notifications of those whom it mentions. */
  async said(text: string, place: ChatPlace, store: () => Promise<ChatSent>): Promise<ChatSent> {
    const mentioned = await this.mentions.in(text, place);
    return this.with(mentioned, store, ({ id }) => mention(text, place.channel, place.author, id));
  }

  /**
   * Stores a whisper, together with the notification of a receiver who is away. Of one who is online it is decided later: when
   * the receiver is found gone, or has read it.
   */
  async whispered(
    text: string,
    from: ChatAuthor,
    to: string,
    store: (awaitsDelivery: boolean) => Promise<ChatSent>,
  ): Promise<ChatSent> {
    if (await this.realtime.isUserOnline(to)) {
      const sent = await store(true);
      this.absences.stored(to);
      return sent;
    }
    return this.database.transaction(async () => {
      const undecided = await this.absences.undecided([to]);
      const sent = await store(undecided.has(to));
      if (!undecided.has(to)) await this.notifications.send(to, whisper(text, from, sent.id));
      return sent;
    });
  }

  /** The whispers of this user are being read. */
  async whispersRead(userId: string, from: string): Promise<void> {
    await this.deliveries.markRead(userId, from);
    await this.notifications.readByKey(userId, whisperKey(from));
  }

  private async notifyUndelivered(absent: readonly Absence[]): Promise<void> {
    const whispers = await this.deliveries.takeUndelivered(absent.map(({ userId }) => userId));
    const relations = await this.blocks.ofEach([...new Set(whispers.map(({ from }) => from.userId))]);
    const shown = whispers.filter(({ from, to }) => relations.get(from.userId)?.blockedBy.has(to) !== true);
    // One notification per receiver and author, which counts each whisper.
    for (const notices of inRounds(shown)) await this.notifications.sendEach(notices);
  }

  private with(to: readonly string[], store: () => Promise<ChatSent>, notice: (sent: ChatSent) => Notice) {
    if (to.length === 0) return store();
    return this.database.transaction(async () => {
      const sent = await store();
      await this.notifications.send(to, notice(sent));
      return sent;
    });
  }
}

function mention(text: string, channel: ChatChannel, from: ChatAuthor, messageId: string): Notice {
  return {
    kind: 'mention',
    key: `mention:${channel}:${from.userId}`,
    title: `${from.name} mentioned you`,
    body: excerpt(text),
    data: { channel, messageId, from },
    actorId: from.userId,
  };
}

function whisper(text: string, from: ChatAuthor, messageId: string): Notice {
  return {
    kind: 'whisper',
    key: whisperKey(from.userId),
    title: `${from.name} whispered to you`,
    body: excerpt(text),
    data: { messageId, from },
    actorId: from.userId,
  };
}

const whisperKey = (from: string): string => `whisper:${from}`;

function excerpt(text: string): string {
  const points = Array.from(text);
  return points.length > EXCERPT ? `${points.slice(0, EXCERPT).join('')}…` : text;
}

/** The first whispers of each pair of author and receiver, then the second ones, and so on. */
function inRounds(whispers: readonly UndeliveredWhisper[]): AddressedNotice[][] {
  const rounds: AddressedNotice[][] = [];
  const counts = new Map<string, number>();
  for (const { id, to, from, text } of whispers) {
    const pair = `${to} ${from.userId}`;
    const round = counts.get(pair) ?? 0;
    counts.set(pair, round + 1);
    (rounds[round] ??= []).push({ ...whisper(text, from, id), userId: to });
  }
  return rounds;
}
