/** The visitor's account: plays as a guest, logs in, registers, and has a fresh access token at hand. */
import { RequestError } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { type AccountSession, postAccount } from './account-api';
import { endsSoon } from './token-expiry';

/** Set while there is a session, so that a first visit asks for none. */
const FLAG = 'aeturnis session';

export class Session {
  readonly userId = signal<string | undefined>(undefined);
  private token = '';
  private refreshing: Promise<void> | undefined;
  /** Another tab has logged in as another user: the cookies are that user's. */
  private isReplaced = false;

  get isRemembered(): boolean {
    return localStorage.getItem(FLAG) !== null;
  }

  /** The session of an earlier visit. @returns false if there is none. */
  async restore(): Promise<boolean> {
    if (!this.isRemembered) return false;
    try {
      await this.refresh();
      return true;
    } catch {
      localStorage.removeItem(FLAG);
      return false;
    }
  }

  /** @throws RequestError */
  async playAsGuest(name: string): Promise<void> {
    this.begin(await postAccount<AccountSession>('/api/auth/guest', { name }));
  }

  /** @throws RequestError */
  async logIn(username: string, password: string): Promise<void> {
    this.begin(await postAccount<AccountSession>('/api/auth/login', { username, password }));
  }

  /** A guest keeps all it has. @throws RequestError */
  async register(username: string, password: string): Promise<void> {
    const token = this.token === '' ? undefined : await this.freshToken();
    this.begin(await postAccount<AccountSession>('/api/auth/register', { username, password }, token));
  }

  async logOut(): Promise<void> {
    const { token } = this;
    if (this.isReplaced) return;
    // At once: nothing may be asked for as the user who leaves.
    localStorage.removeItem(FLAG);
    this.token = '';
    this.userId.value = undefined;
    await postAccount('/api/auth/logout', {}, token === '' ? undefined : token).catch(() => undefined);
  }

  /** @throws RequestError */
  async freshToken(): Promise<string> {
    if (endsSoon(this.token)) await (this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined)));
    return this.token;
  }

  private async refresh(): Promise<void> {
    const ask = async (): Promise<void> => this.continue(await postAccount<AccountSession>('/api/auth/refresh', {}));
    // A refresh token is valid once, and the tabs of a browser share it: one at a time.
    await ('locks' in navigator ? navigator.locks.request('aeturnis refresh', ask) : ask());
  }

  /** @throws RequestError FORBIDDEN if it is the session of another user. */
  private continue(next: AccountSession): void {
    const { value: userId } = this.userId;
    if (!this.isReplaced && (userId === undefined || next.user.id === userId)) return this.begin(next);
    this.isReplaced = true;
    this.token = '';
    this.userId.value = undefined;
    throw new RequestError('FORBIDDEN', 'Another account has logged in in this browser');
  }

  private begin({ accessToken, user }: AccountSession): void {
    this.isReplaced = false;
    this.token = accessToken;
    this.userId.value = user.id;
    localStorage.setItem(FLAG, user.id);
  }
}
