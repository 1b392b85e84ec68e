/** A polling session of an attacker. It is closed when the node no longer takes what is posted to it. */
import { openPolling, pollingPath } from './openings';
import { ATTACKER_ADDRESS, type Stage } from './stage';

export class PollingSession {
  isClosed = false;
  private exceededAt: number | undefined;

  private constructor(
    private readonly stage: Stage,
    readonly sid: string,
    private readonly address: string,
  ) {}

  /** @returns a session that is closed already where the node refused. */
  static async open(stage: Stage, address = ATTACKER_ADDRESS): Promise<PollingSession> {
    const session = new PollingSession(stage, await openPolling(stage, address), address);
    session.isClosed = session.sid === '';
    return session;
  }

  markExceeded(): void {
    if (this.isClosed || this.exceededAt !== undefined) return;
    this.exceededAt = performance.now();
    this.stage.ledger.recordExceeding();
  }

  async post(body: string): Promise<void> {
    const headers = { 'content-type': 'text/plain;charset=UTF-8' };
    const { status } = await this.stage.ask({
      method: 'POST',
      path: pollingPath(this.sid),
      address: this.address,
      body,
      headers,
    });
    if (status !== 200) this.onClose();
  }

  /** For the end of an attack: one more packet tells whether the node still takes what this session posts. */
  async endOfAttack(): Promise<void> {
    if (!this.isClosed && this.exceededAt !== undefined) await this.post('3');
    if (!this.isClosed && this.exceededAt !== undefined) {
      this.stage.ledger.recordStanding(performance.now() - this.exceededAt);
    }
    this.isClosed = true;
  }

  async poll(): Promise<string> {
    const { status, body } = await this.stage.ask({ path: pollingPath(this.sid), address: this.address });
    if (status !== 200) this.onClose();
    return body;
  }

  private onClose(): void {
    if (!this.isClosed && this.exceededAt !== undefined) {
      this.stage.ledger.recordClose(performance.now() - this.exceededAt);
    }
    this.isClosed = true;
  }
}
