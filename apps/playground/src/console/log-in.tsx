/** The login of administrators. */
import type { JSX } from 'preact';
import { AccountForm } from '../session/account-form';

interface LogInProps {
  readonly isBusy: boolean;
  readonly isRefused: boolean;
  readonly onLogIn: (username: string, password: string) => Promise<void>;
}

export function LogIn({ isBusy, isRefused, onLogIn }: LogInProps): JSX.Element {
  return (
    <main class="log-in">
      <section class="log-in-card" aria-busy={isBusy}>
        <h1>Aeturnis console</h1>
        {isBusy ? (
          <p class="muted">Continuing your session …</p>
        ) : (
          <>
            {isRefused && (
              <p class="problem" role="alert">
                This account has no role <code>admin</code>. Grant it on the server, and log in again.
              </p>
            )}
            <AccountForm action="Log in" isNew={false} onSubmit={onLogIn} />
            <p class="small muted">
              The first administrator is named by <code>ADMIN_USERS</code>, or by{' '}
              <code>npm run admin:grant -- username</code>.
            </p>
          </>
        )}
      </section>
    </main>
  );
}
