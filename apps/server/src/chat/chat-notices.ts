/** Notifies mentioned users, and users that were offline, or not yet detected as offline, when a whisper was sent. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ChatAuthor, ChatChannel, ChatSent } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import {
  type Absence,
  AbsencesService,
  type AddressedNotice,
  type Notice,
  NotificationService,
} from '../notifications';
import { RealtimeService } from '../realtime';
import { BlockList } from '../social';
import { ChatMentions } from './mentions/chat-mentions';
import type { ChatDestination } from './chat-destinations';
import { type UndeliveredWhisper, WhisperDeliveryRepository } from './whispers/whisper-delivery.repository';

const MAX_EXCERPT_CODE_POINTS = 140;

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

  /** Stores a channel message together with the notifications of the users it mentions. */
  async storeMessage(text: string, destination: ChatDestination, store: () => Promise<ChatSent>): Promise<ChatSent> {
    const mentioned = await this.mentions.mentionedUserIds(text, destination);
    return this.storeWithNotice(mentioned, store, ({ id }) =>
      mentionNotice(text, destination.channel, destination.author, id),
    );
  }

  /**
   * Stores a whisper, together with a notification if the receiver is offline. For an online receiver the notification is
   * decided later: it is stored if the receiver goes offline before delivery is confirmed or the whisper is read.
   */
  async storeWhisper(
    text: string,
    from: ChatAuthor,
    to: string,
    store: (awaitsDelivery: boolean) => Promise<ChatSent>,
  ): Promise<ChatSent> {
    if (await this.realtime.isUserOnline(to)) {
      const sent = await store(true);
      this.absences.checkLater(to);
      return sent;
    }
    return this.database.transaction(async () => {
      const pending = await this.absences.lockPending([to]);
      const sent = await store(pending.has(to));
      if (!pending.has(to)) await this.notifications.send(to, whisperNotice(text, from, sent.id));
      return sent;
    });
  }

  /** Marks the whispers and the notification of this sender as read. */
  async markWhispersRead(userId: string, from: string): Promise<void> {
    await this.deliveries.markRead(userId, from);
    await this.notifications.markReadByKey(userId, whisperKey(from));
  }

  private async notifyUndelivered(absent: readonly Absence[]): Promise<void> {
    const whispers = await this.deliveries.claimUndelivered(absent.map(({ userId }) => userId));
    const relations = await this.blocks.relationsOfEach([...new Set(whispers.map(({ from }) => from.userId))]);
    const shown = whispers.filter(({ from, to }) => relations.get(from.userId)?.blockedBy.has(to) !== true);
    // `sendEach` takes one notice per user and key, so that each round counts one whisper per receiver and author.
    for (const notices of groupIntoRounds(shown)) await this.notifications.sendEach(notices);
  }

  private storeWithNotice(to: readonly string[], store: () => Promise<ChatSent>, notice: (sent: ChatSent) => Notice) {
    if (to.length === 0) return store();
    return this.database.transaction(async () => {
      const sent = await store();
      await this.notifications.send(to, notice(sent));
      return sent;
    });
  }
}

function mentionNotice(text: string, channel: ChatChannel, from: ChatAuthor, messageId: string): Notice {
  return {
    kind: 'mention',
    key: `mention:${channel}:${from.userId}`,
    title: `${from.name} mentioned you`,
    body: excerpt(text),
    data: { channel, messageId, from },
    actorId: from.userId,
  };
}

function whisperNotice(text: string, from: ChatAuthor, messageId: string): Notice {
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
  return points.length > MAX_EXCERPT_CODE_POINTS ? `${points.slice(0, MAX_EXCERPT_CODE_POINTS).join('')}…` : text;
}

/** Groups whispers into rounds: the first of each author and receiver, then the second, and so on. */
function groupIntoRounds(whispers: readonly UndeliveredWhisper[]): AddressedNotice[][] {
  const rounds: AddressedNotice[][] = [];
  const counts = new Map<string, number>();
  for (const { id, to, from, text } of whispers) {
    const pair = `${to} ${from.userId}`;
    const round = counts.get(pair) ?? 0;
    counts.set(pair, round + 1);
    (rounds[round] ??= []).push({ ...whisperNotice(text, from, id), userId: to });
  }
  return rounds;
}
