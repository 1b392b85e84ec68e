/** Serves the Prometheus metrics at /metrics; access is checked by MetricsGuard. */
import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { Response } from 'express';
import { Public } from '../access/public.decorator';
import { MetricsGuard } from './metrics.guard';

@ApiExcludeController()
@Public()
@SkipThrottle()
@UseGuards(MetricsGuard)
@Controller()
export class MetricsController extends PrometheusController {
  @Get()
  override index(@Res({ passthrough: true }) response: Response): Promise<string> {
    return super.index(response);
  }
}
