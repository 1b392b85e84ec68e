/** Registers Prometheus with the default metrics of Node.js: event-loop delay, memory, garbage collection. */
import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { MetricsController } from './metrics.controller';
import { MetricsGuard } from './metrics.guard';

/** Sampling interval of the event-loop delay, a lower bound of its percentiles. Each sample wakes an idle node. */
const EVENT_LOOP_SAMPLE_MS = 50;

@Module({
  imports: [
    PrometheusModule.register({
      path: '/metrics',
      controller: MetricsController,
      global: true,
      defaultMetrics: { enabled: true, config: { eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS } },
    }),
  ],
  providers: [MetricsGuard],
  exports: [MetricsGuard],
})
export class MetricsModule {}
