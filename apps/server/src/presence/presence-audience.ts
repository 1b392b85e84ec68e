/** Who is told of a user's presence, and whom a user may look at: the place for friends, guilds, parties and blocks. */
import { Injectable } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { BlockList, type BlockRelations, userRooms } from '../social';

export interface Audience {
  readonly rooms: readonly RoomName[];
  /** Rooms of those who are not told, whatever else they are in. */
  readonly except: string[];
}

@Injectable()
export class PresenceAudience {
  constructor(private readonly blocks: BlockList) {}

  /** Who hears of this user's coming, going and changes. A block hides both ways. */
  async of(userId: string): Promise<Audience> {
    const hidden = await this.blocks.hiddenFrom(userId);
    return { rooms: [roomName(RoomKind.Watch, userId)], except: userRooms(hidden) };
  }

  /** Users hidden from the viewer because either has blocked the other. */
  hiddenFrom(viewerId: string): Promise<BlockRelations> {
    return this.blocks.of(viewerId);
  }
}
