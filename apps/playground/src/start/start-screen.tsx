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
  readonly isRestoring: boolean;
  readonly onEnter: (characterId: string) => Promise<void>;
}

export function StartScreen({ session, isRestoring, onEnter }: StartScreenProps): JSX.Element {
  const [isLoggingIn, setLoggingIn] = useState(false);
  const isKnown = session.userId.value !== undefined;
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
        {isRestoring ? (
          <p class="start-wait" role="status">
            Lighting the lantern…
          </p>
        ) : isKnown ? (
          <ReturningCard session={session} onEnter={onEnter} />
        ) : isLoggingIn ? (
          <LogInCard session={session} onBack={() => setLoggingIn(false)} />
        ) : (
          <HeroCard session={session} onEnter={onEnter} onLogIn={() => setLoggingIn(true)} />
        )}
      </div>
    </main>
  );
}
