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

  register(name: string, probe: Probe): void {
    this.probes.set(name, probe);
  }

  entries(): [string, Probe][] {
    return [...this.probes];
  }
}
