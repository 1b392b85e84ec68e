/** Prometheus for the whole application, with Node's own figures (event-loop delay, memory, garbage collection). */
import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { MetricsController } from './metrics.controller';
import { MetricsGuard } from './metrics.guard';

@Module({
  imports: [
    PrometheusModule.register({
      path: '/metrics',
      controller: MetricsController,
      global: true,
      defaultMetrics: { enabled: true },
    }),
  ],
  providers: [MetricsGuard],
  exports: [MetricsGuard],
})
export class MetricsModule {}
