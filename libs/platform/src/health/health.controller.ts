/** Liveness and readiness for load balancers and orchestrators. */
import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
} from '@nestjs/terminus';
import { SkipThrottle } from '@nestjs/throttler';
import type { Response } from 'express';
import { Public } from '../access/public.decorator';
import { HealthProbes } from './health-probes';

export interface ReadinessReport {
  /** `degraded`: the node works, but without Redis. Anything else but `ok` comes with status 503. */
  status: HealthCheckResult['status'] | 'degraded';
  /** By the name of the probe. */
  details: Record<string, { status: 'up' | 'degraded' | 'down'; [detail: string]: unknown }>;
}

const READY: ReadinessReport = { status: 'ok', details: { database: { status: 'up', latencyMs: 1 } } };
const UNREADY: ReadinessReport = { status: 'error', details: { database: { status: 'down' } } };

@ApiTags('health')
@Public()
@SkipThrottle()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly probes: HealthProbes,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers at all.' })
  @ApiResponse({ status: 200, schema: { example: { status: 'ok' } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether this node should get traffic; `degraded` means that it works without Redis.' })
  @ApiResponse({ status: 200, schema: { example: READY } })
  @ApiResponse({
    status: 503,
    description: 'Booting, draining, or without the database.',
    schema: { example: UNREADY },
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessReport> {
    const outcome = await this.check();
    const isDegraded = Object.values(outcome.details).some((detail) => detail['degraded'] === true);
    if (outcome.status !== 'ok') response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: outcome.status === 'ok' && isDegraded ? 'degraded' : outcome.status, details: outcome.details };
  }

  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check(this.probes.names().map((name) => this.indicator(name)));
    } catch (error) {
      // Terminus throws a failed check; its response has the same shape as a successful one.
      return (error as { getResponse(): HealthCheckResult }).getResponse();
    }
  }

  private indicator(name: string): HealthIndicatorFunction {
    return async () => {
      const { status, ...details } = await this.probes.run(name);
      const indicator = this.indicators.check(name);
      return status === 'down'
        ? indicator.down(details)
        : indicator.up({ ...details, ...(status === 'degraded' ? { degraded: true } : {}) });
    };
  }
}
