/** Where something is said: the part of a channel that one caller speaks to and may read, and as whom. */
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type ChatAuthor,
  type ChatChannel,
  GLOBAL_CHAT,
  RoomKind,
  roomName,
  type RoomName,
} from '@aeturnis/contracts';
import type { Caller } from '@aeturnis/realtime';
import { WorldService } from '../world';

export interface ChatPlace {
  readonly channel: ChatChannel;
  /** What splits the channel; empty where there is one for all. */
  readonly scope: string;
  readonly room: RoomName;
  readonly author: ChatAuthor;
}

@Injectable()
export class ChatPlaces {
  constructor(private readonly world: WorldService) {}

  /** @throws AppError NO_CHARACTER for the zone without a character in it, FORBIDDEN for a group the caller is not in. */
  of(caller: Caller, channel: ChatChannel): ChatPlace {
    switch (channel) {
      case 'global':
        return { channel, scope: '', room: GLOBAL_CHAT, author: this.account(caller) };
      case 'zone':
        return this.zone(caller);
      case 'guild':
      case 'party':
        throw new AppError('FORBIDDEN', `You are not in a ${channel}`);
    }
  }

  /** The account speaks; the character it plays is told beside it. */
  account({ principal, socketId }: Caller): ChatAuthor {
    const character = this.world.playing(socketId);
    return { userId: principal.userId, ...(character && { characterId: character.characterId }), name: principal.name };
  }

  /** In the zone the character speaks. */
  private zone({ principal, socketId }: Caller): ChatPlace {
    const character = this.world.playing(socketId);
    if (!character) throw new AppError('NO_CHARACTER', 'Select a character to talk in its zone');
    const { characterId, name, zone } = character;
    const author = { userId: principal.userId, characterId, name };
    return { channel: 'zone', scope: zone, room: roomName(RoomKind.Zone, zone), author };
  }
}
