/** HTTP routes of the caller's notifications. */
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  NotificationList,
  type NotificationPage,
  NotificationRead,
  NotificationReadAll,
  type Principal,
  type Uuid,
} from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, RateLimitAs } from '../http';
import { PAGE_EXAMPLE, READ_ALL_EXAMPLE, READ_EXAMPLE, UNREAD_EXAMPLE } from './examples';
import { NotificationInbox } from './notification-inbox';
import { NotificationsQuery } from './notifications.query';

@ApiTags('notifications')
@Controller('api/notifications')
export class NotificationsController {
  constructor(private readonly inbox: NotificationInbox) {}

  @Get()
  @RateLimitAs(NotificationList)
  @ApiOperation({ summary: 'Lists the notifications of the caller, the newest first.' })
  @ApiOkResponse({ schema: { example: PAGE_EXAMPLE } })
  @ApiErrors('VALIDATION')
  list(@CurrentUser() { userId }: Principal, @Query() query: NotificationsQuery): Promise<NotificationPage> {
    return this.inbox.list(userId, query);
  }

  @Get('unread-count')
  @ApiOperation({ summary: 'Returns the number of unread notifications.' })
  @ApiOkResponse({ schema: { example: UNREAD_EXAMPLE } })
  async unread(@CurrentUser() { userId }: Principal): Promise<{ unread: number }> {
    return { unread: await this.inbox.countUnread(userId) };
  }

  @Post('read-all')
  @RateLimitAs(NotificationReadAll)
  @HttpCode(200)
  @ApiOperation({ summary: 'Marks all notifications as read, on all devices.' })
  @ApiOkResponse({ schema: { example: READ_ALL_EXAMPLE } })
  readAll(@CurrentUser() { userId }: Principal): Promise<{ read: number; unread: number }> {
    return this.inbox.markAllRead(userId);
  }

  @Post(':id/read')
  @RateLimitAs(NotificationRead)
  @HttpCode(200)
  @ApiOperation({ summary: 'Marks a notification as read, on all devices.' })
  @ApiOkResponse({ schema: { example: READ_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  read(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<{ id: Uuid; unread: number }> {
    return this.inbox.markRead(userId, id);
  }
}
