/** Asks for a name and a password, to log in, to register, or to keep a guest. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { problemText } from '../ui/problem-text';

interface AccountFormProps {
  /** What the button says. */
  readonly action: string;
  readonly isNew: boolean;
  readonly onSubmit: (username: string, password: string) => Promise<void>;
}

export function AccountForm({ action, isNew, onSubmit }: AccountFormProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    setProblem('');
    onSubmit(text('username').trim(), text('password'))
      .catch((error: unknown) => setProblem(problemText(error)))
      .finally(() => setBusy(false));
  };
  return (
    <form class="account-form" onSubmit={submit}>
      <label class="field">
        <span>Username, which only you see</span>
        <input class="input" name="username" autoComplete="username" required />
      </label>
      <label class="field">
        <span>{isNew ? 'Password, 8 characters or more' : 'Password'}</span>
        <input
          class="input"
          name="password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          required
        />
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
      <button class="button primary" disabled={isBusy}>
        {action}
      </button>
    </form>
  );
}
