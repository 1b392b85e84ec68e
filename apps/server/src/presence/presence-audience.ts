/** Who is told of a user's presence, and whom a user may look at: the place for friends, guilds, parties and blocks. */
import { Injectable } from '@nestjs/common';
import { RoomKind, roomName, type RoomName } from '@aeturnis/contracts';

@Injectable()
export class PresenceAudience {
  /** The rooms that hear of this user's coming, going and changes. */
  async roomsFor(userId: string): Promise<RoomName[]> {
    return [roomName(RoomKind.Watch, userId)];
  }

  /** Those of these users whom the viewer may see; the others look as if they had never been here. */
  async visibleTo(_viewerId: string, userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(userIds);
  }
}
