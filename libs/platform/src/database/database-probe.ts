/**
 * Readiness probe of the database. Without a database the node is down. If only some commands are stuck, for example behind a
 * locked table, the node is degraded: it stays in service for the others and names the stuck ones.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthProbes, type ProbeResult } from '../health/health-probes';
import { Database } from './database';
import { StuckWorkMonitor } from './stuck-work-monitor';

@Injectable()
export class DatabaseProbe implements OnModuleInit {
  constructor(
    private readonly probes: HealthProbes,
    private readonly database: Database,
    private readonly stuckWork: StuckWorkMonitor,
  ) {}

  onModuleInit(): void {
    this.probes.register('database', () => this.probe());
  }

  private async probe(): Promise<ProbeResult> {
    const { state } = this.database;
    if (state !== 'ready') return { status: 'down', state };
    try {
      const latencyMs = Math.round((await this.database.ping()) * 10) / 10;
      const stuck = this.stuckWork.stuckKinds;
      return stuck.length > 0 ? { status: 'degraded', latencyMs, stuck } : { status: 'up', latencyMs };
    } catch {
      return { status: 'down', state: 'lost' };
    }
  }
}
