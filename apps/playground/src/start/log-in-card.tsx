/** Logs in, or registers a new account. */
import type { JSX } from 'preact';
import type { Session } from '../session/session';
import { AccountForm } from '../session/account-form';
import { useState } from 'preact/hooks';

interface LogInCardProps {
  readonly session: Session;
  readonly onBack: () => void;
}

export function LogInCard({ session, onBack }: LogInCardProps): JSX.Element {
  const [isNew, setNew] = useState(false);
  return (
    <div class="start-form">
      <h2>{isNew ? 'New account' : 'Log in'}</h2>
      <AccountForm
        key={String(isNew)}
        action={isNew ? 'Register' : 'Log in'}
        isNew={isNew}
        onSubmit={(username, password) =>
          isNew ? session.register(username, password) : session.logIn(username, password)
        }
      />
      <button type="button" class="button quiet" onClick={() => setNew(!isNew)}>
        {isNew ? 'I have an account' : 'I am new here'}
      </button>
      <button type="button" class="button quiet" onClick={onBack}>
        Play as guest instead
      </button>
    </div>
  );
}
