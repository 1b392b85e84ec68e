/** The proof strip: cut the connection, and see what was received beside what the server has stored. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Play } from '../play/play';
import { Icon } from '../ui/icon';
import { attempt } from '../ui/toasts';
import { BotsSlider } from './bots-slider';
import { KillNodeButton } from './kill-node-button';
import { LedgerView } from './ledger-view';
import { ResultLine } from './result-line';
import { Timeline } from './timeline';
import './proof.css';

export function ProofStrip({ play }: { readonly play: Play }): JSX.Element {
  const { talkers, ledger, outages } = play;
  const isOpen = useSignal(false);
  const isCut = outages.current.value !== undefined;
  const missed = ledger.verdict.value?.missed;
  const toggleTalkers = (): void => {
    if (talkers.isTalking.value) talkers.stop();
    else attempt(() => talkers.start());
  };
  return (
    <section class={isOpen.value ? 'proof is-open' : 'proof'} aria-label="Proof">
      <button
        class="proof-chip"
        aria-expanded={isOpen.value}
        aria-controls="proof-content"
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <span class={`dot ${isCut ? 'bad' : missed === 0 ? 'good' : 'busy'}`} />
        {isCut ? 'Line is cut' : missed === undefined ? 'Cut your line' : `${missed} missed`}
      </button>
      <div id="proof-content" class="proof-content">
        <div class="proof-cuts" role="group" aria-label="Cut the connection">
          <button class="button" disabled={isCut} onClick={() => play.drop()}>
            <Icon name="plug" /> Drop
          </button>
          <button class="button" disabled={isCut} onClick={() => play.openBlackHole()}>
            <Icon name="hole" /> Black hole
          </button>
          <KillNodeButton play={play} />
          <button class="button" aria-pressed={talkers.isTalking.value} onClick={toggleTalkers}>
            <Icon name="voice" /> {talkers.isTalking.value ? 'Stop talkers' : 'Invite talkers'}
          </button>
        </div>
        <div class="proof-story">
          <ResultLine play={play} />
          <Timeline play={play} />
        </div>
        <LedgerView play={play}>
          <BotsSlider play={play} />
        </LedgerView>
      </div>
    </section>
  );
}
