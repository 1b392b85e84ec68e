/** What became of the latest outage, in one line. */
import type { JSX } from 'preact';
import type { Play } from '../play/play';
import type { Outage } from './outages';

const DURING: Readonly<Record<Outage['cause'], string>> = {
  drop: 'Dropped: the connection is closed. Connecting again…',
  'black hole': 'Black hole: every frame is swallowed. The client has to notice by itself…',
  'node killed': 'The node is killed. Looking for another one…',
  'connection lost': 'The connection is lost. Connecting again…',
};

export function ResultLine({ play }: { readonly play: Play }): JSX.Element {
  const { current, past } = play.outages;
  const [latest] = past.value;
  const text = current.value ? DURING[current.value.cause] : latest ? resultOf(latest) : INVITATION;
  const tone = current.value ? 'is-bad' : latest?.missed === 0 ? 'is-good' : '';
  return (
    <p class={`result ${tone}`} role="status" data-outage={(current.value ?? latest)?.from}>
      {text}
    </p>
  );
}

const INVITATION = 'Cut your line while others talk. Nothing they say is lost.';

function resultOf({ from, to = from, caughtUp, missed, wasResumed }: Outage): string {
  const seconds = ((to - from) / 1_000).toFixed(1);
  const counted =
    missed === undefined ? 'counting…' : missed === null ? 'not counted: compare again' : `${missed} missed`;
  return `Back in ${seconds} s · ${caughtUp} caught up · ${counted}${wasResumed ? '' : ' · in a new session'}`;
}
