/** Health endpoints built on Terminus. Modules register their own probes with HealthProbes. */
import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { FileDescriptorMonitor } from './file-descriptor-monitor';
import { HealthController } from './health.controller';
import { HealthProbes } from './health-probes';
import { NodeProbe } from './node-probe';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [FileDescriptorMonitor, HealthProbes, NodeProbe],
  exports: [HealthProbes],
})
export class HealthModule {}
