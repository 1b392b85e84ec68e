/** HTTP routes of messages, under the same rules as their socket commands. */
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
import { ApiErrors, CurrentUser, IdParam, RateLimitAs } from '../http';
import { ContentBody, MessagesQuery, ReactionsQuery } from './request-bodies';
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
import { MessagesService } from './messages/messages.service';
import { ReactionsService } from './reactions/reactions.service';
import { SyncService } from './messages/sync.service';

@ApiTags('messages')
@Controller('api')
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly sync: SyncService,
    private readonly reactions: ReactionsService,
  ) {}

  @Post('messages')
  @RateLimitAs(MessageSend)
  @ApiOperation({ summary: 'Sends a message. Under one `tempId` it is stored once, permanently.' })
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
    return this.sync.messagePage(userId, conversationId, after === undefined ? { before } : { after }, limit);
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
  @RateLimitAs(MessageUpdate)
  @ApiOperation({ summary: 'Edits an own message; the log keeps the earlier text.' })
  @ApiOkResponse({ schema: { example: EDITED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  async edit(
    @CurrentUser() author: Principal,
    @IdParam('id') id: string,
    @Body() { content }: ContentBody,
  ): Promise<MessageEdited> {
    return this.messages.edit(author, { ...(await this.messages.locate(author.userId, id)), content });
  }

  @Delete('messages/:id')
  @RateLimitAs(MessageDelete)
  @ApiOperation({ summary: 'Deletes an own message; an admin of the group may delete any.' })
  @ApiOkResponse({ schema: { example: DELETED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  async remove(@CurrentUser() author: Principal, @IdParam('id') id: string): Promise<MessageDeleted> {
    return this.messages.remove(author, await this.messages.locate(author.userId, id));
  }

  @Post('sync')
  @RateLimitAs(ConversationSync)
  @HttpCode(200)
  @ApiOperation({ summary: 'Returns the entries of conversations after the given cursors.' })
  @ApiBody({ schema: { example: SYNC_EXAMPLE } })
  @ApiOkResponse({ schema: { example: SYNC_ANSWER_EXAMPLE } })
  @ApiErrors('VALIDATION')
  syncSince(@CurrentUser() { userId }: Principal, @Body() { cursors }: ConversationSyncDto): Promise<SyncPage> {
    return this.sync.syncSince(userId, cursors);
  }
}
