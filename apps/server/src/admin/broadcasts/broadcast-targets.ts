/** Finds the room to which an announcement goes. */
import { Injectable } from '@nestjs/common';
import { AppError, parseRoom, RoomKind, roomName, type RoomName } from '@aeturnis/contracts';
import { isUUID } from 'class-validator';
import { AccountsService } from '../../accounts';
import { WorldService } from '../../world';
import { toAddressableRoom } from '../rooms/room-name-param.decorator';
import type { BroadcastTargetDto } from './broadcast.dto';

const ROOM_KINDS = new Set<string>(Object.values(RoomKind));

@Injectable()
export class BroadcastTargets {
  constructor(
    private readonly accounts: AccountsService,
    private readonly world: WorldService,
  ) {}

  /**
   * @returns null for all users. Whether a room has members is not checked: it may have some on a node that does not answer.
   * @throws AppError NOT_FOUND for a zone or a user that does not exist, or a name that no room can have; VALIDATION for an
   * id with the target `all`.
   */
  async roomOf({ target, id = '' }: BroadcastTargetDto): Promise<RoomName | null> {
    switch (target) {
      case 'all':
        if (id !== '') throw new AppError('VALIDATION', 'An announcement to `all` has no id: omit it');
        return null;
      case 'zone':
        if (!this.world.hasZone(id)) throw new AppError('NOT_FOUND', 'There is no such zone');
        return roomName(RoomKind.Zone, id);
      case 'room':
        return requireRoom(id);
      case 'user':
        if (!(await this.isUser(id))) throw new AppError('NOT_FOUND', 'There is no such user');
        return roomName(RoomKind.User, id);
    }
  }

  private async isUser(id: string): Promise<boolean> {
    return isUUID(id) && (await this.accounts.namesOf([id])).size > 0;
  }
}

/** @throws AppError NOT_FOUND. */
function requireRoom(name: string): RoomName {
  const room = toAddressableRoom(name);
  if (room === null || !ROOM_KINDS.has(parseRoom(room)?.kind ?? ''))
    throw new AppError('NOT_FOUND', 'There is no such room');
  return room;
}
