/** Resolves the part of a channel that a caller may read and write, and the author to show. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AppError,
  type ChatAuthor,
  type ChatChannel,
  GLOBAL_CHAT,
  RoomKind,
  roomName,
  type RoomName,
} from '@aeturnis/contracts';
import { type Caller, RoomService } from '@aeturnis/realtime';
import { WorldService } from '../world';

export interface ChatDestination {
  readonly channel: ChatChannel;
  /** The part of the channel; empty for a channel without parts. */
  readonly scope: string;
  readonly room: RoomName;
  readonly author: ChatAuthor;
}

@Injectable()
export class ChatDestinations implements OnModuleInit {
  constructor(
    private readonly rooms: RoomService,
    private readonly world: WorldService,
  ) {}

  onModuleInit(): void {
    this.rooms.addStandingRoom(GLOBAL_CHAT);
  }

  /** @throws AppError NO_CHARACTER for the zone channel without a character, FORBIDDEN for a group that the caller is not in. */
  resolve(caller: Caller, channel: ChatChannel): ChatDestination {
    switch (channel) {
      case 'global':
        return { channel, scope: '', room: GLOBAL_CHAT, author: this.accountAuthor(caller) };
      case 'zone':
        return this.zoneDestination(caller);
      case 'guild':
      case 'party':
        throw new AppError('FORBIDDEN', `You are not in a ${channel}`);
    }
  }

  /** The author of global messages and whispers: the account, with the id of the character it plays. */
  accountAuthor({ principal, socketId }: Caller): ChatAuthor {
    const character = this.world.characterOf(socketId);
    return { userId: principal.userId, ...(character && { characterId: character.characterId }), name: principal.name };
  }

  /** In the zone channel the author has the name of the character. */
  private zoneDestination({ principal, socketId }: Caller): ChatDestination {
    const character = this.world.characterOf(socketId);
    if (!character) throw new AppError('NO_CHARACTER', 'Select a character to talk in its zone');
    const { characterId, name, zone } = character;
    const author = { userId: principal.userId, characterId, name };
    return { channel: 'zone', scope: zone, room: roomName(RoomKind.Zone, zone), author };
  }
}
