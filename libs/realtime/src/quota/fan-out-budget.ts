/** The budget of bytes that others receive because of one user's operations: see `FAN_OUT_BUDGET`. */
import { Inject, Injectable } from '@nestjs/common';
import { FAN_OUT_BUDGET } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';
import { Clock } from '../base/clock';
import { ByteBudget } from './byte-budget';

@Injectable()
export class FanOutBudget extends ByteBudget {
  constructor(@Inject(APP_CONFIG) config: Pick<AppConfig, 'hasLimits'>, clock: Clock) {
    super(FAN_OUT_BUDGET, config, clock);
  }
}
