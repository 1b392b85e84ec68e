/** Company for a visitor who is alone: guests in this browser that talk and walk, each over a connection of its own. */
import type { Client } from '@aeturnis/client';
import { computed, signal } from '@preact/signals';
import { Talker } from './talker';

const TALKERS = 3;

export class Talkers {
  /** Of the current invitation; each one has a list of its own. */
  private readonly invited = signal<Talker[] | undefined>(undefined);
  readonly isTalking = computed(() => this.invited.value !== undefined);
  private said = 0;

  constructor(
    private readonly visitor: Client,
    private readonly userId: () => string | undefined,
    private readonly create = (): Promise<Talker> => Talker.create(),
  ) {}

  /** They found a group with the visitor, and say numbered lines in it. @throws RequestError */
  async start(): Promise<void> {
    const userId = this.userId();
    if (this.isTalking.value || userId === undefined) return;
    const talkers: Talker[] = [];
    this.invited.value = talkers;
    // The visitor may have sent them away meanwhile, and invited others.
    const isOver = (): boolean => this.invited.peek() !== talkers;
    try {
      while (talkers.length < TALKERS) {
        const talker = await this.create();
        if (isOver()) return talker.leave();
        talkers.push(talker);
      }
      await Promise.all(talkers.map((talker) => talker.connect()));
      const [host, ...others] = talkers;
      const participantIds = [userId, ...others.map((talker) => talker.userId)];
      const conversationId = (await host?.found(participantIds)) ?? '';
      if (isOver()) return;
      talkers.forEach((talker, index) => talker.begin(conversationId, index, () => (this.said += 1), this.visitor));
    } catch (error) {
      if (isOver()) return;
      this.stop();
      throw error;
    }
  }

  stop(): void {
    for (const talker of this.invited.value ?? []) talker.leave();
    this.invited.value = undefined;
  }
}
