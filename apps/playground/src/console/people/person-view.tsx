/** One user in full: account, connections, sessions, notes, and what an administrator can do. */
import type { JSX } from 'preact';
import type { Admin } from '../admin';
import { linkToView } from '../route';
import { Fact } from '../ui/fact';
import { formatTime } from '../ui/format';
import { useLoaded } from '../ui/loaded';
import type { Person } from './person';
import { PersonActions } from './person-actions';
import { PersonNotes } from './person-notes';

const REFRESH_MS = 5_000;

interface PersonViewProps {
  readonly admin: Admin;
  readonly userId: string;
}

export function PersonView({ admin, userId }: PersonViewProps): JSX.Element {
  const load = (): Promise<Person> => admin.api.get<Person>(`users/${encodeURIComponent(userId)}`);
  const { value: person, notice, reload } = useLoaded(load, REFRESH_MS);
  return (
    <>
      <p>
        <a href={linkToView('people')}>All people</a>
      </p>
      <h1>{person?.displayName ?? 'User'}</h1>
      {notice}
      {person && (
        <>
          <PersonActions admin={admin} person={person} onDone={reload} />
          <PersonFacts person={person} />
          <div class="cards">
            <PersonSessions person={person} />
            <PersonNotes admin={admin} person={person} onDone={reload} />
          </div>
        </>
      )}
    </>
  );
}

function PersonFacts({ person }: { readonly person: Person }): JSX.Element {
  const { id, login, email, roles, status, isGuest, banReason, bannedUntil, createdAt, lastSeenAt, nodes } = person;
  const connections = nodes.map(({ nodeId, connections: count }) => `${count} on ${nodeId}`).join(', ');
  return (
    <section class="card" aria-label="Account">
      <dl class="facts">
        <Fact name="Id">{id}</Fact>
        <Fact name="Login">{isGuest ? 'guest' : login}</Fact>
        {email !== undefined && <Fact name="E-mail">{email}</Fact>}
        <Fact name="Roles">{roles.join(', ')}</Fact>
        <Fact name="State">{status}</Fact>
        {status === 'banned' && (
          <>
            <Fact name="Reason of the ban">{banReason ?? '–'}</Fact>
            <Fact name="Banned until">{bannedUntil === undefined ? 'permanently' : formatTime(bannedUntil)}</Fact>
          </>
        )}
        <Fact name="Created">{formatTime(createdAt)}</Fact>
        <Fact name="Last seen">{formatTime(lastSeenAt)}</Fact>
        <Fact name="Connections">{connections === '' ? 'none' : connections}</Fact>
      </dl>
      <p class="small">
        <a href={linkToView('connections', id)}>Connections</a> · <a href={linkToView('audit', id)}>Audit log</a>
      </p>
    </section>
  );
}

function PersonSessions({ person }: { readonly person: Person }): JSX.Element {
  return (
    <section class="card" aria-label="Sessions">
      <h2>Sessions</h2>
      {person.sessions.length === 0 && <p class="muted">None</p>}
      <ul class="notes">
        {person.sessions.map(({ id, createdAt, lastUsedAt, expiresAt }) => (
          <li key={id} class="small">
            since <span class="figures">{formatTime(createdAt)}</span>, used{' '}
            <span class="figures">{formatTime(lastUsedAt)}</span>, ends{' '}
            <span class="figures">{formatTime(expiresAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
