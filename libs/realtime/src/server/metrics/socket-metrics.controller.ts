/** Serves the socket statistics as JSON. */
import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { MetricsGuard, Public } from '@aeturnis/platform';
import { SocketStats, type SocketStatsReport } from './socket-stats';

@ApiExcludeController()
@Public()
@SkipThrottle()
@UseGuards(MetricsGuard)
@Controller('metrics/sockets')
export class SocketMetricsController {
  constructor(private readonly stats: SocketStats) {}

  @Get()
  report(): Promise<SocketStatsReport> {
    return this.stats.report();
  }
}
