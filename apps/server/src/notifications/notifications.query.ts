/** Query parameters of the list of notifications. */
import { PickType } from '@nestjs/swagger';
import { NotificationListDto } from '@aeturnis/contracts';
import { Type } from 'class-transformer';

export class NotificationsQuery extends PickType(NotificationListDto, ['cursor', 'limit']) {
  /** @default 50 */
  @Type(() => Number)
  override limit?: number;
}
