/** Prometheus for the whole application, with Node's own figures (event-loop delay, memory, garbage collection). */
import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { MetricsController } from './metrics.controller';
import { MetricsGuard } from './metrics.guard';

/** How often the event loop's delay is looked at, which its percentiles include: each look wakes a node that idles. */
const EVENT_LOOP_LOOK_MS = 50;

@Module({
  imports: [
    PrometheusModule.register({
      path: '/metrics',
      controller: MetricsController,
      global: true,
      defaultMetrics: { enabled: true, config: { eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_MS } },
    }),
  ],
  providers: [MetricsGuard],
  exports: [MetricsGuard],
})
export class MetricsModule {}
