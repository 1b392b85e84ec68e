/** Decides who receives and who may view a user's presence: the extension point for friends, guilds, parties and blocks. */
import { Injectable } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { BlockList, type BlockRelations, userRooms } from '../social';

export interface PresenceRecipients {
  readonly rooms: readonly RoomName[];
  /** User rooms that are excluded, whichever other rooms their connections are in. */
  readonly except: string[];
}

@Injectable()
export class PresenceAudience {
  constructor(private readonly blocks: BlockList) {}

  /** The recipients of this user's presence events. A block in either direction excludes the other user. */
  async recipientsFor(userId: string): Promise<PresenceRecipients> {
    const hidden = await this.blocks.hiddenFrom(userId);
    return { rooms: [roomName(RoomKind.Watch, userId)], except: userRooms(hidden) };
  }

  /** The users hidden from the viewer by a block in either direction. */
  blockRelationsOf(viewerId: string): Promise<BlockRelations> {
    return this.blocks.relationsOf(viewerId);
  }
}
