/** Readiness probe of Redis. A node without Redis is degraded, not down: it continues to serve its own clients. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthProbes, type ProbeResult } from '../health/health-probes';
import { RedisService } from './redis.service';

@Injectable()
export class RedisProbe implements OnModuleInit {
  constructor(
    private readonly probes: HealthProbes,
    private readonly redis: RedisService,
  ) {}

  onModuleInit(): void {
    if (this.redis.state !== 'off') this.probes.register('redis', () => this.probe());
  }

  private async probe(): Promise<ProbeResult> {
    const { state, unusableReason } = this.redis;
    if (state !== 'up') return { status: 'degraded', reason: 'no answer' };
    if (unusableReason !== null) return { status: 'degraded', reason: unusableReason };
    try {
      return { status: 'up', latencyMs: Math.round((await this.redis.ping()) * 10) / 10 };
    } catch {
      return { status: 'degraded', reason: 'no answer' };
    }
  }
}
