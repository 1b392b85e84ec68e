/** A list that the server pages: one page is shown, with buttons to the next one and back. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLoaded } from './loaded';
import { UnansweredNote } from './unanswered-note';

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Cursor of the next page; absent or null on the last one. */
  readonly next?: string | null | undefined;
  /** Whose rows are missing. */
  readonly unansweredNodes?: readonly string[];
}

interface PagedListProps<Row> {
  /** Describes the table. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** Starts again at the first page when it changes. */
  readonly search: string;
  /** Reads the page again every so many milliseconds; 0: never. */
  readonly everyMs?: number;
  /** Changed by the view after an action: the page is read again. */
  readonly version?: number;
  readonly empty: string;
  readonly load: (cursor: string | undefined) => Promise<ListPage<Row>>;
  readonly row: (row: Row) => ComponentChildren;
}

export function PagedList<Row>(props: PagedListProps<Row>): JSX.Element {
  return <Pages key={props.search} {...props} />;
}

function Pages<Row>({
  caption,
  columns,
  everyMs = 0,
  version = 0,
  empty,
  load,
  row,
}: PagedListProps<Row>): JSX.Element {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const { value, problem } = useLoaded(
    async () => ({ ...(await load(cursor)), cursor }),
    everyMs,
    `${cursor}/${version}`,
  );
  // Of the page before, the cursor of the next one would lead to the page that is being read.
  const next = value?.cursor === cursor ? value?.next : undefined;
  return (
    <>
      {problem}
      <UnansweredNote nodes={value?.unansweredNodes ?? []} />
      <div class="table-frame" role="region" aria-label={caption} tabIndex={0}>
        <table class="table">
          <caption class="hidden-visually">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{value?.rows.map(row)}</tbody>
        </table>
        {value?.rows.length === 0 && <p class="table-empty muted">{empty}</p>}
        {!value && !problem && <p class="table-empty muted">Loading …</p>}
      </div>
      <div class="pager">
        <button
          class="button compact"
          disabled={cursors.length === 0}
          onClick={() => setCursors((all) => all.slice(0, -1))}
        >
          Previous page
        </button>
        <button
          class="button compact"
          disabled={!value?.next}
          onClick={() => next && setCursors((all) => [...all, next])}
        >
          Next page
        </button>
      </div>
    </>
  );
}
