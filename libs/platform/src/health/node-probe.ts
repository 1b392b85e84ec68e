/** Readiness probe of the process: down while it drains, so that load balancers send no new traffic. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Shutdown } from '../shutdown/shutdown';
import { HealthProbes } from './health-probes';

@Injectable()
export class NodeProbe implements OnModuleInit {
  constructor(
    private readonly probes: HealthProbes,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.probes.register('node', () => {
      const { isDraining } = this.shutdown;
      return { status: isDraining ? 'down' : 'up', draining: isDraining };
    });
  }
}
