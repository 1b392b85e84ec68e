/** Query parameters of the list of notifications. */
import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { NotificationListDto } from '@aeturnis/contracts';
import { Type } from 'class-transformer';

export class NotificationsQuery extends PickType(NotificationListDto, ['cursor', 'limit']) {
  @ApiPropertyOptional({ description: '`next` of the page before.', example: '4711' })
  override cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50 })
  @Type(() => Number)
  override limit?: number;
}
