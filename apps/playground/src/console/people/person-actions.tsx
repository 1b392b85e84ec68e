/** What an administrator does to a user. Each action asks for its reason. */
import type { JSX } from 'preact';
import type { Admin } from '../admin';
import { type Action, askFor } from '../ui/action-dialog';
import { useWork } from '../ui/work';
import type { Person } from './person';

const ROLES = ['player', 'moderator', 'admin'];
const DAY_MS = 86_400_000;
const BANS = [
  { label: '1 day', days: 1 },
  { label: '7 days', days: 7 },
  { label: '30 days', days: 30 },
  { label: 'permanently', days: undefined },
];

interface PersonActionsProps {
  readonly admin: Admin;
  readonly person: Person;
  /** Called after each action. */
  readonly onDone: () => void;
}

export function PersonActions({ admin, person, onDone }: PersonActionsProps): JSX.Element {
  const { id, displayName, roles, status, isGuest, online, sessions } = person;
  const path = `users/${id}`;
  const exporting = useWork();
  const ask = (action: Action): void =>
    askFor({
      ...action,
      run: async (reason, fields) => {
        await action.run(reason, fields);
        onDone();
      },
    });
  const disconnect = (): void =>
    ask({
      title: `Disconnect ${displayName}`,
      explanation: 'Closes all connections. The user may connect again at once.',
      label: 'Disconnect',
      done: `${displayName} was disconnected`,
      run: (reason) => admin.api.post(`${path}/disconnect`, { reason }),
    });
  const logOut = (): void =>
    ask({
      title: `Log ${displayName} out everywhere`,
      explanation: 'Ends all sessions and connections. The user may log in again; a guest cannot.',
      label: 'Log out',
      done: `${displayName} was logged out everywhere`,
      run: (reason) => admin.api.post(`${path}/log-out`, { reason }),
    });
  const ban = (): void =>
    ask({
      title: `Ban ${displayName}`,
      explanation: 'Closes all connections, and refuses the login until the ban ends.',
      label: 'Ban',
      done: `${displayName} was banned`,
      typed: displayName,
      reasonLabel: 'Reason, which the user sees',
      fields: (
        <label class="field">
          <span>For how long</span>
          <select class="input" name="days">
            {BANS.map(({ label, days }) => (
              <option key={label} value={days ?? ''}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ),
      run: (reason, fields) => {
        const days = Number(fields.get('days'));
        const until = days > 0 ? { until: new Date(Date.now() + days * DAY_MS).toISOString() } : {};
        return admin.api.post(`${path}/ban`, { reason, ...until });
      },
    });
  const unban = (): void =>
    ask({
      title: `Lift the ban of ${displayName}`,
      explanation: 'The user may log in again.',
      label: 'Lift the ban',
      done: `${displayName} is no longer banned`,
      run: (reason) => admin.api.post(`${path}/unban`, { reason }),
    });
  const changeRoles = (): void =>
    ask({
      title: `Roles of ${displayName}`,
      explanation: 'Take effect at once, on open connections too.',
      label: 'Change the roles',
      done: `${displayName} has other roles now`,
      fields: (
        <fieldset class="choices">
          <legend>Roles</legend>
          {ROLES.map((role) => (
            <label key={role} class="choice">
              <input type="checkbox" name="roles" value={role} defaultChecked={roles.includes(role)} />
              {role}
            </label>
          ))}
        </fieldset>
      ),
      run: (reason, fields) => admin.api.put(`${path}/roles`, { roles: fields.getAll('roles'), reason }),
    });
  const download = async (): Promise<void> => {
    const data = await admin.api.get<object>(`${path}/export`);
    saveFile(`${displayName}.json`, JSON.stringify(data, undefined, 2));
  };
  return (
    <div class="actions">
      <button class="button compact" disabled={!online} onClick={disconnect}>
        Disconnect
      </button>
      <button class="button compact" disabled={sessions.length === 0 && !online} onClick={logOut}>
        Log out everywhere
      </button>
      {status === 'banned' ? (
        <button class="button compact" onClick={unban}>
          Lift the ban
        </button>
      ) : (
        <button class="button compact danger" onClick={ban}>
          Ban
        </button>
      )}
      <button class="button compact" disabled={isGuest} onClick={changeRoles}>
        Change roles
      </button>
      <button class="button compact" disabled={exporting.isBusy} onClick={() => exporting.run(download)}>
        Export data
      </button>
      {exporting.problem !== '' && (
        <p class="problem" role="alert">
          {exporting.problem}
        </p>
      )}
    </div>
  );
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
