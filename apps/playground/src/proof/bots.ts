/** As many bots in the world as the visitor chooses: guests of this page that walk and talk, and leave with it. */
import { type Client, RequestError } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { Talker } from './talker';

export const MAX_BOTS = 20;
/** Each says a line this often: all together, one line a second at most. */
const SPEAK_MS = 20_000;

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hour12: false });

export class Bots {
  /** As the visitor has chosen. */
  readonly wanted = signal(0);
  readonly present = signal(0);
  /** Why there are fewer than wanted: the code and the message of the server. */
  readonly refusal = signal<string | undefined>(undefined);
  private bots: Talker[] = [];
  private isFilling = false;
  /** While the server lets no further guest in. */
  private waitReason: string | undefined;

  constructor(private readonly visitor: Client) {}

  setWanted(count: number): void {
    this.wanted.value = count;
    for (const bot of this.bots.splice(count)) bot.leave();
    this.present.value = this.bots.length;
    this.refusal.value = this.bots.length < count ? this.waitReason : undefined;
    void this.fill();
  }

  /** All leave at once. */
  stop(): void {
    this.setWanted(0);
  }

  /** One after the other, since the server limits the guests of an address. */
  private async fill(): Promise<void> {
    if (this.isFilling) return;
    this.isFilling = true;
    while (this.bots.length < this.wanted.peek()) await this.bringOne();
    this.isFilling = false;
  }

  private async bringOne(): Promise<void> {
    let bot: Talker | undefined;
    try {
      bot = await Talker.join();
      await bot.enterWorld(this.bots.length, this.visitor, SPEAK_MS);
      this.bots.push(bot);
      this.refusal.value = undefined;
      // The visitor may have chosen fewer meanwhile.
      for (const surplus of this.bots.splice(this.wanted.peek())) surplus.leave();
      this.present.value = this.bots.length;
    } catch (error) {
      bot?.leave();
      await this.onRefused(error);
    }
  }

  private async onRefused(error: unknown): Promise<void> {
    const { code, message, retryable, retryAfterMs } =
      error instanceof RequestError ? error : new RequestError('INTERNAL', String(error));
    if (this.bots.length >= this.wanted.peek()) return;
    if (!retryable || retryAfterMs === undefined) {
      this.wanted.value = this.bots.length;
      this.refusal.value = `${code}: ${message}`;
      return;
    }
    this.waitReason = `${code}: ${message}. The next bot comes at ${TIME.format(Date.now() + retryAfterMs)}.`;
    this.refusal.value = this.waitReason;
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    this.waitReason = undefined;
  }
}
