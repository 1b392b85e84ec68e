/** Who is typing in a conversation. An indicator ends by itself, because the event that ends it may get lost. */
import type { UserRef } from '@aeturnis/contracts';
import type { Cancel, ClientClock } from '../base/clock';

export class Typing {
  private readonly byUser = new Map<string, { readonly user: UserRef; readonly cancel: Cancel }>();

  constructor(
    private readonly clock: ClientClock,
    private readonly onChange: () => void,
  ) {}

  get users(): UserRef[] {
    return [...this.byUser.values()].map(({ user }) => user);
  }

  start(user: UserRef, expiresInMs: number): void {
    this.byUser.get(user.id)?.cancel();
    this.byUser.set(user.id, { user, cancel: this.clock.after(expiresInMs, () => this.stop(user.id)) });
    this.onChange();
  }

  clear(): void {
    for (const { cancel } of this.byUser.values()) cancel();
    this.byUser.clear();
  }

  stop(userId: string): void {
    this.byUser.get(userId)?.cancel();
    if (this.byUser.delete(userId)) this.onChange();
  }
}
