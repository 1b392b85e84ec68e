/** Socket commands for conversations: create, rename, mute, manage members, open and close, sync. */
import {
  type ConversationChangeResult,
  ConversationAdd,
  type ConversationAddDto,
  ConversationCreate,
  type ConversationCreateDto,
  type ConversationDto,
  ConversationJoin,
  ConversationLeave,
  type ConversationMemberDto,
  ConversationMute,
  type ConversationMuteDto,
  type ConversationPresence,
  ConversationQuit,
  ConversationRemove,
  ConversationRename,
  type ConversationRenameDto,
  ConversationRoleChange,
  type ConversationRoleDto,
  ConversationSync,
  type ConversationSyncDto,
  type ConversationView,
  PresenceRequest,
  type SyncPage,
} from '@aeturnis/contracts';
import { type Caller, Handles, RealtimeGateway } from '@aeturnis/realtime';
import { UserResolver } from '../characters';
import { ConversationsService } from './conversations.service';
import { resolveParticipants, resolveUser, resolveUsers } from './members/person-references';
import { MembersService } from './members/members.service';
import { SyncService } from './messages/sync.service';
import { ViewersService } from './activity/viewers.service';

@RealtimeGateway()
export class ConversationsGateway {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly members: MembersService,
    private readonly viewers: ViewersService,
    private readonly sync: SyncService,
    private readonly resolver: UserResolver,
  ) {}

  @Handles(ConversationCreate)
  async create(dto: ConversationCreateDto, { principal }: Caller): Promise<ConversationView> {
    return this.conversations.create(principal, await resolveParticipants(dto, this.resolver));
  }

  @Handles(ConversationJoin)
  open(dto: ConversationDto, caller: Caller) {
    return this.viewers.open(caller, dto.conversationId);
  }

  @Handles(ConversationLeave)
  close(dto: ConversationDto, caller: Caller) {
    return this.viewers.close(caller, dto.conversationId);
  }

  @Handles(ConversationRename)
  rename(dto: ConversationRenameDto, { principal }: Caller): Promise<ConversationChangeResult> {
    return this.conversations.rename(principal.userId, dto);
  }

  @Handles(ConversationAdd)
  async add(dto: ConversationAddDto, { principal }: Caller): Promise<ConversationChangeResult> {
    return this.members.add(principal.userId, await resolveUsers(dto, this.resolver));
  }

  @Handles(ConversationRemove)
  async remove(dto: ConversationMemberDto, { principal }: Caller): Promise<ConversationChangeResult> {
    return this.members.remove(principal.userId, await resolveUser(dto, this.resolver));
  }

  @Handles(ConversationQuit)
  quit(dto: ConversationDto, { principal }: Caller): Promise<ConversationChangeResult> {
    return this.members.quit(principal.userId, dto.conversationId);
  }

  @Handles(ConversationRoleChange)
  async role(dto: ConversationRoleDto, { principal }: Caller): Promise<ConversationChangeResult> {
    return this.members.setRole(principal.userId, await resolveUser(dto, this.resolver));
  }

  @Handles(ConversationMute)
  mute(dto: ConversationMuteDto, { principal }: Caller) {
    return this.members.mute(principal.userId, dto);
  }

  @Handles(ConversationSync)
  syncSince({ cursors }: ConversationSyncDto, { principal }: Caller): Promise<SyncPage> {
    return this.sync.syncSince(principal.userId, cursors);
  }

  @Handles(PresenceRequest)
  listViewers(dto: ConversationDto, caller: Caller): Promise<ConversationPresence> {
    return this.viewers.listViewers(caller, dto.conversationId);
  }
}
