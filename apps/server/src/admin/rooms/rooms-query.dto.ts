/** Queries of the lists of rooms and of their members. */
import { IsId, RoomKind } from '@aeturnis/contracts';
import { IsIn, IsOptional, Length, Matches } from 'class-validator';
import { PageQuery } from '../../http';
import { MAX_ROOM_NAME_LENGTH, ROOM_NAME } from './room-name-param.decorator';

const ROOM_KINDS = Object.values(RoomKind);

export class RoomsQueryDto extends PageQuery {
  /** The beginning of a room name, or of the part after the kind.
   * @example "starting" */
  @IsOptional()
  @Length(1, MAX_ROOM_NAME_LENGTH)
  @Matches(ROOM_NAME, { message: '$property must be the beginning of a room name' })
  query?: string;

  /** Lists the rooms of this kind alone. Without it, rooms of one user and internal rooms are left out.
   * @example "zone" */
  @IsOptional()
  @IsIn(ROOM_KINDS)
  kind?: RoomKind;

  /** `next` of the previous page. */
  @IsOptional()
  @Length(1, MAX_ROOM_NAME_LENGTH)
  @Matches(ROOM_NAME, { message: '$property must be `next` of the previous page' })
  cursor?: string;
}

export class RoomMembersQueryDto extends PageQuery {
  /** `next` of the previous page. */
  @IsOptional()
  @IsId()
  cursor?: string;
}
