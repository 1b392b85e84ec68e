/** Registers a name of `ADMIN_USERS`, with the token that the server printed for it. */
import type { JSX } from 'preact';
import { useWork } from './ui/work';

export interface FirstAdministrator {
  readonly username: string;
  readonly password: string;
  readonly adminToken: string;
}

interface FirstAdministratorFormProps {
  /** @throws RequestError, which is shown in the form. */
  readonly onSubmit: (administrator: FirstAdministrator) => Promise<void>;
}

export function FirstAdministratorForm({ onSubmit }: FirstAdministratorFormProps): JSX.Element {
  const { isBusy, problem, run } = useWork();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => fields.get(name) as string;
    run(() =>
      onSubmit({
        username: text('username').trim(),
        password: text('password'),
        adminToken: text('adminToken').trim(),
      }),
    );
  };
  return (
    <form class="account-form" onSubmit={submit}>
      <label class="field">
        <span>Username, as in ADMIN_USERS</span>
        <input class="input" name="username" autoComplete="username" required />
      </label>
      <label class="field">
        <span>Password, 8 characters or more</span>
        <input class="input" name="password" type="password" autoComplete="new-password" required />
      </label>
      <label class="field">
        <span>Admin token, from the log of the server</span>
        <input class="input" name="adminToken" autoComplete="off" required />
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
      <button class="button primary" disabled={isBusy}>
        Register
      </button>
    </form>
  );
}
