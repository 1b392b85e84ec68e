/** What readiness is made of: each part of the server adds a probe of its own. */
import { Injectable } from '@nestjs/common';

/** `down` makes the node unready; `degraded` is told and keeps it in service. */
export type ProbeStatus = 'up' | 'degraded' | 'down';
export interface ProbeResult {
  status: ProbeStatus;
  [detail: string]: unknown;
}
export type Probe = () => ProbeResult | Promise<ProbeResult>;

@Injectable()
export class HealthProbes {
  private readonly probes = new Map<string, Probe>();
  private readonly running = new Map<string, Promise<ProbeResult>>();

  register(name: string, probe: Probe): void {
    this.probes.set(name, probe);
  }

  names(): string[] {
    return [...this.probes.keys()];
  }

  /** Those who ask while a probe is under way share its result: however many ask, a dependency is probed once at a time. */
  async run(name: string): Promise<ProbeResult> {
    const running = this.running.get(name);
    if (running) return running;
    const started = Promise.resolve(this.probes.get(name)?.() ?? { status: 'down' as const });
    this.running.set(name, started);
    try {
      return await started;
    } finally {
      this.running.delete(name);
    }
  }
}
