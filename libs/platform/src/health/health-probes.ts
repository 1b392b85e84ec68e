/** Registry of the readiness probes that each part of the server adds. */
import { Injectable } from '@nestjs/common';

/** `down` makes the node unready. `degraded` is reported, and the node stays in service. */
type ProbeStatus = 'up' | 'degraded' | 'down';
export interface ProbeResult {
  status: ProbeStatus;
  [detail: string]: unknown;
}
type HealthProbe = () => ProbeResult | Promise<ProbeResult>;

@Injectable()
export class HealthProbes {
  private readonly probes = new Map<string, HealthProbe>();
  private readonly running = new Map<string, Promise<ProbeResult>>();

  register(name: string, probe: HealthProbe): void {
    this.probes.set(name, probe);
  }

  names(): string[] {
    return [...this.probes.keys()];
  }

  /** Concurrent callers share the result of a running probe, so that each dependency is probed once at a time. */
  async run(name: string): Promise<ProbeResult> {
    const running = this.running.get(name);
    if (running) return running;
    const result = Promise.resolve(this.probes.get(name)?.() ?? { status: 'down' as const });
    this.running.set(name, result);
    try {
      return await result;
    } finally {
      this.running.delete(name);
    }
  }
}
