/** What administrators did, newest first. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { withLocalTimes } from '../../ui/clock-time';
import { linkToView } from '../route';
import { formatTime } from '../ui/format';
import { PagedList } from '../ui/paged-list';
import { SearchField } from '../ui/search-field';
import type { View, ViewProps } from '../view';

interface AuditRecord {
  readonly id: string;
  readonly actor: { readonly id: string; readonly name: string };
  readonly action: string;
  readonly target: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

interface AuditPage {
  readonly records: readonly AuditRecord[];
  readonly next?: string;
}

const UUID = /^[0-9a-f-]{36}$/;

function AuditView({ admin, subject }: ViewProps): JSX.Element {
  const [target, setTarget] = useState(subject);
  const [isOwn, setOwn] = useState(false);
  const actor = isOwn ? admin.session.userId.value : undefined;
  const load = async (cursor: string | undefined) => {
    const { records, next } = await admin.api.get<AuditPage>('audit', { cursor, target, actor });
    return { rows: records, next };
  };
  return (
    <>
      <h1>Audit log</h1>
      <SearchField label="Of one user, node or zone: its id or name" initial={subject} onSearch={setTarget} />
      <label class="choice">
        <input type="checkbox" checked={isOwn} onChange={({ currentTarget }) => setOwn(currentTarget.checked)} />
        Only my own actions
      </label>
      <PagedList
        caption="Actions of administrators"
        columns={['When', 'Who', 'Action', 'On', 'Details']}
        search={`${actor ?? ''}/${target}`}
        empty="No action is recorded."
        load={load}
        row={(record) => <AuditRow key={record.id} record={record} />}
      />
    </>
  );
}

function AuditRow({ record }: { readonly record: AuditRecord }): JSX.Element {
  const { actor, action, target, details, createdAt } = record;
  const shown = Object.entries(details).filter(([, value]) => value !== null && value !== '');
  return (
    <tr>
      <td class="figures">{formatTime(createdAt)}</td>
      <td>
        <a href={linkToView('people', actor.id)}>{actor.name}</a>
      </td>
      <td>{action}</td>
      <td class="wrap">
        {target !== null && UUID.test(target) && action.startsWith('user.') ? (
          <a href={linkToView('people', target)}>{target}</a>
        ) : (
          (target ?? 'all')
        )}
      </td>
      <td class="wrap">{shown.map(([name, value]) => `${name}: ${withLocalTimes(String(value))}`).join(' · ')}</td>
    </tr>
  );
}

export const auditView: View = { id: 'audit', title: 'Audit log', icon: 'book', View: AuditView };
