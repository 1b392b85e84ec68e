/** Bodies and query parameters of the HTTP routes of conversations. Ids in the path are not part of them. */
import { PickType } from '@nestjs/swagger';
import {
  ConversationAddDto,
  ConversationMuteDto,
  ConversationRenameDto,
  ConversationRoleDto,
  IsId,
  MessageUpdateDto,
} from '@aeturnis/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsNumberString, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { PageQuery } from '../http';

/** @example {"title": "Raid on Tuesday"} */
export class TitleBody extends PickType(ConversationRenameDto, ['title']) {}

/** @example {"userIds": ["5c0e7b52-18a4-4b52-b6a5-0c2b8e0f2d31"]} */
export class NewMembersBody extends PickType(ConversationAddDto, ['userIds', 'characterIds']) {}

/** @example {"role": "admin"} */
export class RoleBody extends PickType(ConversationRoleDto, ['role']) {}

/** @example {"muted": true} */
export class MuteBody extends PickType(ConversationMuteDto, ['muted']) {}

/** @example {"content": "See you at the gate"} */
export class ContentBody extends PickType(MessageUpdateDto, ['content']) {}

export class ConversationsQuery extends PageQuery {
  /** `next` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  cursor?: string;
}

export class ReactionsQuery extends PageQuery {
  /** `next` of the page before.
   * @example "4711" */
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(15)
  cursor?: string;
}

export class MessagesQuery extends PageQuery {
  @IsId()
  conversationId: string;

  /** Messages older than this seq, the newest first. Absent: the newest. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  before?: number;

  /** Messages newer than this seq, the oldest first; instead of `before`. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}
