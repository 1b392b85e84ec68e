/** Company for a visitor who is alone: guests in this browser that talk and walk, each over a connection of its own. */
import type { Client } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { Talker } from './talker';

const TALKERS = 3;

export class Talkers {
  readonly isTalking = signal(false);
  private talkers: Talker[] = [];
  private said = 0;

  constructor(
    private readonly visitor: Client,
    private readonly userId: () => string | undefined,
  ) {}

  /** They found a group with the visitor, and say numbered lines in it. @throws RequestError */
  async start(): Promise<void> {
    const userId = this.userId();
    if (this.isTalking.value || userId === undefined) return;
    this.isTalking.value = true;
    try {
      const talkers: Talker[] = [];
      this.talkers = talkers;
      for (let index = 0; index < TALKERS; index++) {
        const talker = await Talker.create();
        talkers.push(talker);
        // The visitor may have sent them away meanwhile.
        if (!this.isActive) return this.stop();
      }
      await Promise.all(talkers.map((talker) => talker.connect()));
      const [host, ...others] = talkers;
      const participantIds = [userId, ...others.map((talker) => talker.userId)];
      const conversationId = (await host?.found(participantIds)) ?? '';
      talkers.forEach((talker, index) => talker.begin(conversationId, index, () => (this.said += 1), this.visitor));
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    this.isTalking.value = false;
    for (const talker of this.talkers) talker.leave();
    this.talkers = [];
  }

  private get isActive(): boolean {
    return this.isTalking.peek();
  }
}
