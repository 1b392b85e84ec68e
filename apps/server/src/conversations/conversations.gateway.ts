/** Commands about conversations: beginning them, who is in them, opening them, catching up. */
import {
  type Changed,
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
import { Persons } from '../characters';
import { ConversationsService } from './conversations.service';
import { withParticipants, withUser, withUsers } from './named-persons';
import { MembersService } from './members.service';
import { SyncService } from './sync.service';
import { ViewersService } from './viewers.service';

@RealtimeGateway()
export class ConversationsGateway {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly members: MembersService,
    private readonly viewers: ViewersService,
    private readonly sync: SyncService,
    private readonly persons: Persons,
  ) {}

  @Handles(ConversationCreate)
  async create(dto: ConversationCreateDto, { principal }: Caller): Promise<ConversationView> {
    return this.conversations.create(principal, await withParticipants(dto, this.persons));
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
  rename(dto: ConversationRenameDto, { principal }: Caller): Promise<Changed> {
    return this.conversations.rename(principal.userId, dto);
  }

  @Handles(ConversationAdd)
  async add(dto: ConversationAddDto, { principal }: Caller): Promise<Changed> {
    return this.members.add(principal.userId, await withUsers(dto, this.persons));
  }

  @Handles(ConversationRemove)
  async remove(dto: ConversationMemberDto, { principal }: Caller): Promise<Changed> {
    return this.members.remove(principal.userId, await withUser(dto, this.persons));
  }

  @Handles(ConversationQuit)
  quit(dto: ConversationDto, { principal }: Caller): Promise<Changed> {
    return this.members.quit(principal.userId, dto.conversationId);
  }

  @Handles(ConversationRoleChange)
  async role(dto: ConversationRoleDto, { principal }: Caller): Promise<Changed> {
    return this.members.setRole(principal.userId, await withUser(dto, this.persons));
  }

  @Handles(ConversationMute)
  mute(dto: ConversationMuteDto, { principal }: Caller) {
    return this.conversations.mute(principal.userId, dto);
  }

  @Handles(ConversationSync)
  since({ cursors }: ConversationSyncDto, { principal }: Caller): Promise<SyncPage> {
    return this.sync.since(principal.userId, cursors);
  }

  @Handles(PresenceRequest)
  look(dto: ConversationDto, caller: Caller): Promise<ConversationPresence> {
    return this.viewers.look(caller, dto.conversationId);
  }
}
