/** The port through which the library learns who holds a token; the application that owns accounts implements it. */
import type { Principal } from '@aeturnis/contracts';

export abstract class TokenVerifier {
  /**
   * Proves a token and the account behind it.
   * @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED, or UNAVAILABLE where the account cannot be looked up.
   */
  abstract verify(token: string): Promise<Principal>;
}
