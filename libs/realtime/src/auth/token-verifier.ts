/** The port through which the library learns who holds a token; the application that owns accounts implements it. */
import type { CloseCode, Principal } from '@aeturnis/contracts';

/** What a principal proved earlier may do now, or why it has lost the right to be here. */
export type Standing =
  { readonly roles: readonly string[] } | { readonly revoked: { readonly code: CloseCode; readonly message: string } };

/** An object without `ready` or `standing` ends the boot, so extend the class. */
export abstract class TokenVerifier {
  /** False while no account can be looked up: clients are then turned away at the transport, and try again by themselves. */
  get ready(): boolean {
    return true;
  }

  /**
   * Proves a token and the account behind it. A principal without one of its properties is a fault, and logged.
   * @throws AppError INVALID_TOKEN, EXPIRED_TOKEN, ACCOUNT_DISABLED, or UNAVAILABLE where the account cannot be looked up. The
   * first three reach the client, which then stays away; any other error closes the connection, and the client tries again.
   */
  abstract verify(token: string): Promise<Principal>;

  /**
   * How principals stand by what is stored now, not by what is remembered; in the order asked, in one look-up. Words of
   * revocation between nodes may be lost, so this is asked from time to time. As it is here, no right is ever lost.
   * @throws where it cannot be looked up; it is asked again then.
   */
  standing(principals: readonly Principal[]): Promise<Standing[]> {
    return Promise.resolve(principals.map(({ roles }) => ({ roles })));
  }
}
