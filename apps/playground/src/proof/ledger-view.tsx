/** The three columns of the ledger. */
import type { ComponentChildren, JSX } from 'preact';
import type { Play } from '../play/play';

interface LedgerViewProps {
  readonly play: Play;
  /** Beside the button below the columns. */
  readonly children?: ComponentChildren;
}

export function LedgerView({ play, children }: LedgerViewProps): JSX.Element {
  const { ledger } = play;
  const { value: verdict } = ledger.verdict;
  const received = verdict ? verdict.received : ledger.received.value;
  const isClean = verdict && verdict.missed + verdict.doubled + verdict.outOfOrder === 0;
  return (
    <div class="ledger">
      <dl class="ledger-columns">
        <div>
          <dt>You received</dt>
          <dd data-ledger="received">{received}</dd>
        </div>
        <div>
          <dt>Server says</dt>
          <dd data-ledger="stored">{verdict ? verdict.stored : '–'}</dd>
        </div>
        <div class={isClean ? 'is-good' : verdict ? 'is-bad' : ''}>
          <dt>Missed · doubled · out of order</dt>
          <dd data-ledger="verdict">
            {verdict ? `${verdict.missed} · ${verdict.doubled} · ${verdict.outOfOrder}` : '– · – · –'}
          </dd>
        </div>
      </dl>
      <div class="ledger-foot">
        {children}
        <button class="button compact quiet" disabled={ledger.isComparing.value} onClick={() => void play.audit()}>
          Compare now
        </button>
      </div>
    </div>
  );
}
