/** The own notifications over HTTP: one line per route. */
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  NotificationList,
  type NotificationPage,
  NotificationRead,
  NotificationReadAll,
  type Principal,
} from '@aeturnis/contracts';
import { ApiErrors, CurrentUser, IdParam, LimitedAs } from '../http';
import { PAGE_EXAMPLE, READ_ALL_EXAMPLE, READ_EXAMPLE, UNREAD_EXAMPLE } from './examples';
import { NotificationReading } from './notification-reading';
import { NotificationsQuery } from './notifications.query';

@ApiTags('notifications')
@Controller('api/notifications')
export class NotificationsController {
  constructor(private readonly reading: NotificationReading) {}

  @Get()
  @LimitedAs(NotificationList)
  @ApiOperation({ summary: 'Lists the own notifications, the newest first.' })
  @ApiOkResponse({ schema: { example: PAGE_EXAMPLE } })
  @ApiErrors('VALIDATION')
  list(@CurrentUser() { userId }: Principal, @Query() query: NotificationsQuery): Promise<NotificationPage> {
    return this.reading.list(userId, query);
  }

  @Get('unread-count')
  @ApiOperation({ summary: 'Tells how many notifications are unread.' })
  @ApiOkResponse({ schema: { example: UNREAD_EXAMPLE } })
  async unread(@CurrentUser() { userId }: Principal): Promise<{ unread: number }> {
    return { unread: await this.reading.unread(userId) };
  }

  @Post('read-all')
  @LimitedAs(NotificationReadAll)
  @HttpCode(200)
  @ApiOperation({ summary: 'Marks all notifications as read, on all devices.' })
  @ApiOkResponse({ schema: { example: READ_ALL_EXAMPLE } })
  readAll(@CurrentUser() { userId }: Principal): Promise<{ read: number; unread: number }> {
    return this.reading.readAll(userId);
  }

  @Post(':id/read')
  @LimitedAs(NotificationRead)
  @HttpCode(200)
  @ApiOperation({ summary: 'Marks a notification as read, on all devices.' })
  @ApiOkResponse({ schema: { example: READ_EXAMPLE } })
  @ApiErrors('VALIDATION', 'NOT_FOUND')
  read(@CurrentUser() { userId }: Principal, @IdParam('id') id: string): Promise<{ id: string; unread: number }> {
    return this.reading.read(userId, id);
  }
}
