/** Redis connections for the whole application. */
import { Global, Module } from '@nestjs/common';
import { RedisProbe } from './redis-probe';
import { RedisService } from './redis.service';

@Global()
@Module({ providers: [RedisService, RedisProbe], exports: [RedisService] })
export class RedisModule {}
