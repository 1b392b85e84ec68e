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
  /** Not in the world yet. */
  private joining: Talker | undefined;
  private isFilling = false;
  /** While the server lets no further guest in. */
  private waitReason: string | undefined;

  constructor(private readonly visitor: Client) {}

  setWanted(count: number): void {
    this.wanted.value = count;
    for (const bot of this.bots.splice(count)) bot.leave();
    if (!this.hasPlace()) this.joining?.leave();
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
    while (this.hasPlace()) await this.bringOne();
    this.isFilling = false;
  }

  private hasPlace(): boolean {
    return this.bots.length < this.wanted.peek();
  }

  private async bringOne(): Promise<void> {
    let bot: Talker | undefined;
    try {
      this.joining = bot = await Talker.create();
      // The visitor may have chosen fewer meanwhile.
      if (!this.hasPlace()) return bot.leave();
      await bot.connect((code) => (this.refusal.value = `${code}: the next bot keeps trying to connect.`));
      await bot.enterWorld(this.bots.length, this.visitor, SPEAK_MS);
      if (!this.hasPlace()) return bot.leave();
      this.add(bot);
    } catch (error) {
      bot?.leave();
      await this.onRefused(error);
    } finally {
      this.joining = undefined;
    }
  }

  private add(bot: Talker): void {
    this.bots.push(bot);
    bot.onLost(() => this.replace(bot));
    this.refusal.value = undefined;
    this.present.value = this.bots.length;
  }

  private replace(lost: Talker): void {
    lost.leave();
    this.bots = this.bots.filter((bot) => bot !== lost);
    this.present.value = this.bots.length;
    void this.fill();
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
