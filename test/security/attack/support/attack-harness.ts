/** One node, one bystander and one attacker: runs attacks and reports what each side observed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerEnvironment } from '../../../support/environment';
import type { Attack } from './attack';
import { AttackedNode } from './attacked-node';
import { CLOSED_WITHIN_MS } from './attack-ledger';
import { AttackProcess } from './attack-process';
import type { AttackOrder, AttackReports } from './programs/attacker';
import type { BystanderReport } from './programs/bystander';
import { ATTACK_SEED } from './random';
import type { AttackingGuest } from './attack-context';

/** Pause after an attack, in which the node frees the connections closed in the last second. */
const QUIET_MS = 3_000;
/** Slightly longer than CLOSED_WITHIN_MS: a later close counts as late anyway. */
const PATIENCE_MS = 1_200;
const GUESTS = 20;
const BYSTANDERS = 5;
const MAX_GROWTH = 1.1;
const MAX_P95_MS = 200;

export interface AttackMeasurement {
  readonly attacks: AttackReports;
  readonly isAlive: boolean;
  readonly beforeMb: number;
  readonly peakMb: number;
  readonly afterMb: number;
  readonly idle: BystanderReport;
  readonly attacked: BystanderReport;
}

export class AttackHarness {
  private constructor(
    readonly node: AttackedNode,
    private readonly bystander: AttackProcess,
    private readonly attacker: AttackProcess,
    private readonly guests: readonly AttackingGuest[],
    private readonly members: readonly AttackingGuest[],
  ) {}

  /** @param members the number of additional guests in the maximum number of conversations. */
  static async start(environment: ServerEnvironment = {}, withGuests = true, members = 0): Promise<AttackHarness> {
    const [bystander, attacker] = [AttackProcess.start('bystander'), AttackProcess.start('attacker')];
    await attacker.message();
    const node = await AttackedNode.start(environment);
    const honestGuests = await node.guests(BYSTANDERS, 3);
    await bystander.ask({ target: node.target, tokens: honestGuests.map(({ token }) => token) });
    const guests = withGuests ? await node.guests(GUESTS) : [];
    return new AttackHarness(node, bystander, attacker, guests, members > 0 ? await node.members(members) : []);
  }

  async report(): Promise<BystanderReport> {
    return (await this.bystander.ask('report')) as BystanderReport;
  }

  async attack(attacks: readonly Attack[], ms: number, patienceMs = PATIENCE_MS): Promise<AttackReports> {
    const { target } = this.node;
    const names = attacks.map(({ name }) => name);
    const { guests, members } = this;
    const order: AttackOrder = { attacks: names, target, ms, patienceMs, seed: ATTACK_SEED, guests, members };
    return (await this.attacker.ask(order)) as AttackReports;
  }

  /**
   * Attacks after a warm-up of the same kind. The node has then compiled and allocated what such traffic needs, so that the
   * difference between "before" and "after" is what the attack left behind.
   */
  async measure(attacks: readonly Attack[], ms: number, warmUpMs: number): Promise<AttackMeasurement> {
    await this.attack(attacks, warmUpMs);
    await delay(QUIET_MS);
    const beforeMb = await this.node.stableRssMb();
    await this.report();
    await delay(QUIET_MS);
    const idle = await this.report();
    this.node.peakMb = 0;
    const reports = await this.attack(attacks, ms);
    const attacked = await this.report();
    const { peakMb } = this.node;
    await delay(QUIET_MS);
    const afterMb = await this.node.stableRssMb();
    return { attacks: reports, isAlive: this.node.isAlive, beforeMb, peakMb, afterMb, idle, attacked };
  }

  async stop(): Promise<void> {
    await Promise.all([this.bystander.stop(), this.attacker.stop()]);
    await this.node.stop();
  }
}

/** @returns one line for each guarantee that the result violates. */
export function faultsOf({ attacks, isAlive, beforeMb, afterMb, attacked }: AttackMeasurement): string[] {
  const faults = isAlive ? [] : ['the node died'];
  if (afterMb > beforeMb * MAX_GROWTH) faults.push(`memory stayed at ${afterMb} MB, ${beforeMb} MB before`);
  for (const [name, report] of Object.entries(attacks)) {
    if (report.late > 0)
      faults.push(`${report.late} of ${report.exceeded} closed after ${CLOSED_WITHIN_MS} ms: ${name}`);
    faults.push(...report.violations.map((violation) => `${violation}: ${name}`));
  }
  for (const [probe, { answered, failed, p95 }] of Object.entries(attacked)) {
    if (probe === 'chat') continue;
    if (p95 > MAX_P95_MS) faults.push(`the bystander's ${probe} took ${p95} ms (p95)`);
    if (failed > 0 || answered === 0)
      faults.push(`the bystander's ${probe} failed ${failed} times of ${answered + failed}`);
  }
  return faults;
}
