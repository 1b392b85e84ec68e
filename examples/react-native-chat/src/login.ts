/** The login of a guest, in the keychain of the phone. It is read before anything else, so that the app knows its user without a network. */
import * as Keychain from 'react-native-keychain';

interface Login {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The client asks for a new token a minute before the old one expires. */
const LEAD_MS = 90_000;
const SERVICE = 'chat-login';

export class GuestLogin {
  private renewing: Promise<Login> | undefined;

  private constructor(
    private readonly server: string,
    private current: Login | null,
  ) {}

  static async restore(server: string): Promise<GuestLogin> {
    const stored = await Keychain.getGenericPassword({ service: SERVICE });
    return new GuestLogin(server, stored ? (JSON.parse(stored.password) as Login) : null);
  }

  get userId(): string | undefined {
    return this.current?.userId;
  }

  async freshToken(): Promise<string> {
    if (this.current && Date.now() < this.current.expiresAt - LEAD_MS) return this.current.accessToken;
    // One at a time: a refresh token is valid once.
    this.renewing ??= this.renew().finally(() => (this.renewing = undefined));
    return (await this.renewing).accessToken;
  }

  private async renew(): Promise<Login> {
    const [path, body] = this.current
      ? ['/api/auth/refresh', { refreshToken: this.current.refreshToken }]
      : ['/api/auth/guest', {}];
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.server + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (response.status === 401 && this.current) {
      // The login has ended: the player goes on as a new guest. A game with passwords shows its login screen here.
      await Keychain.resetGenericPassword({ service: SERVICE });
      this.current = null;
      return this.renew();
    }
    // The client calls again after a pause.
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const { accessToken, refreshToken, expiresIn, user } = await response.json();
    this.current = { accessToken, refreshToken, userId: user.id, expiresAt: Date.now() + expiresIn * 1_000 };
    await this.store(this.current);
    return this.current;
  }

  private async store(login: Login): Promise<void> {
    await Keychain.setGenericPassword(login.userId, JSON.stringify(login), {
      service: SERVICE,
      // Readable while the phone is locked, and never part of a backup.
      accessible: Keychain.ACCESSIBLE.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY,
    });
  }
}
