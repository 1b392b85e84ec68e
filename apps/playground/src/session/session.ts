/** The visitor's account: plays as a guest, logs in, registers, and has a fresh access token at hand. */
import { RequestError } from '@aeturnis/client';
import { signal } from '@preact/signals';
import { AccessToken } from './access-token';
import { type AccountSession, postAccount } from './account-api';
import { rememberedUser, rememberUser } from './remembered-user';

/** Other failures leave the session as it is. */
const ENDINGS = new Set(['MISSING_TOKEN', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'LOGGED_OUT']);

export const endsSession = (code: string): boolean => ENDINGS.has(code);

export class Session {
  readonly userId = signal<string | undefined>(undefined);
  /** A guest has no password: its session cannot be begun again. */
  readonly isGuest = signal(false);
  private token: AccessToken | undefined;
  private refreshing: Promise<void> | undefined;
  /** Another tab has logged in as another user: the cookies are that user's. */
  private isReplaced = false;

  get isRemembered(): boolean {
    return rememberedUser() !== null;
  }

  /** The session of an earlier visit. @returns false if there is none. @throws RequestError if that is not known. */
  async restore(): Promise<boolean> {
    if (!this.isRemembered) return false;
    try {
      await this.refresh();
      return true;
    } catch (error) {
      if (!(error instanceof RequestError && endsSession(error.code))) throw error;
      this.forget();
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
    const token = this.token && (await this.freshToken());
    this.begin(await postAccount<AccountSession>('/api/auth/register', { username, password }, token));
  }

  async logOut(): Promise<void> {
    const { token } = this;
    // Otherwise the cookies are those of another user that has logged in in another tab.
    const isOwn = this.userId.value === (rememberedUser() ?? undefined);
    // At once: nothing may be asked for as the user who leaves.
    this.forget();
    if (isOwn) await postAccount('/api/auth/logout', {}, token?.text).catch(() => undefined);
  }

  /** The session has ended, or another one is begun instead. */
  forget(): void {
    const { value: userId } = this.userId;
    if (!this.isReplaced && (userId === undefined || userId === rememberedUser())) rememberUser(null);
    this.token = undefined;
    this.userId.value = undefined;
  }

  /** @throws RequestError */
  async freshToken(): Promise<string> {
    if (!this.token || this.token.endsSoon)
      await (this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined)));
    return this.token?.text ?? '';
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
    this.token = undefined;
    this.userId.value = undefined;
    throw new RequestError('FORBIDDEN', 'Another account has logged in in this browser');
  }

  private begin({ accessToken, expiresIn, user }: AccountSession): void {
    this.isReplaced = false;
    this.token = new AccessToken(accessToken, expiresIn);
    this.isGuest.value = user.roles.includes('guest');
    this.userId.value = user.id;
    rememberUser(user.id);
  }
}
