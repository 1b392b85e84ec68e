/** Socket figures as JSON. */
import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { MetricsGuard, Public } from '@aeturnis/platform';
import { SocketFigures, type SocketReport } from './socket-figures';

@ApiExcludeController()
@Public()
@SkipThrottle()
@UseGuards(MetricsGuard)
@Controller('metrics/sockets')
export class SocketMetricsController {
  constructor(private readonly figures: SocketFigures) {}

  @Get()
  report(): Promise<SocketReport> {
    return this.figures.report();
  }
}
