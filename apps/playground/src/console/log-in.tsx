/** The login of administrators, and the registration of the first one. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { AccountForm } from '../session/account-form';
import { type FirstAdministrator, FirstAdministratorForm } from './first-administrator-form';

interface LogInProps {
  readonly isBusy: boolean;
  readonly isRefused: boolean;
  readonly onLogIn: (username: string, password: string) => Promise<void>;
  readonly onRegister: (administrator: FirstAdministrator) => Promise<void>;
}

export function LogIn({ isBusy, isRefused, onLogIn, onRegister }: LogInProps): JSX.Element {
  const [isNew, setNew] = useState(false);
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
            {isNew ? (
              <FirstAdministratorForm onSubmit={onRegister} />
            ) : (
              <AccountForm action="Log in" isNew={false} onSubmit={onLogIn} />
            )}
            <button class="button quiet" onClick={() => setNew(!isNew)}>
              {isNew ? 'Log in instead' : 'Register the first administrator'}
            </button>
            <p class="small muted">
              {isNew ? (
                <>
                  For each name in <code>ADMIN_USERS</code> that is not registered, the server writes a token to its log
                  when it starts. It is valid once.
                </>
              ) : (
                <>
                  A registered user becomes an administrator by <code>npm run admin:grant -- username</code>.
                </>
              )}
            </p>
          </>
        )}
      </section>
    </main>
  );
}
