/** Readiness of the process itself: a node that is going away gets no new traffic. */
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
      const { draining } = this.shutdown;
      return { status: draining ? 'down' : 'up', draining };
    });
  }
}
