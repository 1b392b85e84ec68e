/** `@RoomNameParam('name')` validates the name of a room in the path, such as `zone:starting_village`. */
import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { AppError, canonicalId, parseRoom, type RoomName, roomName } from '@aeturnis/contracts';

export const MAX_ROOM_NAME_LENGTH = 100;
/** The characters of room names. */
export const ROOM_NAME = /^[\w:.-]+$/;

class RoomNamePipe implements PipeTransform<unknown, RoomName> {
  constructor(private readonly field: string) {}

  /** @throws AppError VALIDATION. */
  transform(value: unknown): RoomName {
    const room = typeof value === 'string' ? toAddressableRoom(value) : null;
    if (room !== null) return room;
    const problem = `${this.field} must be the name of a room, such as zone:starting_village`;
    throw new AppError('VALIDATION', `Invalid: ${problem}`, { details: [{ field: this.field, problems: [problem] }] });
  }
}

/** The name as rooms have it, with an id in lower case; null if no room can have it, such as a name with an id for the lobby. */
export function toAddressableRoom(value: string): RoomName | null {
  const room = value.length <= MAX_ROOM_NAME_LENGTH && ROOM_NAME.test(value) ? parseRoom(value) : null;
  return room && roomName(room.kind, room.id) === value ? roomName(room.kind, canonicalId(room.id)) : null;
}

export function RoomNameParam(name: string): ParameterDecorator {
  const read = Param(name, new RoomNamePipe(name));
  const describe = ApiParam({
    name,
    schema: { type: 'string', minLength: 1, maxLength: MAX_ROOM_NAME_LENGTH, pattern: ROOM_NAME.source },
    example: 'zone:starting_village',
  });
  return (target, property, index) => {
    read(target, property, index);
    if (property === undefined) return;
    describe(target, property, Object.getOwnPropertyDescriptor(target, property) ?? {});
  };
}
