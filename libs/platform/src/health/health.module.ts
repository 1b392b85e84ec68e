/** Health endpoints on terminus, with probes registered by whoever has something to tell. */
import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller';
import { HealthProbes } from './health-probes';

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthProbes],
  exports: [HealthProbes],
})
export class HealthModule {}
