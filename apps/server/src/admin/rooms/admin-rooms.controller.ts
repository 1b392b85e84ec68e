/** Admin API for rooms: list them, and the users in one of them. */
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, RateLimit, Roles } from '../../http';
import { LIST_POLICY } from '../cluster-pages/list-policy';
import { AdminRoomsService, type RoomMembersPage, type RoomsPage } from './admin-rooms.service';
import { RoomNameParam } from './room-name-param.decorator';
import { ROOM_MEMBERS_EXAMPLE, ROOMS_EXAMPLE } from './rooms-examples';
import { RoomMembersQueryDto, RoomsQueryDto } from './rooms-query.dto';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/rooms')
export class AdminRoomsController {
  constructor(private readonly rooms: AdminRoomsService) {}

  @Get()
  @RateLimit('admin:list', LIST_POLICY)
  @ApiOperation({ summary: 'Lists the rooms of all nodes with their connections.' })
  @ApiOkResponse({ schema: { example: ROOMS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  list(@Query() page: RoomsQueryDto): Promise<RoomsPage> {
    return this.rooms.list(page);
  }

  @Get(':name/members')
  @RateLimit('admin:list', LIST_POLICY)
  @ApiOperation({ summary: 'Lists the users with connections in a room, on all nodes.' })
  @ApiOkResponse({ schema: { example: ROOM_MEMBERS_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN')
  members(@RoomNameParam('name') name: string, @Query() page: RoomMembersQueryDto): Promise<RoomMembersPage> {
    return this.rooms.members(name, page);
  }
}
