/** Conversations over HTTP: one line per route. */
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type Changed,
  ConversationAdd,
  ConversationCreate,
  ConversationCreateDto,
  ConversationMute,
  type ConversationPage,
  ConversationRemove,
  ConversationRename,
  ConversationRoleChange,
  type ConversationView,
  type Principal,
} from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, LimitedAs } from '../http';
import { Persons } from '../characters';
import { ConversationsQuery, MuteBody, NewMembersBody, RoleBody, TitleBody } from './conversation-bodies';
import { ConversationsService } from './conversations.service';
import { CHANGED_EXAMPLE, CONVERSATION_EXAMPLE, CREATE_EXAMPLE, LIST_EXAMPLE } from './examples';
import { MembersService } from './members.service';
import { withParticipants } from './named-persons';

@ApiTags('conversations')
@Controller('api/conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly members: MembersService,
    private readonly persons: Persons,
  ) {}

  @Post()
  @LimitedAs(ConversationCreate)
  @ApiOperation({
    summary: 'Begins a conversation. A direct one exists once per pair and is answered where it exists.',
  })
  @ApiBody({ schema: { example: CREATE_EXAMPLE } })
  @ApiCreatedResponse({ schema: { example: CONVERSATION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'CONFLICT')
  async create(@CurrentUser() user: Principal, @Body() dto: ConversationCreateDto): Promise<ConversationView> {
    return this.conversations.create(user, await withParticipants(dto, this.persons));
  }

  @Get()
  @ApiOperation({ summary: 'Lists the own conversations, the one with the latest message first.' })
  @ApiOkResponse({ schema: { example: LIST_EXAMPLE } })
  @ApiErrors('VALIDATION')
  list(@CurrentUser() { userId }: Principal, @Query() query: ConversationsQuery): Promise<ConversationPage> {
    return this.conversations.list(userId, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a conversation with its members and how far they have read.' })
  @ApiOkResponse({ schema: { example: CONVERSATION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  view(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<ConversationView> {
    return this.conversations.view(userId, id);
  }

  @Patch(':id')
  @LimitedAs(ConversationRename)
  @ApiOperation({ summary: 'Gives a group another title.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  rename(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') conversationId: string,
    @Body() { title }: TitleBody,
  ): Promise<Changed> {
    return this.conversations.rename(userId, { conversationId, title });
  }

  @Put(':id/mute')
  @LimitedAs(ConversationMute)
  @ApiOperation({ summary: 'Asks for no notifications of a conversation, or for them again.' })
  @ApiOkResponse({ schema: { example: { conversationId: CONVERSATION_EXAMPLE.id, muted: true } } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  mute(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') conversationId: string,
    @Body() { muted }: MuteBody,
  ): Promise<{ conversationId: string; muted: boolean }> {
    return this.conversations.mute(userId, { conversationId, muted });
  }

  @Post(':id/members')
  @LimitedAs(ConversationAdd)
  @HttpCode(200)
  @ApiOperation({ summary: 'Brings users into a group.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT', 'CONFLICT')
  async add(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') conversationId: string,
    @Body() dto: NewMembersBody,
  ): Promise<Changed> {
    return this.members.add(userId, { conversationId, userIds: await this.persons.userIds(dto) });
  }

  @Delete(':id/members/:userId')
  @LimitedAs(ConversationRemove)
  @ApiOperation({ summary: 'Takes a user out of a group, or ends the own membership.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  remove(
    @CurrentUser() principal: Principal,
    @IdParam('id') conversationId: string,
    @IdParam('userId') userId: string,
  ): Promise<Changed> {
    return this.members.remove(principal.userId, { conversationId, userId });
  }

  @Patch(':id/members/:userId')
  @LimitedAs(ConversationRoleChange)
  @ApiOperation({ summary: 'Makes a member of a group an admin, or an admin a member.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT', 'CONFLICT')
  role(
    @CurrentUser() principal: Principal,
    @IdParam('id') conversationId: string,
    @IdParam('userId') userId: string,
    @Body() { role }: RoleBody,
  ): Promise<Changed> {
    return this.members.setRole(principal.userId, { conversationId, userId, role });
  }
}
