/** HTTP routes of conversations and their members. */
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type ConversationChangeResult,
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
  type Uuid,
} from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, RateLimitAs } from '../http';
import { UserResolver } from '../characters';
import { ConversationsQuery, MuteBody, NewMembersBody, RoleBody, TitleBody } from './request-bodies';
import { ConversationViews } from './conversation-views';
import { ConversationsService } from './conversations.service';
import { CHANGED_EXAMPLE, CONVERSATION_EXAMPLE, CREATE_EXAMPLE, LIST_EXAMPLE } from './examples';
import { MembersService } from './members/members.service';
import { resolveParticipants } from './members/person-references';

@ApiTags('conversations')
@Controller('api/conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly views: ConversationViews,
    private readonly members: MembersService,
    private readonly resolver: UserResolver,
  ) {}

  @Post()
  @RateLimitAs(ConversationCreate)
  @ApiOperation({
    summary: 'Creates a conversation. A pair has one direct conversation; an existing one is returned.',
  })
  @ApiBody({ schema: { example: CREATE_EXAMPLE } })
  @ApiCreatedResponse({ schema: { example: CONVERSATION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'CONFLICT')
  async create(@CurrentUser() user: Principal, @Body() dto: ConversationCreateDto): Promise<ConversationView> {
    return this.conversations.create(user, await resolveParticipants(dto, this.resolver));
  }

  @Get()
  @ApiOperation({ summary: 'Lists the conversations of the caller, the one with the latest message first.' })
  @ApiOkResponse({ schema: { example: LIST_EXAMPLE } })
  @ApiErrors('VALIDATION')
  list(@CurrentUser() { userId }: Principal, @Query() query: ConversationsQuery): Promise<ConversationPage> {
    return this.views.list(userId, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Returns a conversation with its members and their read watermarks.' })
  @ApiOkResponse({ schema: { example: CONVERSATION_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  view(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<ConversationView> {
    return this.views.view(userId, id);
  }

  @Patch(':id')
  @RateLimitAs(ConversationRename)
  @ApiOperation({ summary: 'Renames a group.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  rename(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') conversationId: string,
    @Body() { title }: TitleBody,
  ): Promise<ConversationChangeResult> {
    return this.conversations.rename(userId, { conversationId, title });
  }

  @Put(':id/mute')
  @RateLimitAs(ConversationMute)
  @ApiOperation({ summary: 'Mutes or unmutes the notifications of a conversation.' })
  @ApiOkResponse({ schema: { example: { conversationId: CONVERSATION_EXAMPLE.id, muted: true } } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  mute(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') conversationId: string,
    @Body() { muted }: MuteBody,
  ): Promise<{ conversationId: Uuid; muted: boolean }> {
    return this.members.mute(userId, { conversationId, muted });
  }

  @Post(':id/members')
  @RateLimitAs(ConversationAdd)
  @HttpCode(200)
  @ApiOperation({ summary: 'Adds users to a group.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT', 'CONFLICT')
  async add(
    @CurrentUser() { userId }: Principal,
    @IdParam('id') conversationId: string,
    @Body() dto: NewMembersBody,
  ): Promise<ConversationChangeResult> {
    return this.members.add(userId, { conversationId, userIds: await this.resolver.resolveUserIds(dto) });
  }

  @Delete(':id/members/:userId')
  @RateLimitAs(ConversationRemove)
  @ApiOperation({ summary: 'Removes a user from a group; with the own id, quits it.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT')
  remove(
    @CurrentUser() principal: Principal,
    @IdParam('id') conversationId: string,
    @IdParam('userId') userId: string,
  ): Promise<ConversationChangeResult> {
    return this.members.remove(principal.userId, { conversationId, userId });
  }

  @Patch(':id/members/:userId')
  @RateLimitAs(ConversationRoleChange)
  @ApiOperation({ summary: 'Makes a member of a group an admin, or an admin a member.' })
  @ApiOkResponse({ schema: { example: CHANGED_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND', 'NOT_PARTICIPANT', 'CONFLICT')
  role(
    @CurrentUser() principal: Principal,
    @IdParam('id') conversationId: string,
    @IdParam('userId') userId: string,
    @Body() { role }: RoleBody,
  ): Promise<ConversationChangeResult> {
    return this.members.setRole(principal.userId, { conversationId, userId, role });
  }
}
