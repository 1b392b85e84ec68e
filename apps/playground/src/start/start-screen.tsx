/** The first screen: one card over the living zone. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Session } from '../session/session';
import { Backdrop } from './backdrop';
import { HeroCard } from './hero-card';
import { LogInCard } from './log-in-card';
import { ReturningCard } from './returning-card';
import './start.css';

interface StartScreenProps {
  readonly session: Session;
  /** While the session of an earlier visit is continued. */
  readonly restoring: { readonly problem: string; readonly onGiveUp: () => void } | undefined;
  readonly onEnter: (characterId: string) => Promise<void>;
}

export function StartScreen({ session, restoring, onEnter }: StartScreenProps): JSX.Element {
  const [isLoggingIn, setLoggingIn] = useState(false);
  // Its card stays until the visitor is in the world: an account without a character is no returning visitor.
  const [isBeginning, setBeginning] = useState(false);
  const isKnown = session.userId.value !== undefined && !isBeginning;
  return (
    <main class="start">
      <Backdrop />
      <div class="start-card">
        <header>
          <h1>Aeturnis</h1>
          <p class="muted">
            A small living world. Walk in, talk, fight, then cut your own line and see what you missed.
          </p>
        </header>
        {restoring ? (
          <div class="start-form">
            <p class="start-wait" role="status">
              Lighting the lantern… {restoring.problem}
            </p>
            {restoring.problem !== '' && (
              <button class="button quiet" onClick={restoring.onGiveUp}>
                Begin anew
              </button>
            )}
          </div>
        ) : isKnown ? (
          <ReturningCard session={session} onEnter={onEnter} />
        ) : isLoggingIn ? (
          <LogInCard session={session} onBack={() => setLoggingIn(false)} />
        ) : (
          <HeroCard
            session={session}
            onBegin={() => setBeginning(true)}
            onEnter={onEnter}
            onLogIn={() => setLoggingIn(true)}
          />
        )}
      </div>
    </main>
  );
}
