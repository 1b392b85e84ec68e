/** A guest beside the session of this browser, whose cookies stay as they are. */
import { type AccountSession, postWithoutCookies } from './account-api';
import { endsSoon } from './token-expiry';

interface SeparateSession extends AccountSession {
  readonly refreshToken: string;
}

export class SeparateGuest {
  private refreshing: Promise<void> | undefined;

  private constructor(private session: SeparateSession) {}

  /** @throws RequestError */
  static async create(name: string): Promise<SeparateGuest> {
    return new SeparateGuest(await postWithoutCookies('/api/auth/guest', { name }));
  }

  get userId(): string {
    return this.session.user.id;
  }

  /** @throws RequestError */
  async freshToken(): Promise<string> {
    if (endsSoon(this.session.accessToken))
      await (this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined)));
    return this.session.accessToken;
  }

  private async refresh(): Promise<void> {
    const { refreshToken } = this.session;
    this.session = await postWithoutCookies('/api/auth/refresh', { refreshToken });
  }
}
