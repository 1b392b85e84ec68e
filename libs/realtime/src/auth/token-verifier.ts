/** The port through which the library resolves a token to its user. The application that owns the accounts implements it. */
import type { CloseCode, Principal } from '@aeturnis/contracts';

/** The current roles of a principal that was verified earlier, or why its access was revoked. */
export type PrincipalStatus =
  { readonly roles: readonly string[] } | { readonly revoked: { readonly code: CloseCode; readonly message: string } };

/** The boot fails for an object without `isReady` or `currentStatuses`, so extend this class. */
export abstract class TokenVerifier {
  /** False while no account can be looked up: the transport then refuses clients, which retry by themselves. */
  get isReady(): boolean {
    return true;
  }

  /**
   * Verifies a token and its account. A principal with a wrong property is a fault, and is logged; one whose `expiresAt` has
   * passed is refused with EXPIRED_TOKEN.
   * @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED, or UNAVAILABLE if the account cannot be looked up. The
   * first three reach the client, which then stays away; any other error closes the connection, and the client reconnects.
   */
  abstract verify(token: string): Promise<Principal>;

  /**
   * The stored status of each principal, uncached and in the given order, by one lookup. Called periodically, because
   * revocations published between nodes may be lost. This default never revokes anything.
   * @throws if the lookup fails; it is then retried.
   */
  currentStatuses(principals: readonly Principal[]): Promise<PrincipalStatus[]> {
    return Promise.resolve(principals.map(({ roles }) => ({ roles })));
  }
}
