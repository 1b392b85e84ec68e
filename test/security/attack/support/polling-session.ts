/** A polling session of an attacker. It is closed when the node refuses a request of it. */
import { openPolling, pollingPath } from './socket-openings';
import { ATTACKER_ADDRESS, type AttackContext } from './attack-context';

export class PollingSession {
  isClosed = false;
  private exceededAt: number | undefined;

  private constructor(
    private readonly stage: AttackContext,
    readonly sid: string,
    private readonly address: string,
  ) {}

  /** @returns a session, which is closed already if the node refused it. */
  static async open(stage: AttackContext, address = ATTACKER_ADDRESS): Promise<PollingSession> {
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
    const { status } = await this.stage.request({
      method: 'POST',
      path: pollingPath(this.sid),
      address: this.address,
      body,
      headers,
    });
    if (status !== 200) this.onClose();
  }

  /** Ends the session after an attack. One more packet shows whether the node still accepts its requests. */
  async endOfAttack(): Promise<void> {
    if (!this.isClosed && this.exceededAt !== undefined) await this.post('3');
    if (!this.isClosed && this.exceededAt !== undefined) {
      this.stage.ledger.recordStanding(performance.now() - this.exceededAt);
    }
    this.isClosed = true;
  }

  async poll(): Promise<string> {
    const { status, body } = await this.stage.request({ path: pollingPath(this.sid), address: this.address });
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
