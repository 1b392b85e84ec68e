/** Bodies and query parameters of the HTTP routes of conversations. Ids in the path are not part of them. */
import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import {
  CONVERSATION_ROLES,
  ConversationAddDto,
  ConversationMuteDto,
  ConversationRenameDto,
  type ConversationRole,
  ConversationRoleDto,
  IsId,
  MessageUpdateDto,
} from '@aeturnis/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsNumberString, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { PageQuery } from '../http';

export class TitleBody extends PickType(ConversationRenameDto, ['title']) {
  @ApiProperty({ maxLength: 100, example: 'Raid on Tuesday' })
  override title: string;
}

export class NewMembersBody extends PickType(ConversationAddDto, ['userIds', 'characterIds']) {
  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: 100, description: 'This or `characterIds`.' })
  override userIds?: string[];

  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: 100, description: 'Characters of the users.' })
  override characterIds?: string[];
}

export class RoleBody extends PickType(ConversationRoleDto, ['role']) {
  @ApiProperty({ enum: CONVERSATION_ROLES })
  override role: ConversationRole;
}

export class MuteBody extends PickType(ConversationMuteDto, ['muted']) {
  @ApiProperty()
  override muted: boolean;
}

export class ContentBody extends PickType(MessageUpdateDto, ['content']) {
  @ApiProperty({ maxLength: 10_000, example: 'See you at the gate' })
  override content: string;
}

export class ConversationsQuery extends PageQuery {
  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  cursor?: string;
}

export class ReactionsQuery extends PageQuery {
  @ApiPropertyOptional({ description: '`next` of the page before.', example: '4711' })
  @IsOptional()
  @IsNumberString({ no_symbols: true })
  @MaxLength(15)
  cursor?: string;
}

export class MessagesQuery extends PageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsId()
  conversationId: string;

  @ApiPropertyOptional({ description: 'Messages older than this seq, the newest first. Absent: the newest.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  before?: number;

  @ApiPropertyOptional({ description: 'Messages newer than this seq, the oldest first; instead of `before`.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}
