/** The fields of a command with their types and limits. */
import type { JSX } from 'preact';
import type { CommandField } from './event-reference';

export function FieldList({ fields }: { readonly fields: readonly CommandField[] }): JSX.Element {
  if (fields.length === 0) return <p class="muted">It has no fields.</p>;
  return (
    <dl class="field-list">
      {fields.map(({ name, presence, type, limits, description }) => (
        <div key={name}>
          <dt>
            <code>{name}</code> <span class="small muted">{presence}</span>
          </dt>
          <dd>
            <code>{type}</code>
            {limits !== '' && <span class="small"> {limits.replaceAll('`', '')}</span>}
            {description !== '' && <p class="small muted">{description.replaceAll('`', '')}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
