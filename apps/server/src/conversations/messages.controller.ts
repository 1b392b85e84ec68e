/** Messages over HTTP, by the rules that hold for their commands: one line per route. */
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ConversationSync,
  ConversationSyncDto,
  MessageDelete,
  type MessageDeleted,
  type MessageEdited,
  type MessagePage,
  MessageSend,
  MessageSendDto,
  type MessageSent,
  MessageUpdate,
  type Principal,
  type ReactionPage,
  type SyncPage,
} from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, LimitedAs } from '../http';
import { ContentBody, MessagesQuery, ReactionsQuery } from './conversation-bodies';
import {
  DELETED_EXAMPLE,
  EDITED_EXAMPLE,
  MESSAGES_EXAMPLE,
  REACTIONS_EXAMPLE,
  SEND_EXAMPLE,
  SENT_EXAMPLE,
  SYNC_ANSWER_EXAMPLE,
  SYNC_EXAMPLE,
} from './examples';
import { MessagesService } from './messages.service';
import { ReactionsService } from './reactions.service';
import { SyncService } from './sync.service';

@ApiTags('messages')
@Controller('api')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly sync: SyncService,
    private readonly reactions: ReactionsService,
  ) {}

  @Post('messages')
  @LimitedAs(MessageSend)
  @ApiOperation({ summary: 'Says something in a conversation. Under one `tempId` it is stored once, for good.' })
  @ApiBody({ schema: { example: SEND_EXAMPLE } })
  @ApiCreatedResponse({ schema: { example: SENT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  send(@CurrentUser() author: Principal, @Body() dto: MessageSendDto): Promise<MessageSent> {
    return this.messages.send(author, dto);
  }

  @Get('messages')
  @ApiOperation({ summary: 'Reads the messages of a conversation, page by page, backwards or forwards.' })
  @ApiOkResponse({ schema: { example: MESSAGES_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  read(@CurrentUser() { userId }: Principal, @Query() query: MessagesQuery): Promise<MessagePage> {
    const { conversationId, before, after, limit } = query;
    return this.sync.page(userId, conversationId, after === undefined ? { before } : { after }, limit);
  }

  @Get('messages/:id/reactions')
  @ApiOperation({ summary: 'Lists the reactions to a message, the oldest first, page by page.' })
  @ApiOkResponse({ schema: { example: REACTIONS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  reactionsTo(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') id: string,
    @Query() query: ReactionsQuery,
  ): Promise<ReactionPage> {
    return this.reactions.page(userId, id, query);
  }

  @Patch('messages/:id')
  @LimitedAs(MessageUpdate)
  @ApiOperation({ summary: 'Changes an own message; what it said before is kept.' })
  @ApiOkResponse({ schema: { example: EDITED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  async edit(
    @CurrentUser() author: Principal,
    @IdParam('id') id: string,
    @Body() { content }: ContentBody,
  ): Promise<MessageEdited> {
    return this.messages.edit(author, { ...(await this.messages.placeOf(author.userId, id)), content });
  }

  @Delete('messages/:id')
  @LimitedAs(MessageDelete)
  @ApiOperation({ summary: 'Takes back an own message, or as an admin of the group anybody’s.' })
  @ApiOkResponse({ schema: { example: DELETED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  async remove(@CurrentUser() author: Principal, @IdParam('id') id: string): Promise<MessageDeleted> {
    return this.messages.remove(author, await this.messages.placeOf(author.userId, id));
  }

  @Post('sync')
  @LimitedAs(ConversationSync)
  @HttpCode(200)
  @ApiOperation({ summary: 'Tells what happened in conversations since the entries named.' })
  @ApiBody({ schema: { example: SYNC_EXAMPLE } })
  @ApiOkResponse({ schema: { example: SYNC_ANSWER_EXAMPLE } })
  @ApiErrors('VALIDATION')
  since(@CurrentUser() { userId }: Principal, @Body() { cursors }: ConversationSyncDto): Promise<SyncPage> {
    return this.sync.since(userId, cursors);
  }
}
