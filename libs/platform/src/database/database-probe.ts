/** Readiness of the database: without it a node can promise nothing and gets no traffic. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthProbes, type ProbeResult } from '../health/health-probes';
import { Database } from './database';

@Injectable()
export class DatabaseProbe implements OnModuleInit {
  constructor(
    private readonly probes: HealthProbes,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.probes.register('database', () => this.probe());
  }

  private async probe(): Promise<ProbeResult> {
    const { state } = this.database;
    if (state !== 'ready') return { status: 'down', state };
    try {
      return { status: 'up', latencyMs: Math.round((await this.database.ping()) * 10) / 10 };
    } catch {
      return { status: 'down', state: 'lost' };
    }
  }
}
