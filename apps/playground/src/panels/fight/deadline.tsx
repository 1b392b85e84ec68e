/** Who chooses an action, and how long the server waits for it. */
import type { CombatTurnRequest } from '@aeturnis/contracts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Play } from '../../play/play';

interface DeadlineProps {
  readonly play: Play;
  readonly request: CombatTurnRequest;
  readonly name: string;
}

export function Deadline({ play, request, name }: DeadlineProps): JSX.Element {
  const rest = (): number => Math.max(0, Math.ceil((request.deadline - play.client.serverNow()) / 1_000));
  const [seconds, setSeconds] = useState(rest);
  useEffect(() => {
    setSeconds(rest());
    const timer = setInterval(() => setSeconds(rest()), 250);
    return () => clearInterval(timer);
  }, [request]);
  return (
    <p class="small">
      {request.legal.length > 0 ? 'Your turn' : `${name} chooses`}, <span class="figures">{seconds} s</span> left
    </p>
  );
}
