/** Notifies those who are mentioned, and those who were away when somebody whispered to them. */
import { Injectable } from '@nestjs/common';
import type { ChatAuthor, ChatChannel, ChatSent } from '@aeturnis/contracts';
import { Database } from '@aeturnis/platform';
import { RealtimeService } from '@aeturnis/realtime';
import { type Notice, NotificationService } from '../notifications';
import { ChatMentions } from './chat-mentions';
import type { ChatPlace } from './chat-places';

const EXCERPT = 140;

@Injectable()
export class ChatNotices {
  constructor(
    private readonly database: Database,
    private readonly mentions: ChatMentions,
    private readonly notifications: NotificationService,
    private readonly realtime: RealtimeService,
  ) {}

  /** Stores what is said on a channel, together with the notifications of those whom it mentions. */
  async said(text: string, place: ChatPlace, store: () => Promise<ChatSent>): Promise<ChatSent> {
    const mentioned = await this.mentions.in(text, place);
    return this.with(mentioned, store, ({ id }) => mention(text, place.channel, place.author, id));
  }

  /** Stores a whisper, together with the notification of a receiver who is away. */
  async whispered(text: string, from: ChatAuthor, to: string, store: () => Promise<ChatSent>): Promise<ChatSent> {
    const away = (await this.realtime.isUserOnline(to)) ? [] : [to];
    return this.with(away, store, ({ id }) => whisper(text, from, id));
  }

  /** The whispers of this user are being read. */
  whispersRead(userId: string, from: string): Promise<void> {
    return this.notifications.readByKey(userId, whisperKey(from));
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
