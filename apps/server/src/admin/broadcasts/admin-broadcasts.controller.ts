/** Admin API for announcements: send one, and count beforehand the users and connections that it would reach. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Announcement, type Principal, rate } from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, RateLimit, Roles } from '../../http';
import { AudienceService, type BroadcastPreview } from './audience.service';
import { ANNOUNCEMENT_EXAMPLE, PREVIEW_EXAMPLE } from './broadcast-examples';
import { BroadcastDto, BroadcastTargetDto } from './broadcast.dto';
import { BroadcastService } from './broadcast.service';

@ApiTags('admin')
@Roles('admin')
@Controller('api/admin/broadcasts')
export class AdminBroadcastsController {
  constructor(
    private readonly broadcasts: BroadcastService,
    private readonly audience: AudienceService,
  ) {}

  @Post()
  @RateLimit('admin:broadcast', rate(30, 60))
  @ApiOperation({ summary: 'Sends `system:announcement` to all users, to a zone, to a room or to one user.' })
  @ApiCreatedResponse({ schema: { example: ANNOUNCEMENT_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  send(@CurrentUser() actor: Principal, @Body() dto: BroadcastDto): Promise<Announcement> {
    return this.broadcasts.announce(actor, dto);
  }

  @Post('preview')
  @RateLimit('admin:broadcast-preview', rate(60, 60, { burst: 30 }))
  @HttpCode(200)
  @ApiOperation({ summary: 'Counts the users and connections that would receive an announcement now.' })
  @ApiOkResponse({ schema: { example: PREVIEW_EXAMPLE } })
  @ApiErrors('VALIDATION', 'FORBIDDEN', 'NOT_FOUND')
  preview(@Body() target: BroadcastTargetDto): Promise<BroadcastPreview> {
    return this.audience.preview(target);
  }
}
