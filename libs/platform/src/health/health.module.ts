/** Health endpoints on terminus, with probes registered by whoever has something to tell. */
import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DescriptorWatch } from './descriptor-watch';
import { HealthController } from './health.controller';
import { HealthProbes } from './health-probes';
import { NodeProbe } from './node-probe';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DescriptorWatch, HealthProbes, NodeProbe],
  exports: [HealthProbes],
})
export class HealthModule {}
